import { describe, expect, it } from 'vitest'
import { lumaOf } from './luma.ts'
import { opticalFlow } from './optical-flow.ts'
import { scene } from './testing.ts'

describe('opticalFlow', () => {
  it.each([
    [0, 0],
    [1, 0],
    [-0.5, 0.75],
    [6.25, -4.5],
    [-8.5, 3],
  ])('finds a pan by (%f, %f)', (x, y) => {
    const [width, height] = [160, 120]
    const { u, v } = opticalFlow(lumaOf(scene(width, height, x, y)), lumaOf(scene(width, height)))
    let [sum, count] = [0, 0]
    for (let j = 16; j < height - 16; j++) {
      for (let i = 16; i < width - 16; i++, count++) sum += Math.hypot(u[j * width + i] - x, v[j * width + i] - y)
    }
    expect(sum / count).toBeLessThan(0.12)
  })

  it.each([
    [1, 1],
    [3, 50],
    [50, 7],
  ])('handles pictures of %i x %i', (width, height) => {
    const { u, v } = opticalFlow(lumaOf(scene(width, height)), lumaOf(scene(width, height)))
    expect(u).toHaveLength(width * height)
    for (const plane of [u, v]) for (const value of plane) expect(Math.abs(value)).toBeLessThan(0.01)
  })

  it('refuses pictures of different sizes', () => {
    expect(() => opticalFlow(lumaOf(scene(8, 8)), lumaOf(scene(8, 9)))).toThrow('8 x 8 and 8 x 9')
  })
})
