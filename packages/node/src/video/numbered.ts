/**
 * Reads and writes numbered pictures (numbered-names.ts) as a clip. The rate is an option, since pictures have no times. Otherwise
 * handled like any clip.
 */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AnimeganError, type Frame } from '@animegan/core'
import { type ClipReader, type ClipTarget, colourOf } from '@animegan/video'
import { writeWhole } from '../files/whole-file.ts'
import { decodePicture } from '../pictures/decode.ts'
import { type OutputFormat, outputFormatOf } from '../pictures/format.ts'
import { findNumbers, numberedPath } from './numbered-names.ts'
import { soundLost, startPictureSegment } from './picture-segment.ts'

/** Default frames per second, the same as ffmpeg's. */
const RATE = 25
/** Maximum number of missing numbers to list. */
const NAMED = 3

/** Opens numbered pictures, all of the first one's size. Rejects if there are none. */
export const openNumbered = async (pattern: string, fps: number = RATE): Promise<ClipReader> => {
  const numbers = await findNumbers(pattern)
  const [firstNumber] = numbers
  if (firstNumber === undefined) throw new AnimeganError('not-found', 'expected numbered pictures, found none')
  const read = async (number: number): Promise<Frame['picture']> => {
    const path = numberedPath(pattern, number)
    return (await decodePicture(await readFile(path), basename(path))).frames[0]
  }
  const { width, height, channels } = await read(firstNumber)
  const bt709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false }
  return {
    container: 'numbered pictures',
    width,
    height,
    pixelAspect: { num: 1, den: 1 },
    stated: bt709,
    colour: colourOf(bt709, height),
    timeResolution: fps,
    transparent: channels === 4,
    origin: 0,
    start: 0,
    end: numbers.length / fps,
    exactEnd: true,
    tags: {},
    languageCode: 'und',
    audio: [],
    firstNumber,
    ...noticeOf(numbers),
    frames: async function* (from, until) {
      const first = Number.isFinite(from) ? Math.max(0, Math.floor(from * fps + 1e-6)) : 0
      for (let index = first; index < numbers.length && index / fps < until; index++) {
        const picture = await read(numbers[index])
        if (picture.width !== width || picture.height !== height) {
          const found = `${picture.width}x${picture.height} for number ${numbers[index]}`
          throw new AnimeganError('bad-file', `expected pictures of ${width}x${height}, found ${found}`)
        }
        yield { picture, timestamp: index / fps, duration: 1 / fps }
      }
    },
    packets: async function* () {
      for (const index of numbers.keys()) yield { timestamp: index / fps, duration: 1 / fps, key: true }
    },
    close: () => {},
  }
}

const noticeOf = (numbers: readonly number[]): Pick<ClipReader, 'notices'> => {
  const missing: number[] = []
  for (const [i, number] of numbers.entries()) {
    for (let n = (numbers[i - 1] ?? number) + 1; n < number && missing.length <= NAMED; n++) missing.push(n)
  }
  if (missing.length === 0) return {}
  const named = `${missing.slice(0, NAMED).join(', ')}${missing.length > NAMED ? ' and more' : ''}`
  return { notices: [`missing numbers: ${named}; later pictures move up`] }
}

/** Identifies the pictures by text that changes when they do. */
export const numberedKey = async (pattern: string): Promise<string> => {
  const files = await Promise.all(
    (await findNumbers(pattern)).map(async (number) => {
      const { size, mtimeMs } = await stat(numberedPath(pattern, number))
      return [number, size, mtimeMs]
    }),
  )
  return JSON.stringify(files)
}

/** A target for picture files, numbered like the clip's pictures, else from 1. */
export const numberedTarget =
  (pattern: string, quality: number | undefined): ClipTarget =>
  async (clip) => ({
    notices: soundLost(clip),
    encode: () => startPictureSegment(outputFormatOf(pattern) as OutputFormat, quality),
    write: async ({ packets }) => {
      let number = clip.firstNumber ?? 1
      for await (const { data } of packets) await writeWhole(numberedPath(pattern, number++), data)
    },
  })
