/**
 * The main command: animates inputs one after another. A bad input never stops the others. Prints a bar or plain lines
 * on standard error, JSON lines on standard output.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Animator, createAnimator, type Engine, type Picture } from '@animegan/core'
import { describeError, faceModels, findStyle, nodeEngine, plain, portraitModels, readStyleAt } from '@animegan/node'
import type { Sound } from '@animegan/video'
import { AlreadyThere } from '../batch/claim.ts'
import { adviceLines, countFaces } from '../batch/face-lines.ts'
import { findInputs, type Input, type PassedOver } from '../batch/inputs.ts'
import { destinationOf, resultFormatOf } from '../batch/naming.ts'
import { animateOne } from '../batch/one.ts'
import { Progress } from '../batch/progress.ts'
import type { Result, Run } from '../batch/run.ts'
import { createShares } from '../batch/siblings.ts'
import { showsColour, thumbnail } from '../batch/thumbnail.ts'
import { onInterrupt } from '../interrupt.ts'
import { formatDuration } from '../text.ts'
import { expected, oneOf } from '../usage.ts'
import { checkPrecision, engineOptions, type PrecisionFlags } from './engine-flags.ts'

/** The options from the command line, with numbers already checked. */
export interface StylizeFlags extends PrecisionFlags {
  readonly output?: string
  readonly style: string
  readonly strength: number
  readonly size?: number
  readonly effectSize?: number
  readonly format?: string
  readonly quality?: number
  readonly memory: number
  readonly compare?: 'side' | 'split' | 'none'
  readonly codec?: string
  readonly bitrate?: number
  readonly sound: Sound
  readonly start?: number
  readonly end?: number
  readonly fps?: number
  readonly preview?: number
  readonly faces: 'drawn' | 'styled' | 'off' | 'only'
  readonly proportions?: number
  readonly lashes: 'soft' | 'plain' | 'auto'
  readonly age: 'keep' | 'smooth'
  readonly eyeColour: string
  readonly version: string
  readonly json?: boolean
  readonly force?: boolean
}

/** Styles all inputs of the arguments. Returns the exit code: 0 if all are done, 1 if some failed. */
export const stylize = async (args: readonly string[], flags: StylizeFlags): Promise<number> => {
  const format = flags.format === undefined ? undefined : resultFormatOf(flags.format)
  if (flags.format !== undefined && !format) {
    throw expected('--format', 'one of jpeg, png, webp, avif, gif, tiff, mp4, mov, webm, mkv', `'${flags.format}'`)
  }
  if (args.filter((arg) => arg === '-').length > 1) throw expected('-', 'standard input once', 'it twice')
  const place = await findStyle(flags.style)
  const { start, end, bitrate, sound, fps, preview } = flags
  // Loaded only when asked, as it loads all that clips need.
  const codec =
    flags.codec === undefined
      ? undefined
      : oneOf('--codec', (await import('@animegan/video')).VIDEO_CODECS.mkv)(flags.codec)
  if (start !== undefined && end !== undefined && end <= start)
    throw expected('--end', 'a time after --start', `${end}`)
  const compare = flags.compare === 'none' ? undefined : flags.compare
  const found = await findInputs(args)
  const destination = await destinationOf(flags.output, found.inputs, found.several, format)
  if (destination.kind === 'stdout') {
    if (flags.json) throw expected('--json', 'results in files', 'the result on standard output')
    if (compare) throw expected('--compare', 'results in files', 'the result on standard output')
  }
  const style = await readStyleAt(place)
  checkPrecision(style, place.name, flags.precision)

  let engine: Promise<Engine> | undefined
  let animator: Promise<Animator> | undefined
  const startAnimator = async (): Promise<Animator> => {
    engine = nodeEngine(engineOptions(flags))
    return createAnimator({
      engine: await engine,
      style,
      faces: faceModels,
      characters: portraitModels,
      memory: flags.memory,
      precision: flags.precision,
    })
  }
  const progress = new Progress(process.stderr, found.inputs.length, 'MP')
  const run: Run = {
    destination,
    format,
    quality: flags.quality,
    compare,
    force: flags.force ?? false,
    portraits: flags.faces === 'only',
    options: {
      strength: flags.strength,
      size: flags.size,
      effectSize: flags.effectSize,
      faces: flags.faces === 'only' ? 'drawn' : flags.faces,
      proportions: flags.proportions,
      lashes: flags.lashes,
      age: flags.age,
      eyeColour: flags.eyeColour,
    },
    clips: {
      clip: { codec, bitrate, sound, start, end, fps, preview },
      key: JSON.stringify([
        flags.version,
        createHash('sha256')
          .update(await readFile(place.path))
          .digest('hex'),
        engineOptions(flags).backend,
        flags.memory,
        flags.precision,
      ]),
      tell: (line) => progress.line(plain(line)),
    },
    written: new Map(),
    shares: createShares(),
    animator: () => {
      animator ??= startAnimator()
      return animator
    },
  }
  const undo = onInterrupt(() => progress.clear())
  for (const path of found.leftOut) progress.line(`${path}: left out: it is already a result`)
  const passed = passedOverLine(found.passedOver)
  if (passed) progress.line(`note: ${passed}`)
  const counts: Record<Outcome, number> = { done: 0, failed: 0, skipped: 0 }
  try {
    for (const input of found.inputs) {
      // The reader of standard output has stopped, as `| head -1` does: nobody would see the following results.
      if (process.stdout.errored) break
      counts[await report(input, run, progress, flags.json ? place.name : undefined)]++
    }
  } finally {
    progress.clear()
    await (await engine?.catch(() => undefined))?.close()
    undo()
  }
  const total = found.inputs.length
  const { done, failed, skipped } = counts
  const left = total - done - failed - skipped
  const parts = [
    ...(total > skipped ? [`${done} of ${total} done`] : []),
    ...(failed ? [`${failed} failed`] : []),
    ...(skipped ? [`${skipped} already there, skipped (--force redoes ${skipped === 1 ? 'it' : 'them'})`] : []),
    ...(left ? [`${left} not done: standard output was closed`] : []),
  ]
  if (total > 1 || skipped || left) process.stderr.write(`${parts.join(', ')}\n`)
  return failed + left > 0 ? 1 : 0
}

