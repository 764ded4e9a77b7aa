import { input, interpret } from '@animegan/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTfLite } from '../formats/index.ts'
import { tfLiteGraph } from '../mapping/index.ts'
import { faceMesh } from './index.ts'
import { doubled, fixture, meshFile, personFile, run } from './testing.ts'

const bytes = meshFile()
const model = readTfLite(bytes)
const picture = doubled(fixture('mesh.picture'))
const x = input('x', picture.shape)

/** MediaPipe's own numbers: the seven outputs of its file, one after the other. */
const names = ['mesh_identity', 'lips', 'left_eye', 'right_eye', 'left_iris', 'right_iris'].map((n) => `output_${n}`)
const sizes = [1404, 160, 142, 142, 10, 10, 1]
const theirs = sizes.map((size, i) => {
  const first = sizes.slice(0, i).reduce((sum, before) => sum + before, 0)
  return (fixture('mesh.numbers').data as Float32Array).subarray(first, first + size)
})

const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0)
}

test("every output equals MediaPipe's, including the refined eyes and lips", async () => {
  const wanted = ['output_mesh', ...names.slice(1), 'conv_faceflag']
  const made = tfLiteGraph(model, x, wanted)
  const results = await run(Object.fromEntries(wanted.map((name, i) => [name, made[i]])), picture)
  expect(theirs[6][0]).toBeGreaterThan(10)
  wanted.forEach((name, i) => {
    expect(farthest(results[name], theirs[i]), name).toBeLessThan(name === 'conv_faceflag' ? 0.05 : 0.02)
  })
})

test('refined points replace those of the mesh, and irises are as deep as their lids', async () => {
  const { points } = await run({ points: faceMesh(model, x).points }, picture)
  expect(points).toHaveLength(478 * 3)
  const at = (i: number) => [...points.subarray(3 * i, 3 * i + 3)]
  const [mesh, lips, rightEye, leftEye, rightIris] = theirs
  const near = (i: number, wanted: readonly number[]) => expect(farthest(at(i), wanted)).toBeLessThan(0.03)
  // The tip of the nose comes from the mesh; then the first point of each refinement, and the last of two, by
  // MediaPipe's tables.
  near(1, [...mesh.subarray(3, 6)])
  near(61, [lips[0], lips[1], mesh[3 * 61 + 2]])
  near(407, [lips[158], lips[159], mesh[3 * 407 + 2]])
  near(33, [rightEye[0], rightEye[1], mesh[3 * 33 + 2]])
  near(417, [leftEye[140], leftEye[141], mesh[3 * 417 + 2]])
  const lids = [33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173]
  near(468, [rightIris[0], rightIris[1], lids.reduce((sum, i) => sum + mesh[3 * i + 2] / 16, 0)])
})

test('the reference interpreter agrees with ONNX Runtime', async () => {
  const graph = faceMesh(model, x)
  const result = await run({ points: graph.points, presence: graph.presence }, picture)
  const [points, presence] = interpret([graph.points, graph.presence], { x: picture })
  expect(farthest(points.data as Float32Array, result.points)).toBeLessThan(5e-3)
  expect(farthest(presence.data as Float32Array, result.presence)).toBeLessThan(1e-2)
})

describe('damaged and wrong files', () => {
  test('another network is refused in one line', () => {
    expect(() => faceMesh(readTfLite(personFile()), x)).toThrow('expected a tensor named output_mesh')
  })

  test('any bytes changed give a graph or bad weights, soon', () => {
    // The middle of the file is weights; the structure that says how they are used lies around them.
    const [head, tail] = [20_000, 120_000]
    const structure = fc.nat(head + tail - 1).map((at) => (at < head ? at : bytes.length - tail - head + at))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(structure, fc.nat(255)), {
          minLength: 1,
          maxLength: 6,
        }),
        (changes) => {
          const file = bytes.slice()
          for (const [at, value] of changes) file[at] = value
          try {
            faceMesh(readTfLite(file), x)
          } catch (error) {
            expect(error).toMatchObject({ code: 'bad-weights' })
            expect((error as Error).message).not.toContain('\n')
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})
