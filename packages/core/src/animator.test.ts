/**
 * The animator: inputs it accepts and refuses, aborting and closing. Its pictures are compared with those of its parts, on
 * a real engine.
 */
import { readFileSync } from 'node:fs'
import * as node from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Animator, createAnimator } from './animator.ts'
import { closeable } from './closing.ts'
import type { Engine } from './engine.ts'
import { faceStylizerOf } from './faces/draw/face-stylizer.ts'
import { createFaceDetector, type FaceModels } from './faces/find/detector.ts'
import { portraitModels } from './faces/testing.ts'
import type { Frame } from './frames/frame.ts'
import type { Picture } from './picture.ts'
import { createStylizer } from './stylizer.ts'
import { localEngine, randomStyle, testPicture } from './testing.ts'

const engine = localEngine(node)
afterAll(() => engine.close())
const style = randomStyle('live')
const modelOf = (name: string): Uint8Array =>
  readFileSync(new URL(`../../models/weights/face_detection_${name}.tflite`, import.meta.url))
const faces: FaceModels = { shortRange: modelOf('short_range'), fullRange: modelOf('full_range') }
const people = new URL('../../../examples/people.jpg', import.meta.url)

let group: Picture
let animator: Animator
beforeAll(async () => {
  const whole = sharp(await sharp(readFileSync(people)).resize(480).png().toBuffer())
  const { data, info } = await whole
    .extract({ left: 0, top: 0, width: 200, height: 150 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  group = { width: info.width, height: info.height, channels: 3, data }
  animator = await createAnimator({ engine, style, faces })
})
afterAll(() => animator.close())

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error) => error.code,
  )

describe('a picture', () => {
  it('is what stylizer, detector and face stylizer make of it one after the other', async () => {
    const { picture, faces: found } = await animator.picture(group, { strength: 0.8, proportions: 0.4 })
    const stylizer = await createStylizer(style, engine)
    const detector = await createFaceDetector(faces, engine)
    const styled = await stylizer.stylize(group, { strength: 0.8 })
    const seen = await detector.detect(group)
    const byHand = await faceStylizerOf(stylizer, style).redraw(group, styled, seen, {
      strength: 0.8,
      proportions: 0.4,
    })
    expect(seen.length).toBeGreaterThan(0)
    expect(found?.map(({ box, redrawn }) => ({ box, redrawn }))).toEqual(
      seen.map((face) => ({ box: face.box, redrawn: byHand.redrawn.includes(face) })),
    )
    expect(found?.some(({ redrawn }) => redrawn)).toBe(true)
    expect(Buffer.compare(picture.data, byHand.picture.data)).toBe(0)
  })

  it('comes in two steps as in one, again and again', async () => {
    const drawing = await animator.draw(group)
    const found = await animator.findFaces(group)
    for (const strength of [0.5, 1]) {
      const once = await animator.picture(group, { strength })
      const { picture } = await drawing.finish({ strength, faces: found })
      expect(Buffer.compare(picture.data, once.picture.data)).toBe(0)
    }
    const without = await animator.picture(group, { faces: 'off' })
    expect(Buffer.compare((await drawing.finish()).picture.data, without.picture.data)).toBe(0)
    expect(without.faces).toBeUndefined()
  })

  it('comes in two steps as in one where faces are drawn; one that is left keeps its bytes, and the others theirs', async () => {
    await using drawer = await createAnimator({ engine, style, faces, characters: portraitModels() })
    const drawing = await drawer.draw(group)
    const found = await drawer.findFaces(group)
    for (const strength of [0.5, 1]) {
      const once = await drawer.picture(group, { strength })
      expect(once.faces?.some(({ drawn }) => drawn)).toBe(true)
      const twice = await drawing.finish({ strength, faces: found })
      expect(Buffer.compare(twice.picture.data, once.picture.data)).toBe(0)
      expect(twice.faces).toEqual(once.faces)
    }
    const all = (await drawing.finish({ faces: found })).picture
    const plain = (await drawing.finish()).picture
    const [left, ...others] = found
    const { picture: without } = await drawing.finish({ faces: others, others: [left] })
    const { box } = left
    for (let i = 0; i < without.data.length; i++) {
      const x = (Math.floor(i / 3) % group.width) - box.x - box.width / 2
      const y = Math.floor(i / 3 / group.width) - box.y - box.height / 2
      const inFace = Math.max(Math.abs(x) / box.width, Math.abs(y) / box.height) < 0.5
      expect(without.data[i] === (inFace ? plain : all).data[i] || without.data[i] === plain.data[i]).toBe(true)
    }
    const styled = await drawing.finish({ faces: found, drawn: false })
    expect(Buffer.compare(styled.picture.data, (await drawer.picture(group, { faces: 'styled' })).picture.data)).toBe(0)
  }, 60_000)

  it('is left without faces by an animator that has no networks for them, and asked for, that is said', async () => {
    await using plain = await createAnimator({ engine, style })
    expect((await plain.picture(group)).faces).toBeUndefined()
    expect(await codeOf(plain.picture(group, { faces: 'styled' }))).toBe('missing-models')
    expect(await codeOf(animator.picture(group, { faces: 'drawn' }))).toBe('missing-models')
    expect(await codeOf(plain.findFaces(group))).toBe('missing-models')
    expect(await codeOf(plain.portraits(group))).toBe('missing-models')
  })

  it('fetches the networks for faces once, and again where that failed', async () => {
    let asked = 0
    const later = async (): Promise<FaceModels> => {
      if (++asked === 1) throw new Error('offline')
      return faces
    }
    await using lazy = await createAnimator({ engine, style, faces: later })
    await lazy.picture(group, { faces: 'off' })
    expect(asked).toBe(0)
    await expect(lazy.findFaces(group)).rejects.toThrow('offline')
    expect((await lazy.findFaces(group)).length).toBe((await lazy.findFaces(group)).length)
    expect(asked).toBe(2)
  })
})

