/** What holds for every feature of a face: nothing without trust, mirrored mirrored, never black, no wide lines, the same again. */
import { describe, expect, test } from 'vitest'
import type { Point } from '../face.ts'
import { fromHead, toHead } from '../landmarks/head.ts'
import { EYES } from '../landmarks/topology.ts'
import type { Plane } from '../regions/plane.ts'
import { drawBrow } from './brow.ts'
import type { Canvas, Rgb } from './canvas.ts'
import { lumaOf } from './colour.ts'
import { drawEye } from './eye.ts'
import { drawGlasses } from './glasses.ts'
import { drawJaw } from './jaw.ts'
import { drawLinesOfAge } from './lines-of-age.ts'
import { drawMouth } from './mouth.ts'
import { drawNose } from './nose.ts'
import type { Subject } from './subject.ts'
import {
  colourAt,
  darkestLuma,
  differenceOf,
  drawnBy,
  halfDrawn,
  mirrored,
  placesWhere,
  testCanvas,
  testSubject,
  thicknessOf,
} from './testing.ts'

type Draw = (canvas: Canvas, subject: Subject) => void

const both =
  (draw: (canvas: Canvas, subject: Subject, eye: 0 | 1) => void): Draw =>
  (canvas, subject) => {
    for (const eye of [0, 1] as const) draw(canvas, subject, eye)
  }

/** A mask of places of the head's frame. */
const maskOf = ({ size, head }: Subject, holds: (point: Point) => boolean): Plane => ({
  width: size,
  height: size,
  data: Float32Array.from({ length: size * size }, (_, i) =>
    Number(holds(toHead(head, { x: (i % size) + 0.5, y: Math.floor(i / size) + 0.5 }))),
  ),
})

/** Round lenses before both eyes: their frames, or all of them. */
const spectacled = (dark: boolean): Subject => {
  const subject = testSubject()
  const { head, points } = subject
  const [right, left] = [
    [33, 133],
    [263, 362],
  ].map(([a, b]) => {
    const [p, q] = [toHead(head, points[a]), toHead(head, points[b])]
    return { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 + 0.06 }
  })
  const away = (place: Point): number =>
    Math.min(...[right, left].map((lens) => Math.hypot(place.x - lens.x, place.y - lens.y)))
  const glasses = maskOf(subject, (place) => (dark ? away(place) < 0.26 : Math.abs(away(place) - 0.26) < 0.018))
  const { regions } = subject
  return {
    ...subject,
    photo: {
      ...subject.photo,
      data: subject.photo.data.map((value, i) => (glasses.data[Math.floor(i / 3)] > 0 ? 50 : value)),
    },
    eyes: dark ? [0, 0] : [1, 1],
    regions: { ...regions, glasses, signs: { ...regions.signs, glasses: 1, darkLenses: dark } },
  }
}

/** A fold from each wing of the nose past the corner of the mouth. */
const FOLD = [203, 206, 216, 212, 423, 426, 436, 432] as const
const folded = (): Subject => {
  const subject = testSubject()
  const { points, head, lightness } = subject
  const lines = [FOLD.slice(0, 4), FOLD.slice(4)].map((ids) => ids.map((i) => toHead(head, points[i])))
  const near = (place: Point): number =>
    Math.min(
      ...lines.flatMap((line) =>
        line.slice(1).map((to, k) => {
          const from = line[k]
          const [dx, dy] = [to.x - from.x, to.y - from.y]
          const t = Math.min(1, Math.max(0, ((place.x - from.x) * dx + (place.y - from.y) * dy) / (dx * dx + dy * dy)))
          return Math.hypot(place.x - from.x - t * dx, place.y - from.y - t * dy)
        }),
      ),
    )
  const fold = maskOf(subject, (place) => near(place) < 0.015)
  // The recorded face smiles, which makes folds doubtful: its lips are closed for this.
  const closed = [...points]
  for (const [upper, lower] of [
    [13, 14],
    [82, 87],
    [312, 317],
  ]) {
    closed[lower] = closed[upper]
  }
  return {
    ...testSubject({ points: closed }),
    lightness: { ...lightness, data: lightness.data.map((value, i) => value - 22 * fold.data[i]) },
  }
}

