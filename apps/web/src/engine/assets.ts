/**
 * Where the engine's files are: for each back end the WASM binary and the script that goes with it, as the build names
 * them. Sizes are the build's too, so that progress is true even where a server compresses.
 */

import { cpuBytes, gpuBytes } from 'virtual:engine-sizes'
import gpuScript from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url&no-inline'
import gpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url&no-inline'
import cpuScript from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url&no-inline'
import cpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url&no-inline'

/** What runs the network: the graphics card by WebGPU, or the processor by WASM. */
export type Backend = 'gpu' | 'cpu'

export interface EngineFiles {
  readonly binary: string
  readonly script: string
  /** Size of the binary when unpacked. */
  readonly bytes: number
}

const absolute = (url: string): string => new URL(url, import.meta.url).href

export const engineFiles: Readonly<Record<Backend, EngineFiles>> = {
  gpu: { binary: absolute(gpuBinary), script: absolute(gpuScript), bytes: gpuBytes },
  cpu: { binary: absolute(cpuBinary), script: absolute(cpuScript), bytes: cpuBytes },
}