describe('portraits', () => {
  it('are square, one for each face from left to right', async () => {
    const portraits = await animator.portraits(group, { size: 96 })
    expect(portraits).toHaveLength((await animator.findFaces(group)).length)
    const lefts = portraits.map(({ face }) => face.box.x)
    expect(lefts).toEqual(lefts.toSorted((a, b) => a - b))
    for (const { picture } of portraits.slice(0, 2)) expect([picture.width, picture.height]).toEqual([96, 96])
    const before = await portraits[0].before()
    expect(before.width).toBe(96)
    expect(Buffer.compare(before.data, portraits[0].picture.data)).not.toBe(0)
  })

  it('need a face', async () => {
    expect(await codeOf(animator.portraits(testPicture(64, 64)))).toBe('no-face')
  })
})

describe('what is refused, in one line', () => {
  const ten = { width: 10, height: 10, channels: 3, data: new Uint8Array(5) } as const
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['too few bytes', () => animator.picture(ten), /^picture: expected 300 bytes for 10x10 in 3 channels, found 5$/],
    [
      'one channel',
      () => animator.picture({ ...ten, channels: 1 as 3 }),
      /^picture: expected 3 or 4 channels, found 1$/,
    ],
    ['no size', () => animator.findFaces({ ...ten, width: 0 }), /^picture: expected a width and a height of 1 or more/],
    [
      'a size of -4',
      () => animator.picture(testPicture(8, 8), { size: -4 }),
      /^size: expected a whole number from 1 to 65535, found -4$/,
    ],
    [
      'strength 2',
      () => animator.draw(testPicture(8, 8)).then((d) => d.finish({ strength: 2 })),
      /^strength: expected a number from 0 to 1, found 2$/,
    ],
    ['strength NaN', () => animator.picture(testPicture(8, 8), { strength: Number.NaN }), /found NaN$/],
    [
      'unknown words',
      () => animator.picture(testPicture(8, 8), { faces: 'all' as 'off' }),
      /^faces: expected one of drawn, styled, off, found 'all'$/,
    ],
    [
      'an invalid colour',
      () => animator.picture(testPicture(8, 8), { eyeColour: 'blue' }),
      /^eyeColour: expected auto or a colour such as #3a7bd5, found 'blue'$/,
    ],
    [
      'half an effect size',
      () => animator.portraits(testPicture(8, 8), { effectSize: 40.5 }),
      /^effectSize: expected a whole number/,
    ],
    ['no memory', () => createAnimator({ engine, style, memory: 0 }), /^memory: expected 16 MiB or more, found 0$/],
  ])('%s', async (_, call, message) => {
    const error = await call().then(
      () => undefined,
      (found) => found,
    )
    expect(error?.code).toBe('bad-argument')
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('\n')
  })
})

describe('ending', () => {
  it('a call after close() says so', async () => {
    const closed = await createAnimator({ engine, style, faces })
    await closed.close()
    await closed.close()
    expect(await codeOf(closed.picture(testPicture(8, 8)))).toBe('closed')
    expect(await codeOf(closed.findFaces(testPicture(8, 8)))).toBe('closed')
    expect(await codeOf(closed.frames(clip(1)).next())).toBe('closed')
  })

  it('an engine that is closed says so, also when its worker ends later', async () => {
    const gone = localEngine(node)
    const on = await createAnimator({ engine: gone, style })
    await gone.close()
    ;(gone as unknown as { fail(reason: Error): void }).fail(new Error('the engine ended unexpectedly (exit code 1)'))
    await expect(on.picture(testPicture(8, 8))).rejects.toMatchObject({ code: 'closed' })
  })

  it('an aborted call rejects at once with the reason, and the engine does no more than the tile under way', async () => {
    let begun = 0
    const slow: Engine = {
      ...engine,
      load: async (model) => {
        const session = await engine.load(model)
        return {
          ...session,
          run: (feeds, options) => {
            begun++
            return session.run(feeds, options)
          },
        }
      },
      ...closeable(async () => {}),
    }
    await using tiled = await createAnimator({ engine: slow, style, memory: 16 })
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    let steps = 0
    const work = tiled.picture(testPicture(480, 360), {
      signal: controller.signal,
      onProgress: () => {
        if (++steps === 1) controller.abort(reason)
      },
    })
    await expect(work).rejects.toBe(reason)
    const atAbort = begun
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(begun).toBe(atAbort)
    expect(begun).toBeLessThanOrEqual(3)
    await expect(tiled.picture(testPicture(8, 8), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect((await tiled.picture(testPicture(64, 64))).picture.width).toBe(64)
  })

  it('an aborted clip rejects at once, and its source is ended', async () => {
    const controller = new AbortController()
    let ended = false
    async function* endless(): AsyncGenerator<Frame, void, undefined> {
      try {
        for (let i = 0; ; i++) yield { picture: testPicture(64, 48), timestamp: i / 10, duration: 0.1 }
      } finally {
        ended = true
      }
    }
    const frames = animator.frames(endless(), { signal: controller.signal, faces: 'off' })
    await frames.next()
    controller.abort(new Error('enough'))
    await expect(frames.next()).rejects.toThrow('enough')
    await expect.poll(() => ended).toBe(true)
  })
})

async function* clip(count: number): AsyncGenerator<Frame, void, undefined> {
  for (let i = 0; i < count; i++) yield { picture: testPicture(64, 48), timestamp: i / 10, duration: 0.1 }
}
