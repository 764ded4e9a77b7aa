/** The README's example for Node, run unchanged in a separate folder: it writes the same as the command. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'animegan-example-'))
const run = promisify(execFile)
const code = /<!-- example: node -->\n```ts\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? ''
const pixels = (name: string): Promise<Buffer> => sharp(join(folder, name)).raw().toBuffer()

beforeAll(async () => {
  await sharp(join(root, 'examples/portrait.jpg')).resize(320).toFile(join(folder, 'photo.jpg'))
  writeFileSync(join(folder, 'main.mjs'), code)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('exists and is short', () => {
  expect(code).toContain('animate(')
  expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(12)
})

it('writes the same as the command', async () => {
  await run(process.execPath, ['main.mjs'], { cwd: folder })
  const command = join(root, 'packages/cli/bin/animegan.js')
  await run(process.execPath, [command, 'photo.jpg', '-o', 'expected.jpg'], { cwd: folder })
  await run(process.execPath, [command, 'photo.jpg', '-s', 'cel', '--proportions', '0.3', '-o', 'expected.png'], {
    cwd: folder,
  })
  expect(Buffer.compare(await pixels('photo.anime.jpg'), await pixels('expected.jpg'))).toBe(0)
  expect(Buffer.compare(await pixels('cel.png'), await pixels('expected.png'))).toBe(0)
  // The picture was really changed.
  expect(Buffer.compare(await pixels('photo.anime.jpg'), await pixels('photo.jpg'))).not.toBe(0)
}, 180_000)
