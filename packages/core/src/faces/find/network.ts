/**
 * A BlazeFace network on an engine: 8-bit pictures in, candidates out. Anchors and decoding follow MediaPipe's graphs:
 * every anchor lies in the middle of its cell and has the size of the network's input, so offsets are in pixels. The
 * detector chooses which pictures to show it.
 */
import { cast, div, encodeOnnx, input, sub, symbolicDim, transpose } from '@animegan/graph'
import { type BlazeFaceVariant, blazeFace, readTfLite } from '@animegan/models'
import type { Engine } from '../../engine.ts'
import type { Candidate } from './candidate.ts'

/** Pictures of one size, one after another: `count * height * width * 3` bytes of RGB. */
export interface PictureBatch {
  readonly count: number
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

export interface FaceNetwork {
  /** Height and width of pictures must be multiples of this. */
  readonly multiple: number
  /** The candidates in each picture with a score of at least `least`, unmerged. */
  look(batch: PictureBatch, least: number): Promise<Candidate[][]>
  close(): Promise<void>
}

/** Numbers of a candidate: its box and six key points. */
const NUMBERS = 16

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/**
 * Loads a network from its TensorFlow Lite file. Throws an `AnimeganError` (`bad-weights`) when the file is not this
 * variant.
 */
export const loadFaceNetwork = async (
  file: Uint8Array,
  variant: BlazeFaceVariant,
  engine: Engine,
): Promise<FaceNetwork> => {
  const { multiple } = variant
  const sides = [symbolicDim('n'), symbolicDim('h', multiple), symbolicDim('w', multiple)]
  const pictures = input('pictures', [...sides, 3], 'uint8')
  const x = transpose(sub(div(cast(pictures, 'float32'), 127.5), 1), [0, 3, 1, 2])
  const grids = blazeFace(readTfLite(file), variant, x)
  const outputs = grids.flatMap(({ scores, boxes }, i) => [
    [`scores${i}`, scores] as const,
    [`boxes${i}`, boxes] as const,
  ])
  const session = await engine.load(encodeOnnx(Object.fromEntries(outputs)))

  return {
    multiple,
    look: async ({ count, width, height, data }, least) => {
      const result = await session.run({ pictures: { dtype: 'uint8', shape: [count, height, width, 3], data } })
      const found = Array.from({ length: count }, (): Candidate[] => [])
      const leastLogit = -Math.log(1 / least - 1)
      for (const [grid, { stride, anchors }] of grids.entries()) {
        const scores = result[`scores${grid}`]
        const [, rows, columns] = scores.shape as [number, number, number]
        const logits = scores.data as Float32Array
        const numbers = result[`boxes${grid}`].data as Float32Array
        for (let i = 0; i < logits.length; i++) {
          // No picture can give NaN here, and a comparison with NaN would be false anyway.
          if (!(logits[i] >= leastLogit)) continue
          const cell = Math.floor(i / anchors)
          const [across, down] = [
            ((cell % columns) + 0.5) * stride,
            ((Math.floor(cell / columns) % rows) + 0.5) * stride,
          ]
          const at = i * NUMBERS
          const [w, h] = [numbers[at + 2], numbers[at + 3]]
          if (!(w > 0 && h > 0)) continue
          found[Math.floor(cell / columns / rows)].push({
            score: sigmoid(logits[i]),
            box: { x: numbers[at] + across - w / 2, y: numbers[at + 1] + down - h / 2, width: w, height: h },
            points: Array.from({ length: 6 }, (_, k) => ({
              x: numbers[at + 4 + 2 * k] + across,
              y: numbers[at + 5 + 2 * k] + down,
            })),
          })
        }
      }
      return found
    },
    close: () => session.close(),
  }
}
