/**
 * Benchmarks clips: frames per second compared with the network alone, memory over length, and flicker of results
 * compared with their sources. Needs ffmpeg, which makes the clips and decodes those with people, if available.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Frame, type Picture, type Style, warpingError } from '@animegan/core'
import { createStylizer, stylizeFrames } from '@animegan/core/parts'
import { nodeEngine } from 'animegan'
import { animegan, type ProcessCost, photo, runProcess, sora } from './pictures.ts'

/** Clips in a folder next to the repository; empty if it does not exist. */
const clipsIn = (name: string): string[] => {
  const folder = fileURLToPath(new URL(`../../../shared/data/video/${name}`, import.meta.url))
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((file) => /\.(mp4|mkv|webm)$/.test(file))
  return names.map((file) => join(folder, file))
}

/** Clips with people. */
export const clipsOfPeople = (): string[] => clipsIn('people')

/** Every clip that is not damaged. */
export const goodClips = (): string[] => [...clipsIn('people'), ...clipsIn('clips')]

const ffmpeg = (...args: readonly string[]): Buffer =>
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], { maxBuffer: 2 ** 30 })

/** A camera moving over the example photo, with sound: no two frames are the same. */
export const panned = (path: string, width: number, height: number, frames: number): void => {
  const camera = `scale=${width + 2 * frames}:-2,crop=${width}:${height}:2*n:n/2`
  const pictures = ['-loop', '1', '-framerate', '25', '-i', photo]
  const sound = ['-f', 'lavfi', '-i', `sine=330:duration=${frames / 25}`]
  ffmpeg(...pictures, ...sound, '-vf', camera, '-frames:v', String(frames), '-pix_fmt', 'yuv420p', path)
}

/** The first pictures of a clip, at a size given to ffmpeg's `scale`. */
export const picturesOf = (path: string, count: number, size = 'w=iw:h=ih'): Picture[] => {
  const bytes = ffmpeg(
    '-i',
    path,
    '-frames:v',
    `${count}`,
    '-vf',
    `scale=${size}`,
    '-f',
    'image2pipe',
    '-c:v',
    'ppm',
    '-',
  )
  const found: Picture[] = []
  for (let at = 0; at < bytes.length; ) {
    const [header, width, height] = /^P6\n(\d+) (\d+)\n255\n/.exec(bytes.toString('latin1', at, at + 32))!
    const end = at + header.length + Number(width) * Number(height) * 3
    const data = new Uint8Array(bytes.subarray(at + header.length, end))
    found.push({ width: Number(width), height: Number(height), channels: 3, data })
    at = end
  }
  return found
}

/** Pictures as a clip of 25 frames per second. */
export async function* clipOf(pictures: readonly Picture[]): AsyncGenerator<Frame, void, undefined> {
  for (const [i, picture] of pictures.entries()) yield { picture, timestamp: i / 25, duration: 1 / 25 }
}

/** Frames per second: of a clip from file to file, and of the network alone on its frames. */
export interface Pace {
  readonly clip: number
  readonly network: number
}

/**
 * Measures the default style's network, the command with a clip of `frames` frames, and the network again. face-pass.ts
 * measures faces, which need separate runs.
 */
export const paceOf = async (path: string, frames: number, out: string): Promise<Pace> => {
  const [picture] = picturesOf(path, 1)
  const before = await networkTime(picture)
  const { wall } = await runProcess(animegan(path, '-o', out, '--force', '--faces', 'off'))
  const after = await networkTime(picture)
  return { clip: (frames * 1000) / wall, network: 2000 / (before + after) }
}

/** Milliseconds for one run of the network, as in the command; the mean of eight. */
const networkTime = async (picture: Picture): Promise<number> => {
  const runs = 8
  const engine = await nodeEngine({ backend: 'cpu' })
  try {
    const stylizer = await createStylizer(sora(), engine)
    await stylizer.stylize(picture)
    const start = performance.now()
    for (let i = 0; i < runs; i++) await stylizer.stylize(picture)
    return (performance.now() - start) / runs
  } finally {
    await engine.close()
  }
}

