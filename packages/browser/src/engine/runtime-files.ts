/**
 * Where ONNX Runtime's own files are: for each back end a WebAssembly binary and the script that goes with it, in the npm
 * package `onnxruntime-web`. Written so that bundlers see the addresses and bring the files along; without a bundler, give
 * `browserEngine` the addresses of your copies.
 */
import type { Backend } from './backend.ts'

/** The addresses of the two files of one back end. */
export interface RuntimeFiles {
  readonly script: string
  readonly binary: string
}

/** Sizes of the binaries in bytes, for progress: servers that compress do not tell. A few percent off does no harm. */
export const BINARY_SIZES: Readonly<Record<Backend, number>> = { webgpu: 26_781_914, wasm: 14_239_897 }

/** Where a back end's files are, as the bundler named them. */
export const runtimeFiles = (backend: Backend): RuntimeFiles =>
  backend === 'webgpu'
    ? {
        script: new URL('onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs', import.meta.url).href,
        binary: new URL('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm', import.meta.url).href,
      }
    : {
        script: new URL('onnxruntime-web/ort-wasm-simd-threaded.mjs', import.meta.url).href,
        binary: new URL('onnxruntime-web/ort-wasm-simd-threaded.wasm', import.meta.url).href,
      }
