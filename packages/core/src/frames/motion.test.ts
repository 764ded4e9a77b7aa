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
    const { columns, rows, u, v, difference } = motionBetween(pyramid(x, y), pyramid(0, 0))
    expect([columns, rows]).toEqual([20, 15])
    let [sum, count] = [0, 0]
    for (let row = 2; row < rows - 2; row++) {
      for (let column = 2; column < columns - 2; column++, count++) {
        const i = row * columns + column
        sum += Math.hypot(u[i] - x, v[i] - y)
        expect(difference[i]).toBeLessThan(3)
      }
    }
    expect(sum / count).toBeLessThan(0.25)
  })

  it('leaves in place what is still, under a little noise too', () => {
    const still = motionBetween(pyramid(0, 0), pyramid(0, 0))
    expect(Math.max(...still.u, ...still.v, ...still.difference)).toBe(0)
    const other = pyramidOf(lumaOf(noisy(scene(width, height), 1, 3)))
    const { u, v } = motionBetween(pyramid(0, 0), other)
    const lengths = Array.from(u, (value, i) => Math.hypot(value, v[i]))
    expect(lengths.reduce((sum, length) => sum + length, 0) / lengths.length).toBeLessThan(0.05)
  })
})
