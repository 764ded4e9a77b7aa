/** The default precision for engines in Node. */
import type { Precision } from '@animegan/core'
import type { Backend } from './node-engine.ts'

/** Keeps `auto` on a processor; resolves it to floats on a graphics device, which has no kernels for 8 bits. */
export const precisionOn = (backend: Backend = 'auto', precision: Precision = 'auto'): Precision =>
  precision === 'auto' && backend === 'webgpu' ? 'fp32' : precision
