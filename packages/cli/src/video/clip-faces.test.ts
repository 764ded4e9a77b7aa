/** Faces in clips as users convert them: the built command as a process, checked by ffmpeg and the warping error. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { loadStyle, type Picture, warpingError } from '@animegan/core'
import { writeStyle } from '@animegan/models'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ffmpeg, hasJudges, rgbOf } from '../../../video/src/testing.ts'
import { Workplace } from '../testing.ts'

vi.setConfig({ testTimeout: 300_000 })

const people = fileURLToPath(new URL('../../../../../shared/data/video/people/', import.meta.url))
const signer = fileURLToPath(new URL('../../../../examples/sign.mp4', import.meta.url))

let at: Workplace
beforeEach(() => {
  at = new Workplace()
})
afterEach(() => at.remove())

/** A built-in style that draws faces at this size, which is small and so fast. */
const drawingFacesAt = (faceSize: number): string[] => {
  const style = loadStyle(readFileSync(new URL('../../../node/styles/sora.safetensors', import.meta.url)))
  writeFileSync(
    at.path('quick.safetensors'),
    writeStyle({ ...style, metadata: { ...style.metadata, faceSize: `${faceSize}` } }),
  )
  return ['-s', 'quick.safetensors', '--threads', '1']
}

const framesOf = (path: string, filter: string, width: number, height: number): Picture[] => {
  const data = new Uint8Array(rgbOf(path, filter))
  const size = width * height * 3
  return Array.from({ length: data.length / size }, (_, i) => {
    return { width, height, channels: 3, data: data.subarray(i * size, (i + 1) * size) }
  })
}

describe.skipIf(!hasJudges || !existsSync(people))(
  'faces in clips (skipped without ffmpeg, ffprobe or ../shared/data/video/people)',
  () => {
    it('are redrawn, and frames do not jump more than without', async () => {
      const [width, height] = [320, 240]
      ffmpeg(
        '-i',
        `${people}eat.mkv`,
        '-t',
        '1',
        '-vf',
        `fps=15,scale=${width}:${height}`,
        '-qp',
        '1',
        at.path('a.mkv'),
      )
      const made = { off: 'off.mkv', auto: 'auto.mkv', large: 'large.mkv' }
      const options = { off: ['--faces', 'off'], auto: [], large: ['--proportions', '0.6'] }
      for (const [kind, name] of Object.entries(made)) {
        const { code, stdout } = await at.run([
          ...['a.mkv', '-o', name, '--quality', '100', '--json', ...drawingFacesAt(192)],
          ...options[kind as keyof typeof options],
        ])
        expect(code).toBe(0)
        // One person, in all frames. By eye, the face is in the middle of the head.
        const { faces } = JSON.parse(stdout.toString())
        if (kind === 'off') expect(faces).toBe(undefined)
        else {
          expect(faces).toMatchObject([{ redrawn: true, score: expect.any(Number), advice: expect.any(Array) }])
          expect(Math.abs(faces[0].x + faces[0].width / 2 - 150)).toBeLessThan(20)
        }
      }
      /** By eye: the head, in all frames; and the whole picture. */
      const head = { filter: 'crop=72:72:114:28', width: 72, height: 72 }
      for (const { filter, ...size } of [head, { filter: 'null', width, height }]) {
        const frames = (name: string): Picture[] => framesOf(at.path(name), filter, size.width, size.height)
        const [sources, off] = [frames('a.mkv'), frames(made.off)]
        expect(off).toHaveLength(15)
        const worst = (results: readonly Picture[]): number =>
          Math.max(
            ...results.slice(1).map((_, i) => warpingError(results.slice(i, i + 2), sources.slice(i, i + 2)).result),
          )
        for (const name of [made.auto, made.large]) {
          const results = frames(name)
          // The style alone hardly flickers, and one pair of frames scatters more than all.
          expect(warpingError(results, sources).result).toBeLessThan(1.2 * warpingError(off, sources).result)
          expect(worst(results)).toBeLessThan(1.25 * worst(off))
        }
      }
      const heads = (name: string): Picture[] => framesOf(at.path(name), head.filter, head.width, head.height)
      for (const [i, before] of heads(made.off).entries()) {
        expect(meanDifference(before, heads(made.auto)[i])).toBeGreaterThan(2)
        expect(meanDifference(heads(made.auto)[i], heads(made.large)[i])).toBeGreaterThan(1)
      }
      const elsewhere = (name: string): Picture[] => framesOf(at.path(name), 'crop=80:80:0:160', 80, 80)
      for (const [i, before] of elsewhere(made.off).entries()) {
        // Encoding spreads changes of faces over the frame a little.
        expect(meanDifference(before, elsewhere(made.auto)[i])).toBeLessThan(1.5)
      }
    })
  },
)

describe.skipIf(!hasJudges)('long work with faces (skipped without ffmpeg and ffprobe)', () => {
  it('resumes after a kill with the same bytes, but not from work with other proportions', async () => {
    ffmpeg('-i', signer, '-t', '2.1', '-vf', 'scale=160:192', '-an', at.path('a.mp4'))
    const args = ['a.mp4', '--force', ...drawingFacesAt(144)]
    const parts = at.path('.a.anime.mp4.parts')
    const segments = () => (existsSync(parts) ? readdirSync(parts).filter((name) => name.endsWith('.segment')) : [])
    const killed = async (...more: string[]): Promise<void> => {
      const { signal } = await at.run([...args, ...more], {
        started: async (kill) => {
          const deadline = Date.now() + 120_000
          while (Date.now() < deadline && segments().length === 0) await sleep(5)
          kill('SIGKILL')
        },
      })
      expect(signal).toBe('SIGKILL')
      expect(segments()).toHaveLength(1)
    }
    const other = 'note: a.mp4: earlier work with another input or other options was not used\n'
    await killed('--proportions', '0.5')
    expect((await at.run(args)).stderr).toContain(other)
    const whole = readFileSync(at.path('a.anime.mp4'))
    await killed()
    expect((await at.run(args)).stderr).not.toContain(other)
    expect(readFileSync(at.path('a.anime.mp4')).equals(whole)).toBe(true)
    // There were faces to resume with.
    await at.run([...args, '--faces', 'off', '--end', '0.1', '-o', 'off.mp4'])
    const first = (name: string) => framesOf(at.path(name), 'trim=end_frame=1', 160, 192)[0]
    expect(meanDifference(first('off.mp4'), first('a.anime.mp4'))).toBeGreaterThan(0.5)
  })
})

const meanDifference = (a: Picture, b: Picture): number =>
  a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]), 0) / a.data.length
