/** What happens between the two passes of a step whose recipe retouches; see retouch.ts. Other steps pass through. */
import type { Engine } from '@animegan/core'
import type { Value } from '@animegan/graph'
import { type Batch, isRetouched, type PictureKind, type Results, type RetouchedKind } from '../batch.ts'
import type { State } from '../step/state.ts'
import type { Step } from '../step/step.ts'

/** Retouches the results of a whole batch. */
export type Retouch = (step: number, results: Results) => Promise<Batch>

export interface Between {
  /** The kinds that a batch must have: all but the retouched ones. */
  readonly kinds: readonly PictureKind[]
  readonly retouchedKinds: readonly RetouchedKind[]
  /**
   * The retouched pictures of a step.
   *
   * @param feeds the batch, as inputs of the step's graph
   */
  retouched(step: number, feeds: Readonly<Record<string, Value>>, state: State): Promise<Batch>
  close(): Promise<void>
}

/** Loads a step's first pass, if it has one. */
export const openBetween = async (engine: Engine, step: Step, retouch: Retouch | undefined): Promise<Between> => {
  const { preview } = step
  const kinds = step.pictures.filter((kind) => !isRetouched(kind))
  const retouchedKinds = step.pictures.filter(isRetouched)
  if (!preview) return { kinds, retouchedKinds, retouched: async () => ({}), close: async () => {} }
  if (!retouch) throw new Error('training: expected something that retouches, as the recipe asks for it, found none')
  const session = await engine.load(preview.model)
  return {
    kinds,
    retouchedKinds,
    async retouched(number, feeds, state) {
      const inputs = Object.fromEntries(preview.state.map((name) => [name, state.get(name)!]))
      const results = await session.run({ photo: feeds.photo, ...inputs })
      return retouch(number, Object.fromEntries(Object.entries(results).map(([kind, { data }]) => [kind, data])))
    },
    close: () => session.close(),
  }
}