const features: readonly (readonly [name: string, draw: Draw, subject: Subject])[] = [
  ['eyes', both(drawEye), testSubject()],
  ['brows', both(drawBrow), testSubject()],
  ['the nose', drawNose, testSubject()],
  ['the mouth', drawMouth, testSubject()],
  ['the jaw', drawJaw, testSubject()],
  ['clear glasses', drawGlasses, spectacled(false)],
  ['dark glasses', drawGlasses, spectacled(true)],
  ['lines of age', drawLinesOfAge, folded()],
]

describe.each(features)('%s', (_, draw, subject) => {
  test('is drawn', () => {
    expect(differenceOf(drawnBy(subject, draw), testCanvas(subject))).toBeGreaterThan(0.1)
  })

  test('is not, where nothing is trusted; by half where half is', () => {
    expect(differenceOf(drawnBy({ ...subject, sure: 0 }, draw), testCanvas(subject))).toBe(0)
    const half = drawnBy({ ...subject, sure: 0.5 }, draw)
    expect(differenceOf(half, halfDrawn(subject, draw))).toBeLessThan(1e-5)
  })

  test('is mirrored where the head is', () => {
    expect(differenceOf(drawnBy(subject, draw), drawnBy(mirrored(subject), draw), true)).toBeLessThan(0.03)
  })

  test('is never black', () => {
    const dark: Partial<Subject> = {
      skin: { lit: [0.25, 0.16, 0.12], shade: [0.18, 0.1, 0.08], line: [0.13, 0.07, 0.06] },
      hair: [0.02, 0.02, 0.02],
      photo: { ...subject.photo, data: subject.photo.data.map((value) => value >> 4) },
    }
    expect(darkestLuma(drawnBy({ ...subject, ...dark }, draw))).toBeGreaterThan(0.05)
  })

  test('is the same every time', () => {
    expect(differenceOf(drawnBy(subject, draw), drawnBy(subject, draw))).toBe(0)
  })
})

describe('lines', () => {
  const isLine = (subject: Subject) => (colour: Rgb) => {
    const { lit, line } = subject.skin
    return lumaOf(colour) < (lumaOf(lit) + lumaOf(line)) / 2
  }

  test.each<readonly [string, Draw]>([
    ['the nose', drawNose],
    ['the jaw', drawJaw],
    ['lines of age', drawLinesOfAge],
  ])('%s: thin ones', (name, draw) => {
    const subject = name === 'lines of age' ? folded() : testSubject()
    // A pixel more, for its edges.
    expect(thicknessOf(drawnBy(subject, draw), isLine(subject))).toBeLessThanOrEqual(0.03 * subject.head.unit + 1)
  })

  test('twice as wide cover about twice as much', () => {
    const subject = testSubject()
    const inkOf = (lineWidth: number): number => {
      const { data } = drawnBy({ ...subject, look: { ...subject.look, lineWidth } }, drawJaw)
      return data.reduce((sum, value, i) => sum + subject.skin.lit[i % 3] - value, 0)
    }
    expect(inkOf(2) / inkOf(1)).toBeCloseTo(2, 1)
  })
})

