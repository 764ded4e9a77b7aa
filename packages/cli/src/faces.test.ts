/** Faces with the command as users run it, on the project's example portrait, checked by sharp. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encodeOnnx, input, mul, symbolicDim, tanh } from '@animegan/graph'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Workplace } from './testing.ts'

const portrait = fileURLToPath(new URL('../../../examples/street.jpg', import.meta.url))
/** The face in it, located by eye: from brow to chin and from ear to ear, as fractions of the picture. */
const FACE = { left: 0.25, right: 0.52, top: 0.25, bottom: 0.57 }

let at: Workplace
beforeEach(() => {
  at = new Workplace()
})
afterEach(() => at.remove())

const photo = (width = 450): Promise<Buffer> => sharp(portrait).resize(width).png().toBuffer()
const raw = (path: string) => sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true })
const reports = (stdout: Buffer) =>
  stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

it('redraws the face of a portrait, reports it, and leaves everything else unchanged to the byte', async () => {
  writeFileSync(at.path('a.png'), await photo(250))
  const off = await at.run(['a.png', '--faces', 'off', '-o', 'off.png', '--json'])
  expect(reports(off.stdout)[0]).not.toHaveProperty('faces')
  const auto = await at.run(['a.png', '-o', 'auto.png', '--json'])
  expect([off.code, auto.code]).toEqual([0, 0])
  const [face, ...others] = reports(auto.stdout)[0].faces
  expect(others).toEqual([])
  expect(face).toMatchObject({ redrawn: true, advice: [] })
  const [without, redrawn] = [await raw(at.path('off.png')), await raw(at.path('auto.png'))]
  const { width, height } = redrawn.info
  expect(face.x / width).toBeGreaterThan(FACE.left - 0.08)
  expect((face.x + face.width) / width).toBeLessThan(FACE.right + 0.08)
  expect(face.y / height).toBeGreaterThan(FACE.top - 0.1)
  expect((face.y + face.height) / height).toBeLessThan(FACE.bottom + 0.1)
  const middle = { x: face.x + face.width / 2, y: face.y + face.height / 2 }
  let [inside, farthest] = [0, 0]
  for (let i = 0; i < redrawn.data.length; i += 3) {
    if (redrawn.data.subarray(i, i + 3).equals(without.data.subarray(i, i + 3))) continue
    const [x, y] = [(i / 3) % width, Math.floor(i / 3 / width)]
    const distance = Math.hypot(x - middle.x, y - middle.y) / face.width
    if (distance < 0.4) inside++
    farthest = Math.max(farthest, distance)
  }
  expect(inside).toBeGreaterThan(face.width ** 2 * 0.3)
  expect(farthest).toBeLessThan(1.6)
})

it('with a model that others made, draws the face as a character or redraws it', async () => {
  const face = fileURLToPath(new URL('../../../examples/portrait.jpg', import.meta.url))
  await sharp(face).resize(450).toFile(at.path('a.png'))
  await sharp(face).resize(200).toFile(at.path('small.png'))
  const x = input('x', [1, 3, symbolicDim('h'), symbolicDim('w')])
  writeFileSync(at.path('theirs.onnx'), encodeOnnx({ y: tanh(mul(x, 1.5)) }))
  for (const [mode, name, outcome] of [
    ['drawn', 'a.png', { drawn: true }],
    ['styled', 'small.png', { drawn: false, redrawn: true }],
  ] as const) {
    const { code, stdout } = await at.run([name, '-s', 'theirs.onnx', '--faces', mode, '-o', `${mode}.png`, '--json'])
    expect(code).toBe(0)
    expect(reports(stdout)[0].faces).toMatchObject([outcome])
  }
})

it('--faces only writes the portrait, square and large enough, and its pair', async () => {
  writeFileSync(at.path('a.png'), await photo())
  const { code, stderr, stdout } = await at.run(['a.png', '--faces', 'only', '--compare', '--json'])
  expect([code, stderr]).toEqual([0, ''])
  expect(at.files()).toEqual(['a.anime.png', 'a.compare.png', 'a.png'])
  const { width, height } = await sharp(at.path('a.anime.png')).metadata()
  expect(width).toBe(height)
  expect(width).toBeGreaterThanOrEqual(512)
  const [report] = reports(stdout)
  expect(report).toMatchObject({ output: 'a.anime.png', compare: 'a.compare.png', width, height })
  expect(report.faces).toMatchObject([{ output: 'a.anime.png' }])
  // Upright, with the face in the middle: it is found again in its portrait.
  const again = reports((await at.run(['a.anime.png', '-o', 'again.png', '--json'])).stdout)[0].faces
  expect(again).toHaveLength(1)
  expect(Math.abs((again[0].x + again[0].width / 2) / width - 0.5)).toBeLessThan(0.1)
  expect(again[0].width / width).toBeGreaterThan(0.3)
})

