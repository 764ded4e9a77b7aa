/**
 * Helpers for tests of the pipeline: an engine without a worker, a style with seeded random weights, and the
 * pictures of pixels/testing.ts. Not part of the package.
 */
import { floats, sizeOf, type Value } from '@animegan/graph'
import { type Architecture, type NetworkStyle, networkOf, weightShapes } from '@animegan/models'
import type { Engine } from './engine.ts'
import { type EngineRequest, type Runtime, serveEngine } from './engine-host.ts'
import { randomNumbers } from './pixels/testing.ts'
import { remoteEngine } from './remote-engine.ts'

export { largestDifference, randomNumbers, testPicture } from './pixels/testing.ts'

/** Every host has it, but TypeScript knows it only from the DOM's types, which core does not use. */
declare const structuredClone: <T>(value: T, options?: { transfer?: readonly ArrayBuffer[] }) => T
declare const setImmediate: (then: () => void) => void

/**
 * An engine whose two sides run in one thread; messages are copied and memory transferred as with a worker. As in Node's engine,
 * threads do not spin.
 *
 * @param optimise whether sessions are optimised, as they are in use; for training, not doing it halves the time of a short run
 */
export const localEngine = (runtime: unknown, optimise = true): Engine => {
  const sent = <T>(message: T, transfer: readonly ArrayBuffer[] = []): T => structuredClone(message, { transfer })
  const engine = remoteEngine(
    { postMessage: (message, transfer) => handle(sent(message, transfer) as EngineRequest) },
    async () => {},
  )
  const handle = serveEngine(
    { postMessage: (reply, transfer) => engine.receive(sent(reply, transfer) as never) },
    runtime as Runtime,
    {
      graphOptimizationLevel: optimise ? 'all' : 'disabled',
      intraOpNumThreads: 2,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    },
    () => new Promise((resolve) => setImmediate(resolve)),
  )
  return { ...engine, eightBits: true }
}

/** A style whose weights keep values in a sensible range; the picture is meaningless, but every layer has an effect. */
export const randomStyle = (architecture: Architecture): NetworkStyle => {
  const network = networkOf(architecture)
  const weights = new Map<string, Value<'float32'>>()
  let seed = 1
  for (const [name, shape] of weightShapes(network)) {
    const numbers = randomNumbers(sizeOf(shape), seed++)
    const fanIn = Math.max(1, sizeOf(shape.slice(1)))
    const spread = name.endsWith('.weight') ? Math.sqrt(3 / fanIn) : 0.1
    const centre = name.endsWith('.scale') ? 1 : 0
    weights.set(
      name,
      floats(
        numbers.map((value) => centre + value * spread),
        shape,
      ) as Value<'float32'>,
    )
  }
  const { defaults: options } = network
  return { architecture, title: architecture, licence: 'CC0-1.0', attribution: '', options, weights, metadata: {} }
}
