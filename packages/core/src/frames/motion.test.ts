import { describe, expect, it } from 'vitest'
import { lumaOf, pyramidOf } from './luma.ts'
import { differencesAlong, motionBetween } from './motion.ts'
import { noisy, scene } from './testing.ts'

const [width, height] = [160, 120]
const pyramid = (x: number, y: number) => pyramidOf(lumaOf(scene(width, height, x, y)))

describe('motionBetween', () => {
  it.each([
    [2, 0],
    [-0.5, 0.75],
    [7.25, -5.5],
    [-8.5, 4],
  ])('finds a pan by (%f, %f)', (x, y) => {
    const [from, to] = [pyramid(x, y), pyramid(0, 0)]
    const motion = motionBetween(from, to)
    const { columns, rows, u, v } = motion
    expect([columns, rows]).toEqual([39, 29])
    const differences = differencesAlong(motion, from[0]!, to[0]!)
    let [sum, count] = [0, 0]
    for (let row = 4; row < rows - 4; row++) {
      for (let column = 4; column < columns - 4; column++, count++) {
        const i = row * columns + column
        sum += Math.hypot(u[i] - x, v[i] - y)
        expect(differences[i]).toBeLessThan(3)
      }
    }
    expect(sum / count).toBeLessThan(0.15)
  })

  it('leaves in place what is still, under a little noise too', () => {
    const still = motionBetween(pyramid(0, 0), pyramid(0, 0))
    expect(Math.max(...still.u.map(Math.abs), ...still.v.map(Math.abs))).toBe(0)
    const other = pyramidOf(lumaOf(noisy(scene(width, height), 1, 3)))
    const { u, v } = motionBetween(pyramid(0, 0), other)
    const lengths = Array.from(u, (value, i) => Math.hypot(value, v[i]))
    expect(lengths.reduce((sum, length) => sum + length, 0) / lengths.length).toBeLessThan(0.15)
  })

  it.each([
    [1, 1],
    [3, 50],
    [50, 9],
  ])('takes pictures of %i x %i', (across, down) => {
    const planes = pyramidOf(lumaOf(scene(across, down)))
    const motion = motionBetween(planes, planes)
    expect(motion.u).toHaveLength(motion.columns * motion.rows)
    expect(Math.max(...motion.u.map(Math.abs), ...differencesAlong(motion, planes[0]!, planes[0]!))).toBe(0)
    expect(Math.min(...motion.weight)).toBeGreaterThan(0)
  })
})