/**
 * Resources for a clip of a given length: 320x180, 25 frames per second, of which every fifth differs from the previous
 * one.
 */
export const memoryOver = (folder: string, seconds: number): Promise<ProcessCost> => {
  const path = join(folder, `${seconds}.mp4`)
  const pictures = ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=5:duration=${seconds}`]
  const sound = ['-f', 'lavfi', '-i', `sine=330:duration=${seconds}`]
  ffmpeg(...pictures, ...sound, '-r', '25', '-pix_fmt', 'yuv420p', '-preset', 'ultrafast', path)
  return runProcess(animegan(path, '--effect-size', '96', '-o', join(folder, 'memory.mp4'), '--force'))
}

/** The properties of a clip that the command must not change, from ffprobe and ffmpeg. */
interface Outline {
  readonly frames: number
  /** Of the container, in seconds. */
  readonly duration: number
  /** A hash of the packets of each sound track. */
  readonly sound: string
}

const outlineOf = (path: string): Outline => {
  const probe = (...args: readonly string[]): string =>
    execFileSync('ffprobe', ['-v', 'error', '-of', 'csv=p=0', ...args, path])
      .toString()
      .trim()
  const frames = Number(
    probe('-select_streams', 'v:0', '-count_packets', '-show_entries', 'stream=nb_read_packets').replace(/,.*/, ''),
  )
  const duration = Number(probe('-show_entries', 'format=duration'))
  const hasSound = probe('-select_streams', 'a', '-show_entries', 'stream=index') !== ''
  const hash = ['-map', '0:a', '-c', 'copy', '-f', 'streamhash', '-hash', 'md5', '-']
  // All packets, including those that an edit list mutes.
  const all = extname(path) === '.mp4' ? ['-ignore_editlist', '1'] : []
  return { frames, duration, sound: hasSound ? ffmpeg(...all, '-i', path, ...hash).toString() : '' }
}

/** A whole clip and its result, with small pictures, as reported by ffprobe and ffmpeg. */
export const outlines = async (path: string, folder: string): Promise<{ source: Outline; result: Outline }> => {
  const result = join(folder, `whole${extname(path)}`)
  await runProcess(animegan(path, '--size', '160', '--effect-size', '64', '--faces', 'off', '-o', result, '--force'))
  return { source: outlineOf(path), result: outlineOf(result) }
}

/** Warping errors of the results for a clip's first 24 frames, divided by the source's own. */
export interface Flicker {
  /** Each frame styled separately, like a picture. */
  readonly alone: number
  /** With the statistics of the first frame; undefined if the network has none. */
  readonly frozen?: number
  /** Styled as a clip. */
  readonly clip: number
}

/** Measures a style on a clip whose frames are reduced to `longSide`. */
export const flickerOf = async (style: Style, path: string, longSide: number): Promise<Flicker> => {
  const sources = picturesOf(path, 24, `w='min(iw,${longSide})':h=-2`)
  const engine = await nodeEngine({ backend: 'cpu' })
  try {
    const stylizer = await createStylizer(style, engine)
    const statistics = await stylizer.measure(sources[0])
    const frozen = statistics && (await stylizer.frozen(statistics))
    const each = (by: typeof stylizer): Promise<Picture[]> => Promise.all(sources.map((source) => by.stylize(source)))
    const ratio = (results: readonly Picture[]): number => {
      const { result, source } = warpingError(results, sources)
      return result / source
    }
    const clip: Picture[] = []
    for await (const { picture } of stylizeFrames(stylizer, clipOf(sources))) clip.push(picture)
    return {
      alone: ratio(await each(stylizer)),
      ...(frozen && { frozen: ratio(await each(frozen)) }),
      clip: ratio(clip),
    }
  } finally {
    await engine.close()
  }
}
