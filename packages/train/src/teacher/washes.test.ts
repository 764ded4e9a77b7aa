import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { greys } from './testing.ts'
import { smoothColumns, smoothRows, washes } from './washes.ts'

/** Solves (I + lambda D' W D) u = v for one line by Gaussian elimination with all its zeros. */
const solved = (v: readonly number[], w: readonly number[], lambda: number): number[] => {
  const n = v.length
  const rows = v.map((value, i) => {
    const row = Array(n + 1).fill(0) as number[]
    const before = i > 0 ? lambda * w[i - 1] : 0
    const after = i < n - 1 ? lambda * w[i] : 0
    row[i] = 1 + before + after
    if (i > 0) row[i - 1] = -before
    if (i < n - 1) row[i + 1] = -after
    row[n] = value
    return row
  })
  for (let p = 0; p < n; p++)
    for (let r = 0; r < n; r++) {
      if (r === p) continue
      const factor = rows[r][p] / rows[p][p]
      for (let c = 0; c <= n; c++) rows[r][c] -= factor * rows[p][c]
    }
  return rows.map((row, i) => row[n] / row[i])
}

test('rows and columns solve their least-squares problems', () => {
  const [width, height] = [7, 5]
  const v = Float32Array.from({ length: 35 }, (_, i) => random(1, i).uniform())
  const w = Float32Array.from({ length: 35 }, (_, i) => random(2, i).uniform())
  const rows = v.slice()
  smoothRows(rows, w, width, 9)
  const columns = v.slice()
  smoothColumns(columns, w, width, 9)
  for (let y = 0; y < height; y++) {
    const line = (plane: Float32Array) => [...plane.subarray(y * width, (y + 1) * width)]
    for (const [x, u] of solved(line(v), line(w), 9).entries()) expect(rows[y * width + x]).toBeCloseTo(u, 5)
  }
  for (let x = 0; x < width; x++) {
    const line = (plane: Float32Array) => Array.from({ length: height }, (_, y) => plane[y * width + x])
    for (const [y, u] of solved(line(v), line(w), 9).entries()) expect(columns[y * width + x]).toBeCloseTo(u, 5)
  }
})

test('removes texture and keeps an edge of the same strength', () => {
  // Left: a checkerboard of contrast 0.3. Right: a step of 0.3.
  const size = 48
  const planes = greys(size, size, (x, y) => (x < 24 ? 0.5 + (((x + y) & 1) - 0.5) * 0.3 : x < 36 ? 0.4 : 0.7))
  const { l } = washes(planes, { texture: 1.5, reach: 8, edge: 0.04 })
  const at = (x: number, y = 24): number => l[y * size + x]
  expect(Math.abs(at(10) - at(11))).toBeLessThan(0.03)
  expect(at(40) - at(32)).toBeGreaterThan(0.25)
  expect(at(36) - at(35)).toBeGreaterThan(0.15)
})

test('nothing dark stains the light ground around it, however soft its border is', () => {
  const size = 48
  const edge = (x: number): number => Math.min(1, Math.max(0, (x - 20) / 5))
  const { l } = washes(
    greys(size, size, (x) => 0.25 + 0.65 * edge(x)),
    { texture: 1.5, reach: 10, edge: 0.04 },
  )
  for (let x = 26; x < size; x++) expect(l[24 * size + x]).toBeGreaterThan(0.885)
})

test('a constant stays', () => {
  for (const v of washes(
    greys(9, 6, () => 0.4),
    { texture: 1.5, reach: 8, edge: 0.04 },
  ).l)
    expect(v).toBeCloseTo(0.4, 5)
})
