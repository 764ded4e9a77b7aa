/**
 * Records a camera as a clip with the ffmpeg program before styling it: on most machines styling is slower than the
 * camera, and a recording loses no frames. Video4Linux only; on other systems, pipe a camera in.
 */
import { AnimeganError } from '@animegan/core'
import { hasFfmpeg, recordDevice } from './ffmpeg.ts'

/** Records `seconds` of a camera into a Matroska file. */
export const recordCamera = async (device: string, seconds: number | undefined, to: string): Promise<void> => {
  if (seconds === undefined) throw new AnimeganError('bad-argument', 'expected --end with a camera, such as --end 10s')
  if (!(await hasFfmpeg())) {
    throw new AnimeganError('no-codec', 'expected an ffmpeg program on the PATH, which is needed to read cameras')
  }
  await recordDevice('v4l2', device, seconds, to)
}
