/** Lines of age on folds that are darkened into a photo’s lightness, and on shadows that are none. */
import { describe, expect, test } from 'vitest'
import { toHead } from '../landmarks/head.ts'
import { lumaOf } from './colour.ts'
import { drawLinesOfAge } from './lines-of-age.ts'
import type { Subject } from './subject.ts'
import { differenceOf, drawnBy, folded, maskOf, placesWhere, testCanvas, testSubject } from './testing.ts'

describe('lines of age', () => {
  test('are not drawn where the photo has none, nor where they are not wanted', () => {
    const plain = testSubject()
    expect(differenceOf(drawnBy(plain, drawLinesOfAge), testCanvas(plain))).toBe(0)
    const subject = folded()
    const smooth: Subject = { ...subject, options: { ...subject.options, age: 'smooth' } }
    expect(differenceOf(drawnBy(smooth, drawLinesOfAge), testCanvas(subject))).toBe(0)
  })

  test('are not edges of shadows', () => {
    const subject = folded()
    const { head, lightness } = subject
    // Darker on one side of the folds, all the way to the ears.
    const [right, left] = [206, 426].map((i) => toHead(head, subject.points[i]).x)
    const shadow = maskOf(subject, ({ x }) => x < right || x > left)
    const shaded = { ...lightness, data: lightness.data.map((_, i) => 79 - 22 * shadow.data[i]) }
    expect(differenceOf(drawnBy({ ...subject, lightness: shaded }, drawLinesOfAge), testCanvas(subject))).toBe(0)
  })

  test('lie on the folds', () => {
    const subject = folded()
    const dark = placesWhere(drawnBy(subject, drawLinesOfAge), (colour) => lumaOf(colour) < 0.72)
    expect(dark.length).toBeGreaterThan(20)
    for (const { x, y } of dark) {
      const at = (dx: number, dy: number): number =>
        subject.lightness.data[(Math.floor(y) + dy) * subject.size + Math.floor(x) + dx]
      const near = [-2, -1, 0, 1, 2].flatMap((dy) => [-2, -1, 0, 1, 2].map((dx) => at(dx, dy)))
      expect(Math.min(...near)).toBeLessThan(70)
    }
  })
})
