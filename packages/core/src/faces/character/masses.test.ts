/**
 * Light, skin, hair and what is put right of them, on a painted head: a real face's landmarks, with an oval of skin, a cap of hair and
 * a coat of known colours.
 */
import { describe, expect, test } from 'vitest'
import type { Picture } from '../../picture.ts'
import { toHead } from '../landmarks/head.ts'
import { OUTLINE } from '../landmarks/topology.ts'
import { coverOutlines } from '../regions/face-map.ts'
import { type Lab, labOf } from '../regions/lab.ts'
import type { Plane } from '../regions/plane.ts'
import type { Rgb } from './canvas.ts'
import { rgbOf } from './colour.ts'
import { type CharacterSitting, type DrawnCharacter, drawCharacter } from './draw-character.ts'
import { asMeasured, faceMemoryFrom } from './face-memory.ts'
import { hairOf } from './hair.ts'
import { lightOf } from './light.ts'
import { refill } from './refill.ts'
import { skinColoursOf } from './skin.ts'
import { studyOf } from './study.ts'
import type { CharacterOptions } from './subject.ts'
import { testSubject, usualLook } from './testing.ts'
import { tidied } from './tidy.ts'

const base = testSubject()
const { size, head, points } = base
const OPTIONS: CharacterOptions = { proportions: 0.8, lashes: 'auto', age: 'keep', eyeColour: undefined }

type Mass = 'skin' | 'hair' | 'beard' | 'clothes' | 'background'
type Place = { readonly x: number; readonly y: number; readonly face: boolean }

const face = coverOutlines(points, [OUTLINE], size).data
/** A head: what is at each place of the head's frame. */
const massOf = ({ x, y, face: inside }: Place): Mass => {
  if (inside) return 'skin'
  if (Math.hypot(x / 1.05, (y + 0.1) / 1.25) < 1 && y < 0.35) return 'hair'
  if (Math.abs(x) < 0.45 && y > 0.8 && y < 1.7) return 'skin'
  return y > 1.45 && Math.abs(x) < 1.3 ? 'clothes' : 'background'
}
const COLOURS: Readonly<Record<Mass, Lab>> = {
  skin: [68, 14, 20],
  hair: [28, 8, 14],
  beard: [25, 5, 8],
  clothes: [40, -20, -10],
  background: [85, -10, 25],
}

const sitting = (
  mass: (place: Place) => Mass = massOf,
  colour: (mass: Mass, place: Place) => Lab = (name) => COLOURS[name],
): CharacterSitting => {
  const data = new Uint8Array(size * size * 3)
  const planes = Object.fromEntries(
    ['skin', 'hair', 'beard', 'clothes', 'background'].map((name) => [name, new Float32Array(size * size)]),
  ) as Record<Mass, Float32Array>
  for (let i = 0; i < size * size; i++) {
    const place = { ...toHead(head, { x: (i % size) + 0.5, y: Math.floor(i / size) + 0.5 }), face: face[i] > 0.5 }
    const name = mass(place)
    planes[name][i] = 1
    rgbOf(colour(name, place)).forEach((value, c) => {
      data[3 * i + c] = Math.round(255 * value)
    })
  }
  const plane = (values: Float32Array): Plane => ({ width: size, height: size, data: values })
  const photo: Picture = { width: size, height: size, channels: 3, data }
  const regions = {
    ...base.regions,
    signs: base.regions.signs,
    glasses: plane(new Float32Array(size * size)),
    teeth: plane(new Float32Array(size * size)),
    skin: plane(planes.skin),
    hair: plane(planes.hair),
    beard: plane(planes.beard),
    clothes: plane(planes.clothes),
    background: plane(planes.background),
  }
  return {
    photo,
    styled: photo,
    points,
    head,
    regions,
    others: [],
    irises: base.irises,
    steady: asMeasured,
    least: asMeasured,
    detail: head.unit,
  }
}

const study = (...given: Parameters<typeof sitting>) => studyOf(sitting(...given))
const lab = (colour: Rgb): Lab => labOf(...colour)
const hue = ([, a, b]: Lab): number => (Math.atan2(b, a) * 180) / Math.PI

