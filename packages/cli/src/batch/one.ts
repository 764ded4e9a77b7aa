/**
 * Animates one input from file to file: chooses how (picture, animation, clip, portraits) and checks whether its
 * results may be written. The encoded input is released as soon as it is decoded. Knows nothing of batches or
 * terminals.
 */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AnimeganError } from '@animegan/core'
import {
  animateAnimation,
  animateClipFile,
  animateStill,
  type ClipPlace,
  decodePicture,
  inTemporaryFolder,
  openSource,
  type PictureFormat,
  type PictureSource,
} from '@animegan/node'
import { claim } from './claim.ts'
import type { Input } from './inputs.ts'
import { isClipFormat, type Place, placeOf } from './naming.ts'
import { drawPortraits } from './portraits.ts'
import { writeResult } from './result.ts'
import type { OnProgress, Opened, Result, Run } from './run.ts'

/** Animates one input. Throws a one-line error if it cannot. */
export const animateOne = async (input: Input, run: Run, onProgress: OnProgress): Promise<Result[]> => {
  if (input.problem) throw new Error(input.problem)
  const piped = input.path === '-'
  const source = await openSource(piped ? process.stdin : input.path, piped ? 'stdin' : input.path, run.clips.clip.end)
  if (source.kind === 'clip') {
    const place = await claimClip(input, run)
    return [await source.withFile((path) => animateClipAt(path, place, run, onProgress))]
  }
  const opened = await open(input, source, run)
  const animator = await run.animator()
  if (run.portraits) return drawPortraits(input, opened, animator, run, onProgress)
  const { frames } = opened.decoded
  const animate = frames.length > 1 ? animateAnimation : animateStill
  const animated = await animate(opened.decoded, animator, { ...run.options, onProgress })
  const result = await writeResult(frames, animated.frames, opened.place, opened, run)
  return [{ ...result, faces: animated.faces }]
}

const placeIn = async (run: Run, input: Input, content: PictureFormat | 'clip'): Promise<Place> =>
  placeOf(input, content, run.destination, run.format, await run.shares(input.path))

/** The paths of a clip's results, after checking that they may be written. */
const claimClip = async (input: Input, run: Run): Promise<ClipPlace> => {
  if (run.portraits) throw new AnimeganError('unsupported', 'expected a picture for --faces only, found a clip')
  const { path, format, compare } = await placeIn(run, input, 'clip')
  if (!isClipFormat(format)) throw new AnimeganError('unsupported', `expected a clip's format, found ${format}`)
  const wanted = run.compare && compare
  await claim([{ path, compare, format }], input.path, run)
  return { path, compare: wanted, format }
}

/** Animates the clip in a file. */
const animateClipAt = async (
  source: string,
  { path, compare, format }: ClipPlace,
  run: Run,
  onProgress: OnProgress,
): Promise<Result> => {
  const styleTo = (to: string, temporary = false) =>
    animateClipFile(
      source,
      { path: to, compare, format, temporary },
      {
        ...run.clips,
        quality: run.quality,
        compare: run.compare,
        options: run.options,
        animator: run.animator,
      },
      (progress) => onProgress(progress.fraction, progress),
    )
  const made = await (path === '-'
    ? inTemporaryFolder(async (folder) => {
        const file = join(folder, `result.${format}`)
        const result = await styleTo(file, true)
        await pipeline(createReadStream(file), process.stdout, { end: false })
        return result
      })
    : styleTo(path))
  return { output: path, compare, ...made }
}

/** Decodes a picture, after checking that its result may be written. */
const open = async (input: Input, { bytes, content, name, times }: PictureSource, run: Run): Promise<Opened> => {
  // Anything else fails here, with an error that says what it is.
  if (!content) {
    return { decoded: await decodePicture(bytes, name), place: { path: '-', compare: undefined, format: 'png' } }
  }
  const place = await placeIn(run, input, content)
  // The number of portraits is not known yet.
  if (!run.portraits) await claim([place], name, run)
  return { decoded: await decodePicture(bytes, name), place, times }
}
