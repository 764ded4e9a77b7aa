/**
 * The options that choose an engine and its precision, shared by several commands.
 */
import { levelScalesOf, type Precision, type Style } from '@animegan/core'
import type { Backend, NodeEngineOptions } from '@animegan/node'
import { expected } from '../usage.ts'

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

export interface PrecisionFlags extends EngineFlags {
  readonly precision: Precision
}

/** Throws a UsageError if 8 bits are requested for a style that is not calibrated. */
export const checkPrecision = (style: Style, name: string, precision: Precision): void => {
  if (precision === 'int8' && !levelScalesOf(style)) {
    const remedy = `run animegan calibrate ${name} --photos FOLDER -o FILE, and use that FILE as --style`
    throw expected('--precision int8', 'a style calibrated for 8 bits', `${name}, which is not; ${remedy}`)
  }
}
