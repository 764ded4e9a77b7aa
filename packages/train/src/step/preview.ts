/**
 * The first pass of a step whose recipe retouches: the generator's results for the photos, as bytes, before anything is
 * trained. retouch/ says what becomes of them.
 */
import { add, cast, encodeOnnx, fold, max, min, mul, type Tensor, transpose } from '@animegan/graph'
import { parametersOf } from '@animegan/models'
import type { RetouchedKind } from '../batch.ts'
import type { Made } from './made.ts'

export interface Preview {
  /**
   * The encoded model: `photo` and the generator's weights in; for each retouched kind what it is made from, uint8
   * [batch, size, size, 3], out.
   */
  readonly model: Uint8Array
  /** Names of the weights. */
  readonly state: readonly string[]
}

/** The result that each kind is made from. */
const sources: Readonly<Record<RetouchedKind, (made: Made) => Tensor>> = {
  'result-regions': ({ support }) => support,
  'revised-result': ({ unfiltered }) => unfiltered,
}

/** The first pass for the kinds that a step needs. */
export const previewOf = (made: Made, kinds: readonly RetouchedKind[]): Preview => {
  const results = kinds.map((kind) => bytesOf(sources[kind](made)))
  const folded = fold(results)
  return {
    model: encodeOnnx(Object.fromEntries(kinds.map((kind, i) => [kind, folded[i]]))),
    state: [...parametersOf(results).keys()],
  }
}

/** Bytes [n, h, w, c] of pictures [n, c, h, w], -1 to 1, fractions dropped as in the original. */
const bytesOf = (x: Tensor): Tensor => cast(transpose(min(max(mul(add(x, 1), 127.5), 0), 255), [0, 2, 3, 1]), 'uint8')
