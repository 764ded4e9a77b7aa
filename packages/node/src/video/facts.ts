/**
 * Facts about a clip that the ffmpeg program knows and mediabunny does not: whether its pictures are interlaced, its
 * sound tracks of any codec, its subtitles and chapters. Parsed from the lines that ffmpeg prints for people, whose
 * form has not changed in a decade; decodes nothing.
 */
import { describeFile, hasFfmpeg } from './ffmpeg.ts'

/** Facts about a file beyond its pictures and times. */
export interface FileFacts {
  /** Whether it has a picture track; a cover does not count. */
  readonly picture: boolean
  readonly interlaced: boolean
  readonly transparent: boolean
  /** The codecs of its sound tracks, by ffmpeg's names. */
  readonly sound: readonly string[]
  /** The codecs of its subtitles, by ffmpeg's names. */
  readonly subtitles: readonly string[]
  readonly chapters: number
}

/** Asks ffmpeg about a file; undefined without ffmpeg, or if ffmpeg cannot read it. */
export const factsOf = async (path: string): Promise<FileFacts | undefined> =>
  (await hasFfmpeg()) ? parseFacts(await describeFile(path)) : undefined

/** ffmpeg's reason for not reading a file at all; undefined without ffmpeg. */
export const refusalOf = async (path: string): Promise<string | undefined> => {
  const last = (await describeFile(path)).trim().split('\n').at(-1)
  return last?.split(`${path}: `).at(-1)
}

/** Parses the output of `ffmpeg -i`. */
export const parseFacts = (text: string): FileFacts | undefined => {
  // Lines of the first file itself: those of its title or comment are indented more.
  const streams = [...text.matchAll(/^ {2,4}Stream #0:\d+\S*: (Video|Audio|Subtitle): (\w+)(.*)$/gm)]
  if (streams.length === 0) return undefined
  const codecs = (kind: string): string[] =>
    streams.filter(([, of]) => of === kind).map(([, , codec]) => codec as string)
  const picture = streams.find(([, kind, , more]) => kind === 'Video' && !more?.includes('(attached pic)'))
  return {
    picture: picture !== undefined,
    interlaced: /\((?:[^()]*, )?(?:top|bottom) (?:coded )?first/.test(picture?.[3] ?? ''),
    transparent: /, (?:yuva|gbrap|rgba|argb|bgra|abgr|ya)[0-9a-z]*[(,]/.test(picture?.[3] ?? ''),
    sound: codecs('Audio'),
    subtitles: codecs('Subtitle'),
    chapters: [...text.matchAll(/^ {4}Chapter #0:\d+: /gm)].length,
  }
}
