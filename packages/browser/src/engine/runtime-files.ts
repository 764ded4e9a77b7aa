/**
 * The addresses of ONNX Runtime's own files: for each backend a WebAssembly binary and its script, in the npm package
 * `onnxruntime-web`. Written so that bundlers recognise the addresses and include the files; without a bundler, pass
 * the addresses of your copies to `browserEngine`.
 */
import type { Backend } from './backend.ts'

/** The addresses of the two files of one backend. */
export interface RuntimeFiles {
  readonly script: string
  readonly binary: string
}

/**
 * Sizes of the binaries in bytes, for progress, because servers that compress do not state them. Errors of a few
 * percent are harmless.
 */
export const BINARY_SIZES: Readonly<Record<Backend, number>> = { webgpu: 26_781_914, wasm: 14_239_897 }

/** A backend's files, at the addresses that the bundler gave them. */
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
