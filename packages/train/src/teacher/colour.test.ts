import { describe, expect, it } from 'vitest'
import { type ColourOptions, colour } from './colour.ts'
import { type Planes, toPlanes } from './oklab.ts'
import { paint } from './testing.ts'

const neutral: ColourOptions = {
  gamma: 1,
  lift: 0,
  tones: 0,
  vibrance: 1,
  memory: 0,
  warmth: 0,
  shade: 0,
  lineStrength: 1,
}

/** What becomes of one colour under `line` of a line. */
const coloured = (rgb: readonly [number, number, number], options: Partial<ColourOptions>, line = 0) => {
  const planes = toPlanes(paint(1, 1, () => rgb))
  colour(planes, Float32Array.of(line), { ...neutral, ...options })
  return look(planes)
}

const look = ({ l, a, b }: Planes) => ({
  lightness: l[0],
  chroma: Math.hypot(a[0], b[0]),
  hue: ((Math.atan2(b[0], a[0]) * 180) / Math.PI + 360) % 360,
})

const before = (rgb: readonly [number, number, number]) => look(toPlanes(paint(1, 1, () => rgb)))

describe('with nothing asked for', () => {
  it.each([[[128, 128, 128]], [[200, 40, 60]], [[30, 90, 160]], [[10, 10, 10]]] as const)('%j stays', (rgb) => {
    const { lightness, chroma } = coloured(rgb, {})
    expect(lightness).toBeCloseTo(before(rgb).lightness, 3)
    expect(chroma).toBeCloseTo(before(rgb).chroma, 4)
  })
})

describe('vibrance', () => {
  it('enlivens the muted more than the strong, and turns no hue', () => {
    const gain = (rgb: readonly [number, number, number]) => coloured(rgb, { vibrance: 2 }).chroma / before(rgb).chroma
    expect(gain([120, 140, 130])).toBeGreaterThan(1.3)
    expect(gain([220, 20, 20])).toBeLessThan(1.05)
    expect(coloured([120, 140, 170], { vibrance: 2 }).hue).toBeCloseTo(before([120, 140, 170]).hue, 3)
  })

  it('leaves grey grey', () => {
    expect(coloured([130, 130, 130], { vibrance: 3, memory: 1 }).chroma).toBeLessThan(0.002)
  })
})

describe('remembered colours', () => {
  it.each([
    ['light', [236, 188, 160]],
    ['yellowish', [222, 184, 135]],
    ['brown', [150, 105, 80]],
  ] as const)('%s skin goes towards peach, and becomes lighter and no more vivid', (_, rgb) => {
    const now = coloured(rgb, { memory: 1 })
    expect(Math.abs(now.hue - 50)).toBeLessThanOrEqual(Math.abs(before(rgb).hue - 50) + 0.01)
    expect(now.lightness).toBeGreaterThan(before(rgb).lightness)
    expect(now.chroma).toBeLessThan(before(rgb).chroma)
  })

  it('sky becomes a purer blue, olive a greener green', () => {
    const sky = [140, 175, 205] as const
    expect(coloured(sky, { memory: 1 }).chroma).toBeGreaterThan(1.05 * before(sky).chroma)
    const olive = [110, 130, 50] as const
    expect(coloured(olive, { memory: 1 }).hue).toBeGreaterThan(before(olive).hue + 2)
  })

  it('what is too vivid for skin is left alone', () => {
    const orange = [240, 110, 20] as const
    expect(coloured(orange, { memory: 1 }).chroma).toBeCloseTo(before(orange).chroma, 5)
    expect(coloured(orange, { memory: 1 }).hue).toBeCloseTo(before(orange).hue, 3)
  })

  it('faint lines are left out on skin and drawn on grey', () => {
    const drop = (rgb: readonly [number, number, number]) =>
      coloured(rgb, { memory: 1 }).lightness - coloured(rgb, { memory: 1 }, 0.2).lightness
    expect(drop([236, 188, 160])).toBeCloseTo(0, 5)
    expect(drop([150, 150, 150])).toBeGreaterThan(0.1)
    expect(coloured([236, 188, 160], { memory: 1 }, 1).lightness).toBeCloseTo(0, 5)
  })
})

describe('tones', () => {
  const curve = (tones: number) => Array.from({ length: 256 }, (_, v) => coloured([v, v, v], { tones }).lightness)

  it('never turn darker into lighter, and keep black and white', () => {
    for (const tones of [0, 4, 7]) {
      const steps = curve(tones)
      for (let v = 1; v < 256; v++) expect(steps[v]).toBeGreaterThanOrEqual(steps[v - 1])
      expect(steps[0]).toBeCloseTo(0, 3)
      expect(steps[255]).toBeCloseTo(1, 3)
    }
  })

  it('gather lightness round so many levels', () => {
    const slopes = curve(5).map((v, i, all) => (i > 0 ? v - all[i - 1] : 0))
    const level = slopes.filter((slope) => slope < 0.002).length
    expect(level).toBeGreaterThan(60)
    expect(curve(0).filter((v, i, all) => i > 0 && v - all[i - 1] < 0.002).length).toBeLessThan(5)
  })
})

describe('ink', () => {
  it('darkens to black at full strength, and to a dark shade of what it lies on below', () => {
    expect(coloured([200, 60, 60], {}, 1).lightness).toBeCloseTo(0, 5)
    const shade = coloured([200, 60, 60], { lineStrength: 0.7 }, 1)
    expect(shade.lightness).toBeLessThan(0.35 * before([200, 60, 60]).lightness)
    expect(shade.hue).toBeCloseTo(before([200, 60, 60]).hue, 1)
  })
})
