/**
 * The options that choose an engine, shared by several commands.
 */
import type { Backend, NodeEngineOptions } from '@animegan/node'

/** The options from the command line. */
export interface EngineFlags {
  readonly backend: Backend
  readonly threads?: number
}

/** The requested engine. */
export const engineOptions = ({ backend, threads }: EngineFlags): NodeEngineOptions => ({
  backend,
  threads,
})
