/** The backends for networks in a browser, and the choice of the best one here. Starts nothing. */
import { AnimeganError } from '@animegan/core'

/** A backend: the graphics card by WebGPU, or the processor by WebAssembly. */
export type Backend = 'webgpu' | 'wasm'

/** More threads than this only compete for the memory bus. */
const MOST_THREADS = 8

/**
 * Default number of threads for the processor: up to 8, but 1 if the page is not isolated from other sites by its
 * headers (`crossOriginIsolated`), since browsers then do not allow shared memory.
 */
export const defaultThreads = (): number =>
  globalThis.crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1) : 1

interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean; readonly architecture?: string }
  readonly isFallbackAdapter?: boolean
}

const findAdapter = async (): Promise<Adapter | undefined> => {
  const { gpu } = navigator as { gpu?: { requestAdapter(options: object): Promise<Adapter | null> } }
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)
  return adapter ?? undefined
}

/** The graphics card if there is a real one that the browser allows, else the processor. */
export const bestBackend = async (): Promise<Backend> => {
  const adapter = await findAdapter()
  // Graphics cards emulated by the processor are a hundred times slower than WebAssembly.
  const imitated =
    adapter?.isFallbackAdapter || adapter?.info?.isFallbackAdapter || adapter?.info?.architecture === 'swiftshader'
  return adapter && !imitated ? 'webgpu' : 'wasm'
}

/**
 * The requested backend. Rejects with `bad-argument` for an unknown one, with `no-backend` for one that is not
 * available here.
 */
export const chooseBackend = async (asked: Backend | 'auto'): Promise<Backend> => {
  if (asked === 'auto') return bestBackend()
  if (asked === 'wasm') return asked
  if (asked !== 'webgpu') {
    throw new AnimeganError('bad-argument', `backend: expected one of auto, webgpu, wasm, found '${asked}'`)
  }
  if (await findAdapter()) return asked
  throw new AnimeganError(
    'no-backend',
    "backend webgpu: expected a graphics card that this browser can use, found none; use 'wasm' or 'auto'",
  )
}
