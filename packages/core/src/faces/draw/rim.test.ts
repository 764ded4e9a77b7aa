import { describe, expect, it } from 'vitest'
import { FEATHER, findRim, maskAt, POLE, type Rim } from './rim.ts'

const at = (radius: number, phi: number): [number, number] => [
  POLE.x + radius * Math.cos(phi),
  POLE.y + radius * Math.sin(phi),
]
const directions = Array.from({ length: 97 }, (_, i) => (2 * Math.PI * i) / 97)
const distance = (x: number, y: number): number => Math.hypot(x - POLE.x, y - POLE.y)
const jumps = ({ radii }: Rim): number =>
  radii.reduce((most, radius, i) => Math.max(most, Math.abs(radius - radii.at(i - 1)!)), 0)

describe('the rim', () => {
  it('runs where it costs least, within its bounds', () => {
    const valley = (phi: number): number => 1.85 + 0.1 * Math.sin(2 * phi)
    const rim = findRim((x, y) => 40 * Math.abs(distance(x, y) - valley(Math.atan2(y - POLE.y, x - POLE.x))), false)
    rim.radii.forEach((radius, i) => {
      const phi = (2 * Math.PI * i) / rim.radii.length
      // At the sides, the outer ellipse cuts off the valley.
      const bound = 1 / Math.hypot(Math.cos(phi) / 1.95, Math.sin(phi) / 2.1)
      expect(Math.abs(radius - Math.min(bound, valley(phi)))).toBeLessThan(0.06)
    })
  })

  it('goes around what it must not cross, and closes', () => {
    const wall = (x: number, y: number): boolean =>
      Math.abs(Math.atan2(y - POLE.y, x - POLE.x)) < 0.4 && distance(x, y) > 1.5
    const rim = findRim((x, y) => (wall(x, y) ? 50 : 1), false)
    expect(rim.radii[0]).toBeLessThan(1.5)
    expect(jumps(rim)).toBeLessThan(0.1)
  })

  it('cuts neither through the face nor through what proportions move', () => {
    const inwards = (x: number, y: number): number => 10 * distance(x, y)
    const [still, moved] = [findRim(inwards, false), findRim(inwards, true)]
    for (const [x, y] of [
      [0, -0.6],
      [0, 1.65],
      [-0.95, 0.3],
      [0.95, 0.3],
    ] as const) {
      expect(maskAt(still, x, y)).toBe(1)
    }
    for (const x of [-1.15, 1.15]) expect(maskAt(moved, x, 1.45)).toBe(1)
  })
})

it('the mask is 1 inside, 0 outside, and falls smoothly in between', () => {
  const rim = findRim((x, y) => Math.abs(Math.sin(5 * x) + Math.cos(4 * y)) * 20, false)
  for (const phi of directions) {
    let last = 1
    for (let radius = 0.1; radius < 2.7; radius += 0.01) {
      const mask = maskAt(rim, ...at(radius, phi))
      expect(last - mask).toBeGreaterThanOrEqual(0)
      expect(last - mask).toBeLessThan((2 * 0.01) / FEATHER)
      last = mask
    }
    expect(maskAt(rim, ...at(0.9, phi))).toBe(1)
    expect(last).toBe(0)
  }
})
