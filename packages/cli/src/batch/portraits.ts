/**
 * Draws each face of a picture as a portrait in a separate file, from left to right. For an animation, the faces of the
 * first frame that has any.
 */
import { type Animator, AnimeganError, type Picture, type Portrait } from '@animegan/core'
import { describeFace } from '@animegan/node'
import { claim } from './claim.ts'
import type { Input } from './inputs.ts'
import { portraitPlaces } from './naming.ts'
import { writeResult } from './result.ts'
import type { OnProgress, Opened, Result, Run } from './run.ts'

/** Draws and writes the portraits. Throws a one-line error if there is no face, or a result may not be written. */
export const drawPortraits = async (
  input: Input,
  opened: Opened,
  animator: Animator,
  run: Run,
  onProgress: OnProgress,
): Promise<Result[]> => {
  const { frame, portraits } = await findSitters(opened.decoded.frames, animator, run, onProgress)
  const places = portraitPlaces(opened.place, portraits.length)
  await claim(places, input.path === '-' ? 'stdin' : input.path, run)
  const still = { ...opened, decoded: { ...opened.decoded, delays: [] } }
  const untold = { ...still, decoded: { ...still.decoded, notices: [] } }
  const results: Result[] = []
  for (const [i, { face, picture, before }] of portraits.entries()) {
    const original = run.compare ? await before() : picture
    const result = await writeResult([original], [picture], places[i], i === 0 ? still : untold, run)
    results.push({ ...result, faces: [{ ...describeFace(frame, face), output: result.output }] })
  }
  return results
}

/** The first of the frames with faces, and their portraits. */
const findSitters = async (
  frames: readonly Picture[],
  animator: Animator,
  { options }: Run,
  onProgress: OnProgress,
): Promise<{ readonly frame: Picture; readonly portraits: readonly Portrait[] }> => {
  for (const frame of frames) {
    try {
      return { frame, portraits: await animator.portraits(frame, { ...options, onProgress }) }
    } catch (error) {
      if (!(error instanceof AnimeganError && error.code === 'no-face')) throw error
    }
  }
  throw new AnimeganError(
    'no-face',
    'expected a face for a portrait, found none: try a picture in which it is larger, or --faces styled',
  )
}
