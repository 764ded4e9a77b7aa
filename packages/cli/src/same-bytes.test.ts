/**
 * A dozen results, compared with recorded hashes: after an intended change, renew them by `RECORD=1 npx vitest run
 * packages/cli/src/same-bytes.test.ts`, and say why. Kernels round differently on other processors, so there is a table
 * for each kind.
 */
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Workplace } from './testing.ts'

const table = fileURLToPath(new URL('../fixtures/same-bytes.json', import.meta.url))
const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))

/** The kind of processor, which decides how the engine's kernels round. */
const kind = (): string => {
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : ''
  const vectors = ['avx512f', 'avx2'].find((flag) => flags.includes(flag)) ?? cpus()[0].model
  return `${process.platform}-${process.arch}-${vectors}`
}

const recorded: Record<string, Record<string, string>> = JSON.parse(readFileSync(table, 'utf8'))
const known = recorded[kind()]
const record = process.env.RECORD === '1'

/** Most cases use styled faces, so that their results do not change when the drawing of faces improves. */
const cases: readonly (readonly [name: string, ...args: string[]])[] = [
  ['a photo', 'street.jpg', '--size', '256', '--faces', 'styled'],
  ['half of it', 'street.jpg', '--size', '256', '--strength', '0.5', '--faces', 'styled'],
  ['bolder', 'street.jpg', '--size', '320', '--effect-size', '128', '--faces', 'styled'],
  ['in tiles', 'street.jpg', '--size', '640', '--memory', '64', '--faces', 'off'],
  ['before and after', 'street.jpg', '--size', '200', '--compare', 'split', '--faces', 'styled'],
  ['faces', 'people.jpg', '--size', '480', '--faces', 'styled'],
  ['faces with proportions', 'people.jpg', '--size', '360', '--proportions', '0.5', '--faces', 'styled'],
  ['faces left to the style', 'people.jpg', '--size', '360', '--faces', 'off', '-s', 'pepper'],
  ['a drawn face', 'portrait.jpg', '--size', '360'],
  ['a drawn portrait', 'portrait.jpg', '--faces', 'only', '--size', '200', '-s', 'cel'],
  ['transparency', 'clear.png', '--size', '120', '--faces', 'styled'],
  ['an animation', 'moving.webp', '--format', 'webp', '--faces', 'styled'],
  ['a clip with a face', 'sign.mp4', '--end', '0.3', '--size', '240'],
]

describe.skipIf(!known && !record)(
  `results stay the same${known ? '' : ` (skipped: none recorded for ${kind()})`}`,
  () => {
    const at = new Workplace()
    const made: Record<string, string> = {}
    beforeAll(async () => {
      for (const name of ['street.jpg', 'people.jpg', 'portrait.jpg', 'sign.mp4'])
        copyFileSync(examples + name, at.path(name))
      const small = sharp(at.path('people.jpg')).resize(160)
      await small
        .clone()
        .composite([
          {
            input: Buffer.from([255, 0, 0, 90]),
            raw: { width: 1, height: 1, channels: 4 },
            tile: true,
            blend: 'dest-in',
          },
        ])
        .png()
        .toFile(at.path('clear.png'))
      const frames = await Promise.all(
        [1, 0.9, 0.8].map((brightness) =>
          small.clone().modulate({ brightness }).raw().toBuffer({ resolveWithObject: true }),
        ),
      )
      const { width, height, channels } = frames[0].info
      const data = Buffer.concat(frames.map((frame) => frame.data))
      const raw = { width, height: height * 3, channels, pageHeight: height }
      await sharp(data, { raw })
        .webp({ lossless: true, delay: [100, 100, 100] })
        .toFile(at.path('moving.webp'))
    })
    afterAll(() => {
      at.remove()
      if (record) writeFileSync(table, `${JSON.stringify({ ...recorded, [kind()]: made }, null, 2)}\n`)
    })

    for (const [name, input, ...args] of cases) {
      const missing = !record && !known?.[name]
      it.skipIf(missing)(`${name}${missing ? ` (skipped: not recorded for ${kind()})` : ''}`, async () => {
        const clip = input.endsWith('.mp4')
        const output = clip ? 'frames/%03d.png' : `result.${input.endsWith('.webp') ? 'webp' : 'png'}`
        const { code, stderr } = await at.run([input, '-o', output, '--threads', '2', '--force', ...args])
        expect([code, stderr]).toEqual([0, expect.stringContaining('->')])
        const hash = createHash('sha256')
        const files = clip ? at.files('frames').map((file) => at.path('frames', file)) : [at.path(output)]
        if (args.includes('--compare')) files.push(at.path('result.compare.png'))
        for (const file of files) hash.update(await sharp(file, { animated: true }).ensureAlpha().raw().toBuffer())
        made[name] = hash.digest('hex').slice(0, 16)
        if (!record) expect(made[name]).toBe(known[name])
      })
    }
  },
)