describe('the mouth', () => {
  /** The recorded smile, its lips apart by so much in units of the head, and as many of its teeth seen, from above. */
  const mouthOf = (gap: number, teeth = 0): Subject => {
    const subject = testSubject()
    const { head } = subject
    const points = [...subject.points]
    const middle = { x: (points[13].x + points[14].x) / 2, y: (points[13].y + points[14].y) / 2 }
    const inner: readonly (readonly number[])[] = [
      [191, 80, 81, 82, 13, 312, 311, 310, 415],
      [95, 88, 178, 87, 14, 317, 402, 318, 324],
    ]
    inner.forEach((ids, side) => {
      ids.forEach((i, k) => {
        const t = Math.sin((Math.PI * (k + 1)) / 10)
        const place = fromHead(
          { ...head, origin: middle },
          { x: toHead({ ...head, origin: middle }, points[i]).x, y: (side - 0.5) * gap * t },
        )
        points[i] = { ...place, z: points[i].z }
      })
    })
    const made = testSubject({ points })
    const at = toHead(made.head, middle)
    return {
      ...made,
      regions: {
        ...made.regions,
        teeth: maskOf(made, ({ y }) => y > at.y - gap / 2 && y < at.y + (teeth - 0.5) * gap),
      },
    }
  }
  const isWhite = (colour: Rgb): boolean => Math.min(...colour) > 0.85
  const isDark = ([r, g, b]: Rgb): boolean => r < 0.55 && g < 0.25 && b < 0.25

  test('shows teeth only where the photo has them', () => {
    const [with_, without] = [mouthOf(0.12, 1), mouthOf(0.12, 0)].map((subject) => drawnBy(subject, drawMouth))
    expect(placesWhere(with_, isWhite).length).toBeGreaterThan(60)
    expect(placesWhere(without, isWhite)).toEqual([])
    expect(placesWhere(without, isDark).length).toBeGreaterThan(100)
  })

  test('shows upper teeth above a dark', () => {
    const subject = mouthOf(0.24, 0.4)
    const canvas = drawnBy(subject, drawMouth)
    const lowest = (holds: (colour: Rgb) => boolean): number =>
      Math.max(...placesWhere(canvas, holds).map(({ y }) => y))
    const height = 0.24 * subject.head.unit
    expect(lowest(isWhite)).toBeLessThan(lowest(isDark) - 0.25 * height)
    // And the tongue, redder and lighter than the dark.
    expect(placesWhere(canvas, ([r, g]) => r > 0.75 && g < 0.55).length).toBeGreaterThan(20)
  })

  test('closed has neither', () => {
    const [shut, almost] = [0.005, 0.034].map((gap) => drawnBy(mouthOf(gap, 1), drawMouth))
    for (const canvas of [shut, almost]) expect(placesWhere(canvas, isWhite)).toEqual([])
    // Nor a dark between the lips: what is dark is as thin as a line.
    const isDeep = (colour: Rgb): boolean => lumaOf(colour) < 0.45
    expect(placesWhere(almost, isDeep).length).toBeLessThan(1.15 * placesWhere(shut, isDeep).length)
  })

  test('opens in small steps', () => {
    const canvases = Array.from({ length: 31 }, (_, i) => drawnBy(mouthOf(0.005 + 0.003 * i), drawMouth))
    const steps = canvases.slice(1).map((canvas, i) => {
      let sum = 0
      for (let k = 0; k < canvas.data.length; k++) sum += Math.abs(canvas.data[k] - canvases[i].data[k])
      return sum
    })
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length
    expect(Math.max(...steps)).toBeLessThan(3.5 * mean)
  })

  test('is as red as the photo’s', () => {
    const subject = testSubject()
    const painted: Subject = {
      ...subject,
      photo: { ...subject.photo, data: subject.photo.data.map((_, i) => [190, 20, 110][i % 3]) },
    }
    const redOf = (canvas: Canvas): number => placesWhere(canvas, ([r, g]) => r > g + 0.3).length
    expect(redOf(drawnBy(painted, drawMouth))).toBeGreaterThan(2 * redOf(drawnBy(subject, drawMouth)) + 40)
  })
})

