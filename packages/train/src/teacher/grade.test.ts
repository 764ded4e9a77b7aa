import type { Planes } from '@animegan/core'
import { expect, test } from 'vitest'
import { grade } from './grade.ts'
import { nightfall } from './night.ts'
import { teacherPresets } from './presets.ts'

/** The graded colour of one pixel, given lightness, chroma and hue in degrees. */
const graded = (lightness: number, chroma: number, hue: number, ink = 0, preset?: keyof typeof teacherPresets) => {
  const angle = (hue * Math.PI) / 180
  const planes: Planes = {
    width: 1,
    height: 1,
    l: Float32Array.of(lightness),
    a: Float32Array.of(chroma * Math.cos(angle)),
    b: Float32Array.of(chroma * Math.sin(angle)),
  }
  // Tones, which are steps on purpose, only for a preset that is asked for.
  const options = preset ? teacherPresets[preset] : { ...teacherPresets.sora, tones: 0 }
  grade(planes, Float32Array.of(ink), { ...options, ink: options.lineStrength })
  return {
    l: planes.l[0],
    chroma: Math.hypot(planes.a[0], planes.b[0]),
    hue: ((Math.atan2(planes.b[0], planes.a[0]) * 180) / Math.PI + 360) % 360,
  }
}

test('white stays white and black stays dark, in every style', () => {
  for (const preset of Object.keys(teacherPresets) as (keyof typeof teacherPresets)[]) {
    const white = graded(1, 0, 0, 0, preset)
    expect([preset, white.l > 0.97]).toEqual([preset, true])
    expect([preset, white.chroma < 0.04]).toEqual([preset, true])
    expect([preset, graded(0, 0, 0, 0, preset).l < 0.1]).toEqual([preset, true])
  }
})

test('lighter stays lighter: the curve is monotonic, and light stone keeps its shading', () => {
  let before = -1
  for (let l = 0; l <= 1; l += 1 / 64) {
    const now = graded(l, 0, 0).l
    expect(now).toBeGreaterThan(before)
    before = now
  }
  expect(graded(0.92, 0.01, 80).l - graded(0.84, 0.01, 80).l).toBeGreaterThan(0.03)
})

test('a vivid gradient stays smooth: no lightness jumps', () => {
  for (const hue of [30, 140, 260])
    for (let l = 0.1; l < 0.9; l += 0.01) {
      const step = graded(l + 0.01, 0.2, hue).l - graded(l, 0.2, hue).l
      expect(step).toBeGreaterThan(0)
      expect(step).toBeLessThan(0.03)
    }
})

test('dark hedges stay green, dark greys turn blue', () => {
  for (const chroma of [0.02, 0.04, 0.06]) {
    const { hue } = graded(0.22, chroma, 135)
    expect(hue).toBeGreaterThan(110)
    expect(hue).toBeLessThan(165)
  }
  const shade = graded(0.3, 0.002, 135)
  expect(shade.hue).toBeGreaterThan(240)
  expect(shade.hue).toBeLessThan(300)
})

test('orange stays orange, however dark or vivid', () => {
  for (const l of [0.4, 0.55, 0.7])
    for (const chroma of [0.1, 0.14, 0.18]) expect(Math.abs(graded(l, chroma, 60).hue - 62)).toBeLessThan(9)
})

test('leaves are fresher in light than in shade; linen does not turn blue', () => {
  expect(graded(0.75, 0.08, 130).hue).toBeLessThan(graded(0.35, 0.08, 130).hue)
  expect(graded(0.93, 0.015, 250).chroma).toBeLessThan(0.03)
})

test('the ink of cel has colour and is never black; what is darker than it stays as dark', () => {
  const { lineTone } = teacherPresets.cel
  for (const lightness of [0.6, 0.8, 1]) {
    const line = graded(lightness, 0, 0, 1, 'cel')
    expect(line.l).toBeCloseTo(lineTone, 1)
    expect(line.chroma).toBeGreaterThan(0.05)
  }
  expect(graded(0.05, 0, 0, 1, 'cel').l).toBeCloseTo(graded(0.05, 0, 0, 0, 'cel').l, 5)
})

test('ink darkens and keeps the hue below it', () => {
  const [bare, inked] = [graded(0.6, 0.12, 30), graded(0.6, 0.12, 30, 1)]
  expect(inked.l).toBeLessThan(0.75 * bare.l)
  expect(inked.l).toBeGreaterThan(0.15)
  expect(Math.abs(inked.hue - bare.hue)).toBeLessThan(25)
  // On the sky there is hardly any.
  expect(graded(0.8, 0.06, 248, 1).l).toBeGreaterThan(0.9 * graded(0.8, 0.06, 248).l)
})

test('at night wide bright areas turn dark and blue, and small lights stay lit', () => {
  const size = 64
  const grey = (at: (x: number, y: number) => number): Planes => ({
    width: size,
    height: size,
    l: Float32Array.from({ length: size * size }, (_, i) => at(i % size, Math.floor(i / size))),
    a: new Float32Array(size * size),
    b: new Float32Array(size * size),
  })
  const sky = grey(() => 0.9)
  nightfall(sky, 1)
  expect(sky.l[size * 32 + 32]).toBeLessThan(0.5)
  expect(sky.b[size * 32 + 32]).toBeLessThan(-0.03)
  const lamp = grey((x, y) => (Math.hypot(x - 32, y - 32) < 4 ? 0.95 : 0.3))
  nightfall(lamp, 1)
  expect(lamp.l[size * 32 + 32]).toBeGreaterThan(0.75)
  expect(lamp.b[size * 32 + 32]).toBeGreaterThan(0.05)
  // A bright wall has no rim where something dark stands before it, and a picket is no lamp.
  const wall = grey((x) => (x < 32 ? 0.1 : 0.9))
  const picket = grey((x) => (Math.abs(x - 32) < 3 ? 0.95 : 0.3))
  nightfall(wall, 1)
  nightfall(picket, 1)
  for (let x = 33; x < 64; x++) expect(wall.b[size * 32 + x]).toBeLessThan(0)
  expect(picket.b[size * 32 + 32]).toBeLessThan(0)
  const day = grey(() => 0.9)
  nightfall(day, 0)
  expect(day.l[0]).toBeCloseTo(0.9, 6)
})