it('--faces only numbers several from left to right, overwrites none, and refuses two on standard output', async () => {
  const one = await photo(320)
  const other = await sharp(one).flop().toBuffer()
  const { width = 0, height = 0 } = await sharp(one).metadata()
  const group = { create: { width: 2 * width, height, channels: 3, background: 'white' } } as const
  await sharp(group)
    .composite([
      { input: other, left: width, top: 0 },
      { input: one, left: 0, top: 0 },
    ])
    .png()
    .toFile(at.path('two.png'))
  writeFileSync(at.path('two.face-2.anime.webp'), 'mine')
  const refused = await at.run(['two.png', '--faces', 'only', '--format', 'webp'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toBe(
    'animegan: two.png: its result two.face-2.anime.webp is already there; --force overwrites it\n',
  )
  const { code, stdout } = await at.run(['two.png', '--faces', 'only', '-o', 'out/', '--json'])
  expect(code).toBe(0)
  expect(at.files('out')).toEqual(['two.face-1.anime.png', 'two.face-2.anime.png'])
  const [left, right] = reports(stdout)
  expect(left.faces[0].x).toBeLessThan(width)
  expect(right.faces[0].x).toBeGreaterThan(width)
  const piped = await at.run(['two.png', '--faces', 'only', '-o', '-'])
  expect([piped.code, piped.stdout.length]).toEqual([1, 0])
  expect(piped.stderr).toBe(
    'animegan: two.png: expected one face for standard output, found 2: name a folder with -o\n',
  )
})

it('without a face, the ordinary result says so; --faces only fails in one line and writes nothing', async () => {
  await at.picture('a.png', 200, 150)
  const auto = await at.run(['a.png'])
  expect([auto.code, auto.stderr]).toEqual([0, expect.stringContaining('200x150, no face, ')])
  const only = await at.run(['a.png', '-o', 'out/', '--faces', 'only'])
  expect([only.code, only.stderr.split('\n').length]).toEqual([1, 2])
  expect(only.stderr).toContain('animegan: a.png: expected a face for a portrait, found none')
  expect(at.files()).toEqual(['a.anime.png', 'a.png'])
})

it('tracks faces through animations, and makes portraits from the first frame with a face', async () => {
  const [one, empty] = [await photo(240), await sharp(portrait).resize(240).blur(40).png().toBuffer()]
  const frames = [empty, one]
  await sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 200] })
    .toFile(at.path('a.gif'))
  const auto = reports((await at.run(['a.gif', '--proportions', '1', '--json'])).stdout)[0]
  expect(auto).toMatchObject({ frames: 2, faces: [{ redrawn: true }] })
  expect(Math.abs(auto.faces[0].x / 240 - FACE.left)).toBeLessThan(0.1)
  const small = reports((await at.run(['a.gif', '--size', '200', '--force', '--json'])).stdout)[0]
  expect(Math.abs(small.faces[0].x - auto.faces[0].x)).toBeLessThan(10)
  expect((await at.run(['a.gif', '-o', 'face.png', '--faces', 'only', '--size', '300'])).code).toBe(0)
  expect(await sharp(at.path('face.png')).metadata()).toMatchObject({ width: 300, height: 300 })
})

it('reports what is wrong with a face, as a line for people and a word for programs', async () => {
  const dark = await sharp(await photo(400))
    .linear(0.12)
    .png()
    .toBuffer()
  writeFileSync(at.path('dark.png'), dark)
  const { code, stderr } = await at.run(['dark.png'])
  expect(code).toBe(0)
  expect(stderr).toContain('note: dark.png: a face is too dark; brighten the picture first')
  const { stdout } = await at.run(['dark.png', '--force', '--json'])
  expect(reports(stdout)[0].faces).toMatchObject([{ advice: ['face-dark'] }])
})

it('does not support portraits from clips', async () => {
  const start = Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1')
  writeFileSync(at.path('a.mp4'), start)
  const { code, stderr } = await at.run(['a.mp4', '--faces', 'only'])
  expect(code).toBe(1)
  expect(stderr).toBe('animegan: a.mp4: expected a picture for --faces only, found a clip\n')
})
