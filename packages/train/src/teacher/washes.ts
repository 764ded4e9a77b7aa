/**
 * Washes: the picture without its texture, flat to softly graded, with the edges of things kept. Changes in one
 * direction over a few pixels are structure; changes back and forth are texture (relative total variation: Xu, Yan, Xia
 * & Jia, "Structure extraction from texture via relative total variation", 2012). Smoothed row by row and column by
 * column, each a small system that is solved exactly (Min et al., "Fast global image smoothing based on weighted least
 * squares", 2014).
 */
import type { Planes } from '@animegan/core'
import { blur, gaussian } from './blur.ts'

export interface WashOptions {
  /** Changes back and forth within this many pixels (sigma) are texture. */
  readonly texture: number
  /** How far colours spread where no edge stops them, in pixels. */
  readonly reach: number
  /** The change per pixel that counts as an edge. */
  readonly edge: number
}

/** How often weights are recomputed from the smoothed result. */
const ROUNDS = 2

/** How often rows and columns alternate, each time with half the previous reach. */
const TURNS = 2

/** Weight of changes of colour relative to those of lightness. */
const CHROMA = 1.5

/** The change per pixel in one direction that stops a wash, so that nothing dark stains a light ground around it. */
const BORDER = 0.015

/** Smooths each row of `v` in place: minimises the sum of (u - v)^2 + lambda * w * (u[x + 1] - u[x])^2. */
export const smoothRows = (v: Float32Array, w: Float32Array, width: number, lambda: number): void => {
  const c = new Float64Array(width)
  const d = new Float64Array(width)
  for (let o = 0; o < v.length; o += width) {
    let before = 0
    for (let x = 0; x < width; x++) {
      const after = x < width - 1 ? lambda * w[o + x] : 0
      const pivot = 1 + before + after - (x > 0 ? before * c[x - 1] : 0)
      c[x] = after / pivot
      d[x] = (v[o + x] + (x > 0 ? before * d[x - 1] : 0)) / pivot
      before = after
    }
    let u = 0
    for (let x = width - 1; x >= 0; x--) {
      u = d[x] + c[x] * u
      v[o + x] = u
    }
  }
}

/** The same for columns, processing a row of all columns at a time. */
export const smoothColumns = (v: Float32Array, w: Float32Array, width: number, lambda: number): void => {
  const c = new Float32Array(v.length)
  for (let i = 0; i < v.length; i++) {
    const above = i - width
    const before = above >= 0 ? lambda * w[above] : 0
    const after = i < v.length - width ? lambda * w[i] : 0
    const pivot = 1 + before + after - (above >= 0 ? before * c[above] : 0)
    c[i] = after / pivot
    v[i] = (v[i] + (above >= 0 ? before * v[above] : 0)) / pivot
  }
  for (let i = v.length - width - 1; i >= 0; i--) v[i] += c[i] * v[i + width]
}

/** Difference between each pixel and the next one across or down; 0 at the end. */
const differences = (plane: Float32Array, width: number, next: number): Float32Array =>
  plane.map((v, i) => ((next === 1 ? (i + 1) % width === 0 : i + width >= plane.length) ? 0 : plane[i + next] - v))

/** How strongly each pixel is tied to the next one: weakly at an edge of structure, strongly in texture. */
const bonds = ({ width, height, l, a, b }: Planes, next: number, { texture, edge }: WashOptions): Float32Array => {
  const change = new Float32Array(l.length)
  const through = new Float32Array(l.length)
  const kernel = gaussian(texture)
  for (const [plane, share] of [
    [l, 1],
    [a, CHROMA],
    [b, CHROMA],
  ] as const) {
    const d = differences(plane, width, next)
    const windowed = blur(d, width, height, kernel)
    for (let i = 0; i < d.length; i++) {
      change[i] += share * Math.abs(d[i])
      through[i] += share * Math.abs(windowed[i])
    }
  }
  return change.map((c, i) => {
    const tie = edge ** 2 / (4 * (c + edge) * (through[i] + edge / 4))
    return tie / (1 + (through[i] / BORDER) ** 2)
  })
}

/** The washes of a picture. */
export const washes = (planes: Planes, options: WashOptions): Planes => {
  const { width } = planes
  const out = { ...planes, l: planes.l.slice(), a: planes.a.slice(), b: planes.b.slice() }
  for (let round = 0; round < ROUNDS; round++) {
    const across = bonds(out, 1, options)
    const down = bonds(out, width, options)
    for (let turn = 1; turn <= TURNS; turn++) {
      const lambda = (options.reach ** 2 * 1.5 * 4 ** (TURNS - turn)) / (4 ** TURNS - 1)
      for (const plane of [out.l, out.a, out.b]) {
        smoothRows(plane, across, width, lambda)
        smoothColumns(plane, down, width, lambda)
      }
    }
  }
  return out
}