describe('light', () => {
  test.each([
    ['the right', -1],
    ['the left', 1],
  ])('from the person’s %s', (_, side) => {
    const lit = (name: Mass, { x }: Place): Lab =>
      name === 'skin' ? [62 + 14 * side * x, COLOURS.skin[1], COLOURS.skin[2]] : COLOURS[name]
    const light = lightOf(study(massOf, lit))
    expect(light.side * side).toBeGreaterThan(0.5)
    expect(light.depth).toBeGreaterThan(0.5)
    const { surface } = light
    const at = (x: number): number =>
      surface.data[Math.floor(0.55 * surface.height) * surface.width + Math.floor(x * surface.width)]
    expect((at(0.6) - at(0.4)) * side).toBeGreaterThan(0.02)
  })

  test('even: no shade, and skin of its own colour', () => {
    const light = lightOf(study())
    expect(light.depth).toBeLessThan(0.05)
    for (const [k, value] of COLOURS.skin.entries()) expect(Math.abs(light.lit[k] - value)).toBeLessThan(1.5)
  })
})

describe('colours of skin', () => {
  test.each<[string, Lab]>([
    ['fair', [78, 12, 16]],
    ['medium', [62, 15, 24]],
    ['brown', [45, 16, 22]],
    ['dark', [30, 12, 14]],
  ])('%s: as light within 8, of its hue within 10 degrees, its shade darker and warmer', (_, lit) => {
    const colours = skinColoursOf({ ...lightOf(study()), lit }, false, usualLook)
    const [drawn, shade, line] = [colours.lit, colours.shade, colours.line].map(lab)
    expect(Math.abs(drawn[0] - lit[0])).toBeLessThan(8)
    expect(Math.abs(hue(drawn) - hue(lit))).toBeLessThan(10)
    expect(drawn[0] - shade[0]).toBeGreaterThan(7)
    expect(line[0]).toBeLessThan(drawn[0] / 2)
    expect(line[0]).toBeGreaterThan(5)
  })

  test('in poor light: no paler than skin is drawn, of the hue that it has', () => {
    const lit: Lab = [58, 4, 5]
    const drawn = lab(skinColoursOf({ ...lightOf(study()), lit }, false, usualLook).lit)
    expect(Math.hypot(drawn[1], drawn[2])).toBeGreaterThan(11)
    expect(Math.abs(hue(drawn) - hue(lit))).toBeLessThan(10)
  })

  test('of a grey photo: grey', () => {
    const colours = skinColoursOf(lightOf(study()), true, usualLook)
    for (const colour of [colours.lit, colours.shade, colours.line]) {
      const [, a, b] = lab(colour)
      expect(Math.hypot(a, b)).toBeLessThan(1)
    }
  })
})

describe('hair', () => {
  test.each<[string, Lab]>([
    ['dark', [15, 2, 3]],
    ['brown', [30, 8, 14]],
    ['fair', [70, 6, 28]],
    ['white', [88, 0, 3]],
  ])('%s: four tones from dark to light around its own, never black', (_, own) => {
    const strands = (name: Mass, { x }: Place): Lab =>
      name === 'hair' ? [own[0] + 4 * Math.sin(40 * x), own[1], own[2]] : COLOURS[name]
    const { tones } = hairOf(study(massOf, strands))!
    const lightness = tones.map((tone) => lab(tone)[0])
    expect(lightness).toEqual(lightness.toSorted((a, b) => a - b))
    expect(lightness[2] - lightness[0]).toBeGreaterThan(12)
    expect(lightness[0]).toBeGreaterThan(8)
    expect(Math.abs(lightness[1] - own[0])).toBeLessThan(8)
  })

  test('of a bald head: none', () => {
    expect(hairOf(study((place) => (massOf(place) === 'hair' ? 'background' : massOf(place))))).toBeUndefined()
  })
})

