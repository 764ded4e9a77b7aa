/**
 * The options that choose an engine, as several commands take them. Says what `auto` means: the CPU, whose results are
 * the same on every machine, until another backend has been measured to be better.
 */
import type { NodeEngineOptions } from '@animegan/node'

/** The options as the command line gives them. */
export interface EngineFlags {
  readonly backend: 'auto' | 'cpu' | 'webgpu'
  readonly threads?: number
}

/** The engine that is asked for. */
export const engineOptions = ({ backend, threads }: EngineFlags): NodeEngineOptions => ({
  backend: backend === 'webgpu' ? 'webgpu' : 'cpu',
  ...(threads && { threads }),
})
