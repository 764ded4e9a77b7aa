import { describe, expect, it } from 'vitest'
import type { Picture } from '../picture.ts'
import { randomNumbers } from '../pixels/testing.ts'
import { halve, lumaOf, pyramidOf } from './luma.ts'
import { isCut } from './shot.ts'
import { noisy, scene } from './testing.ts'

const cut = (frame: Picture, before: Picture): boolean =>
  isCut(pyramidOf(halve(lumaOf(frame))), pyramidOf(halve(lumaOf(before))))
const lit = (picture: Picture, factor: number): Picture => ({
  ...picture,
  data: picture.data.map((value) => Math.min(255, value * factor)),
})

/** Coarse grain that changes in every frame, as on water: no patch is found again. */
const rippled = (picture: Picture, seed: number): Picture => {
  const grains = randomNumbers(64 * 36, seed)
  const at = (i: number): number => Math.trunc(Math.trunc(i / 320) / 5) * 64 + Math.trunc((i % 320) / 5)
  const data = picture.data.map((value, i) => Math.min(255, Math.max(0, value + 13 * grains[at(Math.trunc(i / 3))])))
  return { ...picture, data }
}

/** A dark object in front, at `left`. */
const passedBy = (picture: Picture, left: number, seed: number): Picture => {
  const data = picture.data.slice()
  const thing = lit(scene(80, 70, 0, 0, seed + 20), 0.4)
  for (let y = 0; y < thing.height; y++) {
    data.set(thing.data.subarray(y * 240, y * 240 + 240), ((y + 30) * picture.width + left) * 3)
  }
  return { ...picture, data }
}

describe('isCut', () => {
  const seeds = [1, 2, 3, 4, 5, 6]

  it('sees cuts between scenes', () => {
    // Scenes made of the same waves have similar histograms, so the cut changes the light too.
    const scenes = seeds.map((seed) => lit(scene(320, 180, 0, 0, seed), 0.5 + 0.1 * seed))
    const missed = scenes.slice(1).filter((frame, i) => !cut(frame, scenes[i]))
    expect(missed).toHaveLength(0)
  })

  it.each([
    ['a pan', (frame: Picture, seed: number) => [scene(320, 180, 9, -4, seed), frame]],
    ['noise', (frame: Picture, seed: number) => [noisy(frame, 25, seed), noisy(frame, 25, seed + 50)]],
    ['water', (frame: Picture, seed: number) => [rippled(frame, seed), rippled(frame, seed + 50)]],
    ['a passing object', (frame: Picture, seed: number) => [passedBy(frame, 64, seed), passedBy(frame, 40, seed)]],
    ['a step of a fade', (frame: Picture) => [lit(frame, 0.9), frame]],
  ] as const)('does not take %s for a cut', (_, pair) => {
    const taken = seeds.filter((seed) => {
      const [frame, before] = pair(scene(320, 180, 0, 0, seed), seed)
      return cut(frame, before)
    })
    expect(taken).toEqual([])
  })

  it.each([
    [1, 1],
    [600, 9],
    [5, 300],
  ])('handles pictures of %i x %i', (width, height) => {
    const picture = scene(width, height)
    expect(cut(picture, picture)).toBe(false)
    expect(cut(lit(picture, 0.2), lit(scene(width, height, 0, 0, 2), 1.5))).toBeTypeOf('boolean')
  })
})
