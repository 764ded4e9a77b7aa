/** The module `virtual:engine-sizes`: how large the engine's binaries are, for a true progress bar. */
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

const { resolve } = createRequire(import.meta.url)
const size = (name: string): number => statSync(resolve(`onnxruntime-web/${name}`)).size

export const engineSizes = (): Plugin => ({
  name: 'animegan-engine-sizes',
  resolveId: (id) => (id === 'virtual:engine-sizes' ? '\0virtual:engine-sizes' : undefined),
  load: (id) =>
    id === '\0virtual:engine-sizes'
      ? `export const cpuBytes = ${size('ort-wasm-simd-threaded.wasm')}
         export const gpuBytes = ${size('ort-wasm-simd-threaded.asyncify.wasm')}`
      : undefined,
})