/** The outcome for an input. */
type Outcome = 'done' | 'failed' | 'skipped'

/** Text about the files in folders and globs that are not inputs; '' if there are none. */
const passedOverLine = ({ others, results }: PassedOver): string => {
  const parts = [
    ...(others
      ? [`${others} ${others === 1 ? 'file that is not a picture or clip' : 'files that are not pictures or clips'}`]
      : []),
    ...(results ? [`${results} ${results === 1 ? 'result' : 'results'} of earlier runs`] : []),
  ]
  return parts.length > 0 ? `ignored: ${parts.join(', ')}` : ''
}

/** Styles one input and reports the outcome; as JSON if `json`, the style's name, is given. */
const report = async (input: Input, run: Run, progress: Progress, json: string | undefined): Promise<Outcome> => {
  const name = input.path === '-' ? 'stdin' : input.path
  const start = performance.now()
  progress.begin(plain(name))
  let results: readonly Result[]
  try {
    const show = showing(progress)
    results = await animateOne(input, run, (fraction, clip) => {
      progress.update(fraction, clip && `${clip.framesPerSecond.toFixed(2)} frames/s`, clip?.skipped)
      if (clip) show(clip.picture)
    })
  } catch (error) {
    if (error instanceof AlreadyThere) {
      if (json !== undefined) printJson({ input: input.path, skipped: true })
      progress.end()
      return 'skipped'
    }
    const line = plain(describeError(error, name))
    progress.line(`animegan: ${line}`)
    if (json !== undefined) printJson({ input: input.path, error: line.slice(name.length + 2) })
    progress.end()
    return 'failed'
  }
  const milliseconds = Math.round(performance.now() - start)
  let whole = true
  let amount = 0
  for (const { output, compare, width, height, frames, notices, faces, incomplete } of results) {
    amount += (width * height * frames) / 1e6
    if (incomplete) whole = false
    if (json === undefined) {
      for (const notice of notices) progress.line(`note: ${plain(describeError(notice, name))}`)
      for (const line of adviceLines(faces ?? [])) progress.line(`note: ${plain(name)}: ${line}`)
      if (incomplete) progress.line(`animegan: ${plain(name)}: ${plain(incomplete)}`)
      // For a resumed clip, the faces of its first part are unknown, so "no faces" is not reported.
      const told = faces && !run.portraits && (frames === 1 || faces.length > 0)
      const found = told ? `, ${countFaces(faces.length)}` : ''
      const size = `${width}x${height}${frames > 1 ? `, ${frames} frames` : ''}${found}`
      const time = formatDuration(milliseconds)
      const files = [output === '-' ? 'stdout' : output, ...(compare ? [compare] : [])].map(plain).join(' and ')
      progress.line(`${plain(name)} -> ${files} (${size}, ${time})`)
    } else {
      printJson({
        input: input.path,
        output,
        compare,
        width,
        height,
        style: json,
        milliseconds,
        frames,
        notices,
        faces,
        incomplete,
      })
    }
  }
  progress.end(amount)
  return whole ? 'done' : 'failed'
}

/** Space for a clip's picture, and milliseconds between pictures. */
const THUMBNAIL = { columns: 36, rows: 10, every: 1000 }

/** Shows some of a clip's pictures during the work, on a terminal with enough colours and space. */
const showing = (progress: Progress): ((picture: Picture) => void) => {
  const { columns = 80, rows = 24, isTTY } = process.stderr
  const room = Math.min(THUMBNAIL.rows, Math.floor(rows / 2) - 2)
  let last = Number.NEGATIVE_INFINITY
  return (picture) => {
    if (!isTTY || room < 2 || !showsColour(process.env) || performance.now() - last < THUMBNAIL.every) return
    last = performance.now()
    progress.picture(thumbnail(picture, Math.min(THUMBNAIL.columns, columns - 1), room))
  }
}

const printJson = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
