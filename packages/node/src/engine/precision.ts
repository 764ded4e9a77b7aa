/** What to compute with on an engine of Node's, where that is left open. */
import type { Precision } from '@animegan/core'
import type { Backend } from './node-engine.ts'

/** `auto` as it is meant for a processor; on a graphics device it is floats, as that has no kernels for 8 bits. */
export const precisionOn = (backend: Backend = 'auto', precision: Precision = 'auto'): Precision =>
  precision === 'auto' && backend === 'webgpu' ? 'fp32' : precision
