/**
 * Adds the chapters and subtitles of a clip to its result with the ffmpeg program, because mediabunny reads neither.
 * The packets of the result are copied. Chapters and subtitles that the container cannot hold are left out and
 * reported.
 */
import { rename } from 'node:fs/promises'
import { extname } from 'node:path'
import type { FileFacts } from './facts.ts'
import { convertFile } from './ffmpeg.ts'
import type { ClipFormat } from './sniff.ts'

/** Subtitle codecs that are text, by ffmpeg's names; all others are pictures. */
const WORDS = /^(?:subrip|srt|ass|ssa|webvtt|mov_text|text|sami|microdvd|subviewer)$/

/** The codec for text subtitles in each container. */
const CODECS: Readonly<Partial<Record<ClipFormat, string>>> = {
  mp4: 'mov_text',
  mov: 'mov_text',
  mkv: 'copy',
  webm: 'webvtt',
}

/** The part of the clip that the result covers. */
export interface Part {
  readonly start?: number | undefined
  readonly end?: number | undefined
}

/**
 * Adds what the container can hold to a finished result, which stays unchanged on failure.
 *
 * @param from the clip
 * @param to the result, replaced as a whole
 * @param spare a path for the new file, on the same file system as the result
 * @returns a line for each thing left out
 */
export const addTexts = async (
  from: string,
  to: string,
  spare: string,
  format: ClipFormat,
  { subtitles, chapters }: FileFacts,
  { start, end }: Part,
): Promise<string[]> => {
  const codec = CODECS[format]
  const held = subtitles.map((name) => codec !== undefined && (format === 'mkv' ? name !== 'none' : WORDS.test(name)))
  const lost = subtitles.filter((_, i) => !held[i])
  const notices = lost.length > 0 ? [leftOut(lost.length, lost)] : []
  if (codec === undefined)
    return [...notices, ...(chapters > 0 ? [`its ${count(chapters, 'chapter')} are left out`] : [])]
  const maps = held.flatMap((kept, i) => (kept ? ['-map', `1:s:${i}`] : []))
  if (maps.length === 0 && chapters === 0) return notices
  // Matroska does not support MP4's own subtitle codec.
  const coding = codec === 'copy' && subtitles.some((name) => name === 'mov_text') ? 'srt' : codec
  const cut = [
    ...(start === undefined ? [] : ['-ss', String(start)]),
    ...(end === undefined ? [] : ['-to', String(end)]),
  ]
  try {
    await convertFile(to, `${spare}${extname(to)}`, [
      ...cut,
      '-i',
      `file:${from}`,
      ...(format === 'webm' ? ['-map', '0:V', '-map', '0:a?'] : ['-map', '0']),
      ...maps,
      ...['-c', 'copy', '-c:s', coding],
      ...['-map_metadata', '0', '-map_chapters', '1', '-fflags', '+bitexact', '-f', MUXERS[format] as string],
    ])
    await rename(`${spare}${extname(to)}`, to)
    return notices
  } catch (error) {
    const what = [...(chapters ? [count(chapters, 'chapter')] : []), ...(maps.length ? ['subtitles'] : [])].join(
      ' and ',
    )
    return [...notices, `its ${what} are left out: ${error instanceof Error ? error.message : error}`]
  }
}

const MUXERS: Readonly<Partial<Record<ClipFormat, string>>> = { mp4: 'mp4', mov: 'mov', mkv: 'matroska', webm: 'webm' }

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

const leftOut = (number: number, codecs: readonly string[]): string =>
  `${count(number, 'subtitle track')} (${codecs.join(', ')}) ${number === 1 ? 'is' : 'are'} left out: the result cannot hold ${number === 1 ? 'it' : 'them'}`