describe('brows', () => {
  /** A subject with brows painted into the photo, so many units of the head thick. */
  const browed = (thickness: number): Subject => {
    const subject = testSubject()
    const { head, points } = subject
    const spines = [
      [70, 63, 105, 66, 107, 46, 53, 52, 65, 55],
      [300, 293, 334, 296, 336, 276, 283, 282, 295, 285],
    ].map((ids) =>
      [0, 1, 2, 3, 4].map((k) => {
        const [a, b] = [toHead(head, points[ids[k]]), toHead(head, points[ids[k + 5]])]
        return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
      }),
    )
    const mask = maskOf(subject, (place) =>
      spines.some((spine) =>
        spine.slice(1).some((to, k) => {
          const from = spine[k]
          const t = (place.x - from.x) / (to.x - from.x)
          return t >= 0 && t <= 1 && Math.abs(place.y - from.y - t * (to.y - from.y)) < thickness / 2
        }),
      ),
    )
    return {
      ...subject,
      lightness: { ...subject.lightness, data: subject.lightness.data.map((value, i) => (mask.data[i] ? 20 : value)) },
      photo: {
        ...subject.photo,
        data: subject.photo.data.map((value, i) => (mask.data[Math.floor(i / 3)] ? 60 : value)),
      },
    }
  }
  const inkOf = (subject: Subject): number =>
    placesWhere(drawnBy(subject, both(drawBrow)), (colour) => lumaOf(colour) < 0.5).length

  test('are thick where the person’s are', () => {
    expect(inkOf(browed(0.08))).toBeGreaterThan(1.3 * inkOf(browed(0.03)))
  })

  test('stay clear of the eyes', () => {
    const subject = testSubject()
    const lids = new Set(EYES.flatMap(({ upperLid }) => upperLid.slice(1, -1)))
    // Larger eyes push them up.
    const large: Subject = {
      ...subject,
      drawn: subject.points.map((point, i) => (lids.has(i) ? { x: point.x, y: point.y - 14 } : point)),
    }
    const lowestOf = (drawn: Subject): number =>
      Math.max(...placesWhere(drawnBy(drawn, both(drawBrow)), (colour) => lumaOf(colour) < 0.5).map(({ y }) => y))
    expect(lowestOf(large)).toBeLessThan(lowestOf(subject))
  })
})

