/** Makes styles from other programs' weights and models in Node; core's style-from-weights.ts does the work. */
import { type Engine, type StyleFacts, styleFromWeights } from '@animegan/core'
import type { Style } from '@animegan/models'
import { nodeEngine } from '../engine/node-engine.ts'

/** `styleFromWeights` with an engine that is started only for a file that has to be tried on one. */
export const importStyle = async (
  bytes: Uint8Array,
  companion: Uint8Array | undefined,
  name: string,
  facts: StyleFacts,
): Promise<Style> => {
  let engine: Promise<Engine> | undefined
  const start = (): Promise<Engine> => {
    engine ??= nodeEngine()
    return engine
  }
  try {
    return await styleFromWeights(bytes, companion, name, facts, start)
  } finally {
    await (await engine)?.close()
  }
}
