/**
 * The options that choose an engine, as several commands take them.
 */
import type { Backend, NodeEngineOptions } from '@animegan/node'

/** The options as the command line gives them. */
export interface EngineFlags {
  readonly backend: Backend
  readonly threads?: number
}

/** The engine that is asked for. */
export const engineOptions = ({ backend, threads }: EngineFlags): NodeEngineOptions => ({
  backend,
  threads,
})