/** The recorded head turned about the vertical, as points in space are, by degrees from facing the camera. */
const turned = (degrees: number): Subject => {
  const { points, head } = testSubject()
  const angle = ((degrees - head.yaw) * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return testSubject({
    points: points.map(({ x, y, z }) => ({
      x: head.origin.x + (x - head.origin.x) * cos - z * sin,
      y,
      z: (x - head.origin.x) * sin + z * cos,
    })),
  })
}

describe('the nose', () => {
  const heightOf = (subject: Subject): number => {
    const ys = placesWhere(drawnBy(subject, drawNose), (colour) => lumaOf(colour) < 0.6).map(({ y }) => y)
    return (Math.max(...ys) - Math.min(...ys)) / subject.head.unit
  }

  test('from the front is one short stroke, turned it has a bridge', () => {
    const straight = turned(0)
    expect(Math.abs(straight.head.yaw)).toBeLessThan(2)
    expect(heightOf(straight)).toBeLessThan(0.1)
    for (const degrees of [-30, 30]) expect(heightOf(turned(degrees))).toBeGreaterThan(0.2)
  })
})

describe('the jaw', () => {
  test('of a turned head is not drawn across its far cheek', () => {
    const inkAt = (degrees: number): [far: number, near: number] => {
      const subject = turned(degrees)
      const { head } = subject
      const ink = placesWhere(drawnBy(subject, drawJaw), (colour) => lumaOf(colour) < 0.7)
      const cheeks = ink.map((place) => toHead(head, place)).filter(({ y }) => y < 0.85)
      const middle = toHead(head, subject.points[152]).x
      return [cheeks.filter(({ x }) => x > middle).length, cheeks.filter(({ x }) => x < middle).length]
    }
    const [left, right] = inkAt(0)
    expect(Math.min(left, right)).toBeGreaterThan(20)
    const [far, near] = inkAt(30)
    expect(far).toBeLessThan(0.2 * left)
    expect(near).toBeGreaterThan(0.7 * right)
  })

  test('is not drawn through a beard or hair', () => {
    const subject = testSubject()
    const inkOf = (changes: Partial<Subject['regions']>): number => {
      const { data } = drawnBy({ ...subject, regions: { ...subject.regions, ...changes } }, drawJaw)
      return data.reduce((sum, value, i) => sum + subject.skin.lit[i % 3] - value, 0)
    }
    const everywhere = maskOf(subject, () => true)
    expect(inkOf({ beard: everywhere })).toBeLessThan(0.3 * inkOf({}))
    expect(inkOf({ hair: everywhere })).toBeLessThan(0.01)
  })
})

describe('glasses', () => {
  test('clear ones keep the eyes and draw a ring where the frame is', () => {
    const subject = spectacled(false)
    const canvas = drawnBy(subject, drawGlasses)
    const [r, g, b] = subject.skin.lit
    const { glasses } = subject.regions
    const dark = placesWhere(canvas, (colour) => lumaOf(colour) < 0.35)
    const onFrame = dark.filter(({ x, y }) => glasses.data[Math.floor(y) * subject.size + Math.floor(x)] > 0)
    let frame = 0
    for (const share of glasses.data) frame += share
    expect(onFrame.length).toBeGreaterThan(0.7 * frame)
    for (const eye of [0, 1] as const) {
      const { x, y } = subject.irises[eye]
      const at = 3 * (Math.floor(y) * subject.size + Math.floor(x))
      const glint = canvas.data[at] - r + canvas.data[at + 1] - g + canvas.data[at + 2] - b
      expect(glint).toBeGreaterThan(-0.01)
    }
  })

  test('gaps in what was seen of a frame are closed', () => {
    const subject = spectacled(false)
    const { regions, size, head } = subject
    const broken = regions.glasses.data.map((share, i) => {
      const { x, y } = toHead(head, { x: i % size, y: Math.floor(i / size) })
      return Math.abs(Math.abs(x) - 0.3) < 0.1 && y > 0.2 ? 0 : share
    })
    const masked = { ...subject, regions: { ...regions, glasses: { ...regions.glasses, data: broken } } }
    const [whole, mended] = [subject, masked].map((drawn) => drawnBy(drawn, drawGlasses))
    const inkOf = (canvas: Canvas): number => placesWhere(canvas, (colour) => lumaOf(colour) < 0.35).length
    expect(broken.reduce((sum, share) => sum + share, 0)).toBeLessThan(
      0.92 * regions.glasses.data.reduce((a, b) => a + b, 0),
    )
    expect(inkOf(mended)).toBeGreaterThan(0.95 * inkOf(whole))
  })

  test('what is hidden of one lens is taken from the other', () => {
    const subject = spectacled(false)
    const { regions, size, head } = subject
    const { data } = regions.glasses
    const below = data.map((share, i) => {
      const { x, y } = toHead(head, { x: i % size, y: Math.floor(i / size) })
      return x < -0.05 && y > 0.1 ? share : 0
    })
    const masked = { ...regions, glasses: { ...regions.glasses, data: data.map((share, i) => share - below[i]) } }
    const canvas = drawnBy({ ...subject, regions: masked }, drawGlasses)
    const dark = placesWhere(canvas, (colour) => lumaOf(colour) < 0.4)
    const mended = dark.filter(({ x, y }) => below[Math.floor(y) * size + Math.floor(x)] > 0)
    expect(mended.length).toBeGreaterThan(0.6 * below.reduce((sum, share) => sum + share, 0))
  })

  test('dark ones cover the eyes in two tones', () => {
    const subject = spectacled(true)
    const canvas = drawnBy(subject, (on, of) => {
      both(drawEye)(on, of)
      drawGlasses(on, of)
    })
    expect(differenceOf(canvas, drawnBy(subject, drawGlasses))).toBe(0)
    const { data, width } = canvas
    const tones = new Map<string, number>()
    for (const { x, y } of subject.irises) {
      for (let dy = -10; dy <= 14; dy++) {
        for (let dx = -10; dx <= 10; dx++) {
          const at = 3 * ((Math.floor(y) + dy) * width + Math.floor(x) + dx)
          const tone = Array.from(data.subarray(at, at + 3), (value) => Math.round(value * 100)).join()
          tones.set(tone, (tones.get(tone) ?? 0) + 1)
        }
      }
    }
    const counts = [...tones.values()].toSorted((a, b) => b - a)
    const all = counts.reduce((sum, count) => sum + count, 0)
    expect(counts[0] / all).toBeGreaterThan(0.3)
    expect((counts[0] + counts[1]) / all).toBeGreaterThan(0.5)
    // The lower one is the lighter.
    const { x, y } = subject.irises[0]
    const lumaAt = (units: number): number => lumaOf(colourAt(canvas, { x: x + 6, y: y + units * subject.head.unit }))
    expect(lumaAt(0.22)).toBeGreaterThan(lumaAt(-0.1) + 0.02)
  })

  test('where there are none, none are drawn', () => {
    expect(differenceOf(drawnBy(testSubject(), drawGlasses), testCanvas(testSubject()))).toBe(0)
  })
})

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
