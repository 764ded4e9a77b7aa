import { expect, test } from 'vitest'
import type { Picture } from '../picture.ts'
import { balance, balancePlanes, sceneOf } from './balance.ts'
import { toPicture, toPlanes } from './oklab.ts'

const picture = (
  width: number,
  height: number,
  rgb: (x: number, y: number) => readonly [number, number, number],
): Picture => {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, o = 0; y < height; y++) for (let x = 0; x < width; x++, o += 3) data.set(rgb(x, y), o)
  return { width, height, channels: 3, data }
}

/** A street in coloured light: greys from dark to light, times the light's colour. */
const street = (red: number, green: number, blue: number): Picture =>
  picture(60, 40, (x, y) => {
    const grey = 30 + 3.4 * x + (y % 3)
    return [grey * red, grey * green, grey * blue]
  })

/** Mean of red minus blue over the lightest pixels. */
const warmth = ({ data }: Picture): number => {
  let [sum, count] = [0, 0]
  for (let i = 0; i < data.length; i += 3) {
    if (data[i + 1] < 180) continue
    sum += data[i] - data[i + 2]
    count++
  }
  return sum / count
}

test('the table matches the exact change within a few levels, for all colours', () => {
  const all = picture(64, 64, (x, y) => [x * 4, y * 4, ((x ^ y) * 4) % 256])
  for (const seen of [street(1, 0.95, 0.8), street(0.5, 0.5, 0.5), all]) {
    const scene = sceneOf(seen)
    const planes = toPlanes(all)
    balancePlanes(planes, scene)
    const exact = toPicture(planes).data
    let sum = 0
    const { data } = balance(all, scene)
    for (let i = 0; i < data.length; i++) sum += Math.abs(data[i] - exact[i])
    expect(sum / data.length).toBeLessThan(1)
  }
})

test('most of a warm cast is removed, less of a blue one; a picture of one strong colour keeps it', () => {
  const warm = street(1, 0.95, 0.82)
  const cold = street(0.88, 0.94, 1)
  const taken = (before: Picture) => 1 - warmth(balance(before)) / warmth(before)
  expect(taken(warm)).toBeGreaterThan(0.4)
  expect(taken(warm)).toBeLessThan(1.1)
  expect(taken(cold)).toBeLessThan(taken(warm))
  const rose = picture(40, 40, (x) => [200 + (x % 8), 60, 80])
  const { data } = balance(rose)
  expect(data[0] - data[1]).toBeGreaterThan(100)
})

test('dark pictures get lighter, good ones change little, and black stays black', () => {
  const mean = ({ data }: Picture) => data.reduce((sum, v) => sum + v, 0) / data.length
  const dark = street(0.45, 0.45, 0.45)
  expect(Math.max(...balance(dark).data)).toBeGreaterThan(1.15 * Math.max(...dark.data))
  const good = street(1, 1, 1)
  expect(Math.abs(mean(balance(good)) - mean(good))).toBeLessThan(24)
  expect(balance(picture(8, 8, () => [0, 0, 0])).data).toEqual(new Uint8Array(192))
})

test('a copy of another size has the same scene, within a hundredth; alpha is kept', () => {
  const large = picture(400, 300, (x, y) => [40 + x / 2, 60 + y / 2, 90])
  const small = picture(200, 150, (x, y) => [40 + x, 60 + y, 90])
  const [one, other] = [sceneOf(large), sceneOf(small)]
  for (const key of ['dark', 'middle', 'light', 'castA', 'castB'] as const)
    expect(Math.abs(one[key] - other[key])).toBeLessThan(0.01)
  const data = Uint8Array.from({ length: 4 * 4 * 4 }, (_, i) => i * 3)
  const kept = balance({ width: 4, height: 4, channels: 4, data })
  expect(kept.data.filter((_, i) => i % 4 === 3)).toEqual(data.filter((_, i) => i % 4 === 3))
})
