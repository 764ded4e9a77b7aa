/**
 * A camera's pictures as a clip, recorded by the ffmpeg program before anything is done with them: styling is slower than
 * cameras are on most machines, and a recording loses none. Video4Linux only; other systems' cameras come by a pipe.
 */
import { AnimeganError } from '@animegan/core'
import { hasFfmpeg, recordDevice } from './ffmpeg.ts'

/** Records `seconds` of a camera into a Matroska file. */
export const recordCamera = async (device: string, seconds: number | undefined, to: string): Promise<void> => {
  if (seconds === undefined) throw new AnimeganError('bad-argument', 'expected --end with a camera, such as --end 10s')
  if (!(await hasFfmpeg())) {
    throw new AnimeganError('no-codec', 'expected an ffmpeg program on the PATH, which cameras are read by')
  }
  await recordDevice('v4l2', device, seconds, to)
}