describe('put right', () => {
  const massAt = (given: ReturnType<typeof study>, x: number, y: number): Mass => {
    let [nearest, best] = [0, Number.POSITIVE_INFINITY]
    for (let i = 0; i < given.x.length; i++) {
      const far = Math.hypot(given.x[i] - x, given.y[i] - y)
      if (far < best) [nearest, best] = [i, far]
    }
    const names: Mass[] = ['skin', 'hair', 'beard', 'clothes', 'background']
    return names.reduce((most, name) => (given[name].data[nearest] > given[most].data[nearest] ? name : most))
  }
  const spot = (mass: Mass, x: number, y: number, radius: number) => (place: Place) =>
    Math.hypot(place.x - x, place.y - y) < radius ? mass : massOf(place)

  test('a spot of hair on the forehead is skin; the hair stays', () => {
    const given = study(spot('hair', 0, -0.35, 0.07))
    expect(massAt(given, 0, -0.35)).toBe('hair')
    const right = tidied(given)
    expect(massAt(right, 0, -0.35)).toBe('skin')
    expect(massAt(right, 0, -1.1)).toBe('hair')
  })

  test('a hole in the hair is hair', () => {
    expect(massAt(tidied(study(spot('background', 0, -1.05, 0.06))), 0, -1.05)).toBe('hair')
  })

  test('shine in the hair that was taken for a cap is hair; a cap is not', () => {
    const shine =
      (colour: Lab) =>
      (name: Mass, { x, y }: Place): Lab =>
        name === 'clothes' && Math.hypot(x, y + 1.05) < 0.18 ? colour : COLOURS[name]
    const capAt = (colour: Lab): Mass => massAt(tidied(study(spot('clothes', 0, -1.05, 0.18), shine(colour))), 0, -1.05)
    expect(capAt([38, 8, 14])).toBe('hair')
    expect(capAt([40, -20, -10])).toBe('clothes')
  })

  test('a little hair under a cap is the cap’s: it would be drawn as skin', () => {
    const cap = (place: Place): Mass => {
      const mass = massOf(place)
      return mass === 'hair' && !(Math.abs(place.x + 1) < 0.08 && Math.abs(place.y) < 0.12) ? 'clothes' : mass
    }
    const right = tidied(study(cap))
    expect(Math.max(...right.hair.data)).toBe(0)
    expect(massAt(right, -1, 0)).toBe('clothes')
  })

  test.each<[string, number, number, Lab, Mass]>([
    ['a shadow of the skin’s hue is skin', -0.3, 1.6, [20, 5, 7], 'skin'],
    ['a black scarf is clothes', -0.3, 1.6, [20, 0, -1], 'clothes'],
  ])('below the neck, %s', (_, x, y, colour, expected) => {
    const broad = (place: Place): Mass =>
      Math.abs(place.x) < 0.9 && place.y > 0.8 && place.y < 1.9 && !place.face ? 'skin' : massOf(place)
    const patch = (name: Mass, place: Place): Lab =>
      name === 'skin' && Math.hypot(place.x - x, place.y - y) < 0.3 ? colour : COLOURS[name]
    expect(massAt(tidied(study(broad, patch)), x, y)).toBe(expected)
  })

  test.each<[string, number, number, Mass]>([
    ['with fingers before it, and without before, is the style’s', 7, 0, 'clothes'],
    ['that was as uneven before is skin', 7, 7, 'skin'],
    ['without fingers is skin', 0, 0, 'skin'],
  ])('in a clip, a neck %s', (_, now, before, expected) => {
    const withFingers = (deep: number) =>
      study(massOf, (name, { x, y, face }) =>
        name === 'skin' && !face && y > 1.1
          ? [COLOURS.skin[0] + deep * Math.sign(Math.sin(20 * x)), COLOURS.skin[1], COLOURS.skin[2]]
          : COLOURS[name],
      )
    const memory = faceMemoryFrom()
    const seen = (deep: number, seconds: number) => {
      memory.enter([1], seconds)
      const { steady, least } = memory.face(1)
      return tidied(withFingers(deep), steady, least)
    }
    seen(before, 0)
    const last = [1, 2, 3, 4].map((i) => seen(now, i / 4)).at(-1)!
    expect(massAt(last, 0, 1.45)).toBe(expected)
    expect(massAt(last, 0.3, 0.6)).toBe('skin')
  })

  test('a dark patch on the neck is no beard', () => {
    expect(massAt(tidied(study(spot('beard', 0.3, 1.45, 0.15))), 0.3, 1.45)).toBe('skin')
  })

  test('skin far from the face: clothes where it is small, a hand where it is large and of the same colour', () => {
    expect(massAt(tidied(study(spot('skin', -1.3, 1.2, 0.12))), -1.3, 1.2)).toBe('clothes')
    expect(massAt(tidied(study(spot('skin', -1.3, 1.2, 0.3))), -1.3, 1.2)).toBe('skin')
    const green = (name: Mass, { x, y }: Place): Lab =>
      Math.hypot(x + 1.3, y - 1.2) < 0.3 ? [60, -25, 30] : COLOURS[name]
    expect(massAt(tidied(study(spot('skin', -1.3, 1.2, 0.3), green)), -1.3, 1.2)).toBe('clothes')
  })

  test('a black pullover below short hair is no hair', () => {
    const pullover = (place: Place): Mass => (massOf(place) === 'clothes' ? 'hair' : massOf(place))
    expect(massAt(tidied(study(pullover)), 0.9, 1.7)).toBe('clothes')
  })

  test.each<[string, Lab, Mass]>([
    ['dark', [22, 4, 6], 'beard'],
    ['grey', [62, 1, 3], 'beard'],
    ['hardly darker than the skin', [60, 14, 19], 'skin'],
  ])('a beard that is %s', (_, colour, expected) => {
    const bearded = (place: Place): Mass => (place.face && place.y > 0.75 ? 'beard' : massOf(place))
    const given = study(bearded, (name) => (name === 'beard' ? colour : COLOURS[name]))
    expect(massAt(tidied(given), 0, 0.95)).toBe(expected)
  })
})

