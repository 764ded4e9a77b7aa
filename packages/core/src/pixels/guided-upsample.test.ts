import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Picture } from '../picture.ts'
import { guidedUpsample } from './guided-upsample.ts'
import { resample } from './resample.ts'

const clamp = (v: number, low: number, high: number) => Math.min(high, Math.max(low, v))

/** The slow, simple reference: every quantity as a function of position, computed from its definition. */
function reference(low: Picture, styled: Picture, full: Picture): number[] {
  const { width: w, height: h } = styled
  const byte = (p: Picture, x: number, y: number, c: number) =>
    p.data[(clamp(y, 0, p.height - 1) * p.width + clamp(x, 0, p.width - 1)) * p.channels + c]
  const grey = (p: Picture, x: number, y: number) =>
    0.299 * byte(p, x, y, 0) + 0.587 * byte(p, x, y, 1) + 0.114 * byte(p, x, y, 2)
  type Field = (x: number, y: number) => number
  const inside =
    (f: Field): Field =>
    (x, y) =>
      f(clamp(x, 0, w - 1), clamp(y, 0, h - 1))
  const around = (f: Field, x: number, y: number) =>
    [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => inside(f)(x + dx, y + dy)))
  const mean =
    (f: Field): Field =>
    (x, y) =>
      around(f, x, y).reduce((a, b) => a + b) / 9
  const cubic = (d: number) => {
    const t = Math.abs(d)
    return t < 1 ? 1.5 * t ** 3 - 2.5 * t ** 2 + 1 : t < 2 ? -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2 : 0
  }
  const hat = (d: number) => Math.max(0, 1 - Math.abs(d))
  const enlarge = (f: Field, kernel: (d: number) => number, x: number, y: number) => {
    let sum = 0
    for (let j = Math.floor(y) - 1; j <= Math.floor(y) + 2; j++) {
      for (let i = Math.floor(x) - 1; i <= Math.floor(x) + 2; i++)
        sum += kernel(x - i) * kernel(y - j) * inside(f)(i, j)
    }
    return sum
  }
  const guide: Field = (x, y) => grey(low, x, y)
  const crisp = 0.75 * Math.min(1, Math.sqrt((full.width * full.height) / (w * h)) - 1)
  const out: number[] = []
  for (let y = 0; y < full.height; y++) {
    for (let x = 0; x < full.width; x++) {
      const px = ((x + 0.5) * w) / full.width - 0.5
      const py = ((y + 0.5) * h) / full.height - 0.5
      for (let c = 0; c < 3; c++) {
        const own: Field = (i, j) => byte(styled, i, j, c)
        const slope: Field = (i, j) => {
          const both = mean((a, b) => guide(a, b) * own(a, b))(i, j) - mean(guide)(i, j) * mean(own)(i, j)
          const variance = mean((a, b) => guide(a, b) ** 2)(i, j) - mean(guide)(i, j) ** 2
          return both / (variance + 0.01 * 255 * 255)
        }
        const a = enlarge((i, j) => clamp(0.5 * mean(slope)(i, j), -0.25, 0.25), hat, px, py)
        const least = enlarge((i, j) => Math.min(...around(own, i, j)), hat, px, py)
        const most = enlarge((i, j) => Math.max(...around(own, i, j)), hat, px, py)
        const v = enlarge(own, cubic, px, py) + a * (grey(full, x, y) - enlarge(guide, cubic, px, py))
        const t = most > least ? clamp((v - least) / (most - least), 0, 1) : 0
        out.push(least + (most - least) * (t + crisp * (t * t * (3 - 2 * t) - t)))
      }
    }
  }
  return out
}

function random(width: number, height: number, channels: 3 | 4): fc.Arbitrary<Picture> {
  const n = width * height * channels
  return fc.uint8Array({ minLength: n, maxLength: n, size: 'max' }).map((data) => ({ width, height, channels, data }))
}

const side = fc.integer({ min: 1, max: 4 })
const triple = fc
  .tuple(side, side, fc.nat(4), fc.nat(4), fc.constantFrom<3 | 4>(3, 4))
  .filter(([, , dx, dy]) => dx + dy > 0)
  .chain(([w, h, dx, dy, c]) => fc.tuple(random(w, h, 3), random(w, h, c), random(w + dx, h + dy, c)))

test('equals the reference up to rounding', () => {
  fc.assert(
    fc.property(triple, ([low, styled, full]) => {
      const out = guidedUpsample(low, styled, full)
      expect(out).toMatchObject({ width: full.width, height: full.height, channels: 3 })
      const want = reference(low, styled, full)
      out.data.forEach((v, i) => {
        expect(Math.abs(v - want[i])).toBeLessThanOrEqual(0.51)
      })
    }),
    { numRuns: 30 },
  )
})

/** A grey picture from a function of x and y. */
function drawn(width: number, height: number, value: (x: number, y: number) => number): Picture {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) data.fill(value(i % width, Math.floor(i / width)), i * 3, i * 3 + 3)
  return { width, height, channels: 3, data }
}

test('photo texture does not return to flat shading', () => {
  const full = drawn(96, 96, (x, y) => 100 + ((x * 7919 + y * 104729) % 97))
  const out = guidedUpsample(
    resample(full, 32, 32),
    drawn(32, 32, () => 180),
    full,
  )
  expect(out.data.every((v) => v === 180)).toBe(true)
})

test('a drawn line that the photo does not have stays, sharper than with bicubic', () => {
  const flat = (n: number) => drawn(n, n, () => 128)
  const styled = drawn(32, 32, (x) => (x === 16 ? 20 : 220))
  const steepest = (p: Picture) => {
    let most = 0
    for (let x = 1; x < p.width; x++) most = Math.max(most, Math.abs(p.data[x * 3] - p.data[x * 3 - 3]))
    return most
  }
  const out = guidedUpsample(flat(32), styled, flat(128))
  expect(Math.min(...out.data)).toBeLessThan(30)
  expect(steepest(out)).toBeGreaterThan(1.2 * steepest(resample(styled, 128, 128)))
})

test('a smooth ramp stays smooth', () => {
  const styled = drawn(32, 4, (x) => x * 8)
  const out = guidedUpsample(
    styled,
    styled,
    drawn(128, 16, (x) => x * 2),
  )
  for (let x = 1; x < 128; x++) expect(Math.abs(out.data[x * 3] - out.data[x * 3 - 3])).toBeLessThanOrEqual(3)
})

test('at equal size the styled bytes come back; guides that do not fit are refused', () => {
  const a = drawn(8, 8, (x) => x * 30)
  expect(guidedUpsample(a, a, a)).toBe(a)
  expect(
    guidedUpsample(
      a,
      a,
      drawn(4, 4, () => 0),
    ),
  ).toMatchObject({ width: 4, height: 4 })
  expect(() =>
    guidedUpsample(
      drawn(4, 8, () => 0),
      a,
      a,
    ),
  ).toThrow(/expected a low guide .*8 x 8, given 4 x 8/)
  expect(() => guidedUpsample(a, a, a, { epsilon: 0 })).toThrow(/expected epsilon above 0/)
})
