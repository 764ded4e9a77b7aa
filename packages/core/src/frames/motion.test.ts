import { describe, expect, it } from 'vitest'
import { lumaOf, pyramidOf } from './luma.ts'
import { motionBetween } from './motion.ts'
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
    expect([columns, rows]).toEqual([80, 60])
    let [sum, count] = [0, 0]
    for (let row = 8; row < rows - 8; row++) {
      for (let column = 8; column < columns - 8; column++, count++) {
        const i = row * columns + column
        sum += Math.hypot(u[i] - x, v[i] - y)
        expect(motion.variance[i]).toBeLessThan(0.5)
      }
    }
    expect(sum / count).toBeLessThan(0.15)
    expect(motion.misfits).toHaveLength(39 * 29)
    expect(motion.misfits.reduce((total, misfit) => total + misfit, 0) / (39 * 29)).toBeLessThan(1.5)
  })

  it('marks the border between two motions', () => {
    const moved = lumaOf(scene(width, height, 3, 0))
    const still = lumaOf(scene(width, height))
    // The right half stays, the left one moves.
    const data = still.data.map((value, i) => (i % width < 80 ? moved.data[i] : value))
    const { columns, rows, variance } = motionBetween(pyramidOf({ width, height, data }), pyramidOf(still))
    const mean = (column: number): number => {
      let sum = 0
      for (let row = 0; row < rows; row++) sum += variance[row * columns + column] / rows
      return sum
    }
    expect(mean(40)).toBeGreaterThan(0.2)
    for (const column of [20, 30, 50, 60]) expect(mean(column)).toBeLessThan(0.02)
  })

  it('finds no motion in still pictures, even under a little noise', () => {
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
  ])('handles pictures of %i x %i', (across, down) => {
    const planes = pyramidOf(lumaOf(scene(across, down)))
    const motion = motionBetween(planes, planes)
    expect(motion.u).toHaveLength(motion.columns * motion.rows)
    expect(Math.max(...motion.u.map(Math.abs), ...motion.variance, ...motion.misfits)).toBe(0)
  })
})