test('a background is filled from further away: nothing of the person shows behind it', () => {
  const { hair, skin, clothes, background, unit, size: side } = study()
  const colours = [0, 1, 2].map((c) => ({
    width: side,
    height: side,
    data: Float32Array.from(background.data, (share) => (share > 0.5 ? [0.2, 0.5, 0.9][c] : [0.9, 0.1, 0.1][c])),
  })) as unknown as Parameters<typeof refill>[0]
  const { colours: filled, filled: where } = refill(colours, background, unit)!
  let [reddest, leastFilled] = [0, 1]
  for (let i = 0; i < side * side; i++) {
    if (!(hair.data[i] + skin.data[i] + clothes.data[i] > 0.5)) continue
    reddest = Math.max(reddest, filled[0].data[i])
    leastFilled = Math.min(leastFilled, where.data[i])
  }
  expect(reddest).toBeLessThan(0.35)
  expect(leastFilled).toBeGreaterThan(0.9)
  expect(refill(colours, { ...background, data: new Float32Array(side * side) }, unit)).toBeUndefined()
})

describe('a drawn head', () => {
  const drawn = drawCharacter(sitting(), OPTIONS, usualLook)
  const at = ({ canvas }: DrawnCharacter, x: number, y: number): Rgb => {
    const { unit, origin } = head
    const i = 3 * (Math.floor(origin.y + y * unit) * size + Math.floor(origin.x + x * unit))
    return [canvas.data[i], canvas.data[i + 1], canvas.data[i + 2]]
  }

  test('has the colours of what it is, and finite numbers everywhere', () => {
    expect(Math.abs(lab(at(drawn, 0, -0.3))[0] - COLOURS.skin[0])).toBeLessThan(14)
    expect(lab(at(drawn, 0, -1))[0]).toBeLessThan(60)
    expect(drawn.canvas.data.every(Number.isFinite)).toBe(true)
  })

  test('leaves what is far from it as the style made it, and says so by its mask', () => {
    const { styled } = sitting()
    let [far, change] = [0, 0]
    for (let i = 0; i < size * size; i++) {
      if (drawn.mask.data[i] > 0) continue
      far++
      for (let c = 3 * i; c < 3 * i + 3; c++) {
        change = Math.max(change, Math.abs(drawn.canvas.data[c] * 255 - styled.data[c]))
      }
    }
    expect(change).toBeLessThan(1)
    expect(far).toBeGreaterThan(0.3 * size * size)
    expect(drawn.mask.data[Math.floor(head.origin.y) * size + Math.floor(head.origin.x)]).toBeCloseTo(1, 3)
  })

  test('has little ink', () => {
    let ink = 0
    for (let i = 0; i < size * size; i++) {
      if (face[i] < 0.5) continue
      const [r, g, b] = drawn.canvas.data.subarray(3 * i, 3 * i + 3)
      if (0.299 * r + 0.587 * g + 0.114 * b < 0.15) ink++
    }
    expect(ink / face.reduce((sum, share) => sum + share, 0)).toBeLessThan(0.02)
  })

  test('is the same every time, and another one with other options', () => {
    expect(drawCharacter(sitting(), OPTIONS, usualLook)).toEqual(drawn)
    const plain = drawCharacter(sitting(), { ...OPTIONS, proportions: 0, lashes: 'plain' }, usualLook)
    expect(plain.canvas.data).not.toEqual(drawn.canvas.data)
  })

  test('as a portrait is drawn everywhere', () => {
    const { mask } = drawCharacter(sitting(), OPTIONS, usualLook, true)
    expect(mask.data.every((share) => share === 1)).toBe(true)
  })

  test('wears no more than its own where another head is near', () => {
    const others = [{ origin: { x: head.origin.x + 1.6 * head.unit, y: head.origin.y }, unit: head.unit }]
    const { mask } = drawCharacter({ ...sitting(), others }, OPTIONS, usualLook)
    const column = Math.floor(head.origin.x + 1.02 * head.unit)
    const row = Math.floor(head.origin.y - 0.2 * head.unit)
    expect(drawn.mask.data[row * size + column]).toBeGreaterThan(0.9)
    expect(mask.data[row * size + column]).toBeLessThan(0.5)
  })
})
