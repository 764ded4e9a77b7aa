/**
 * The lesson that this browser keeps: a training run's storage with everything in it, photos, art and the style it began with
 * included. One lesson at a time, and in one tab: a lock says which. @animegan/train does the training, from the last checkpoint.
 */
import {
  type DatabaseStorage,
  databaseStorage,
  encodePicture,
  fetchStyle,
  fetchTraining,
  storedPictures,
  thumbnail,
  type Workplace,
} from '@animegan/browser'
import { AnimeganError, createAnimator, loadStyle, type Picture } from '@animegan/core'
import { type NetworkStyle, networkStyle, writeStyle } from '@animegan/models'
import {
  openRun,
  type RunPlan,
  type RunSession,
  readPlan,
  type StepReport,
  sameThread,
  writePlan,
} from '@animegan/train'
import { Problem } from '../studio/problem.ts'
import type { ConvertedStyle, StyleSource } from '../studio/protocol.ts'
import { LESSON_LOCK, type Lesson, type LessonPlan, type LessonProgress, SAMPLES } from './protocol.ts'

/** The lesson's database. */
const NAME = 'animegan.lesson'
/** Milliseconds to wait for a tab that is just being closed or reloaded. */
const PATIENCE = 1500
const ART = 'art'
const PHOTOS = 'photos'
const START = 'start.safetensors'
/** Long sides of a sample and of a picture in a list. */
const SAMPLE_SIDE = 576
const THUMBNAIL = 128
/** Seconds between drawings of the samples, at least; and the share of time that they may take. */
const DRAWN_EVERY = 4
const DRAWN_SHARE = 0.25
/** Steps after which they are drawn first, and steps of which the pace is told. */
const DRAWN_FIRST = 4
const PACE_OF = 10

export interface Lessons {
  recall(): Promise<Lesson | undefined>
  begin(plan: LessonPlan): Promise<Lesson>
  train(
    workplace: Workplace,
    signal: AbortSignal,
    onProgress: (progress: Omit<LessonProgress, 'recovered'>) => void,
  ): Promise<undefined>
  finish(workplace: Workplace): Promise<ConvertedStyle>
  forget(): Promise<undefined>
}

/**
 * Opens the lessons of this browser for this tab. Rejects with a `Problem`: `lessonElsewhere` where another tab has them,
 * `lessonUnkept` where the browser keeps nothing.
 */
export const openLessons = async (): Promise<Lessons> => {
  const storage = await databaseStorage(NAME).catch((cause: Error) => {
    throw new Problem('lessonUnkept', cause.message, cause)
  })
  if (!(await claim())) {
    storage.close()
    throw new Problem('lessonElsewhere')
  }
  const pictures = storedPictures(storage)

  /** Opens the run of the lesson on an engine. */
  const open = async ({ engine }: Workplace): Promise<RunSession> => {
    const [plan, { features }] = [await readPlan(storage), await fetchTraining()]
    const begin = networkStyle(loadStyle((await storage.read(START)) ?? new Uint8Array()))
    const tools = { engine, storage, pictures, startWorker: sameThread(pictures), features, begin, warn: () => {} }
    return openRun(plan, tools)
  }

  const samplePhotos = async (): Promise<Picture[]> => {
    const paths = (await storage.list(PHOTOS)).slice(0, SAMPLES)
    return Promise.all(paths.map((path) => pictures.read(path, SAMPLE_SIDE)))
  }

  const recall = async (): Promise<Lesson | undefined> => {
    const plan = await readPlan(storage).catch(() => undefined)
    if (!plan) return undefined
    const art: Blob[] = []
    for (const path of await storage.list(ART))
      art.push(await thumbnail(await pictures.read(path, THUMBNAIL), THUMBNAIL))
    const samples = []
    for (const photo of await samplePhotos())
      samples.push({ photo: await encodePicture(photo, 'jpeg'), width: photo.width, height: photo.height })
    return { title: plan.title, startTitle: plan.from?.path ?? '', steps: stepsOf(plan), art, samples }
  }

  return {
    recall,
    begin: async ({ title, start, startTitle, art, photos }) => {
      const [{ recipe, sha256 }, style] = [await fetchTraining(), await startOf(start)]
      if (style.architecture !== recipe.architecture) throw new Problem('lessonStart', style.architecture)
      const plan: RunPlan = {
        name: 'style',
        recipe,
        style: ART,
        photos: [PHOTOS],
        features: { path: 'percept', sha256 },
        from: { path: startTitle, sha256: '' },
        seed: 1,
        limits: {},
        title,
        licence: 'not stated',
        attribution: style.attribution && `from ${style.title}, by ${style.attribution}`,
      }
      await kept(async () => {
        await storage.clear()
        await storage.write(START, writeStyle(style))
        await writeAll(storage, ART, art)
        await writeAll(storage, PHOTOS, photos)
        // Last, so that there is a whole lesson or none.
        await writePlan(storage, plan)
      })
      return (await recall())!
    },
    train: (workplace, signal, onProgress) =>
      kept(async () => {
        const session = await open(workplace)
        try {
          const photos = await samplePhotos()
          const draw = async (report: StepReport): Promise<Blob[]> => {
            const animator = await createAnimator({
              style: session.style(report.checkpoint()),
              engine: workplace.engine,
              memory: workplace.memory,
            })
            const drawn: Blob[] = []
            try {
              for (const photo of photos)
                drawn.push(await encodePicture((await animator.picture(photo)).picture, 'jpeg'))
            } finally {
              await animator.close()
            }
            return drawn
          }
          const { backend } = workplace.engine
          const lately: number[] = []
          let next = 0
          const first = (session.from?.step ?? 0) + DRAWN_FIRST
          if (signal.aborted) return undefined
          for await (const report of session.train()) {
            const { step, losses, seconds } = report
            lately.push(seconds)
            if (lately.length > PACE_OF + 1) lately.shift()
            const pace = lately.length > 1 ? (seconds - lately[0]) / (lately.length - 1) : seconds / step
            const now = { step, loss: losses.generator, pace, backend }
            onProgress(now)
            if (signal.aborted) return undefined
            const began = performance.now()
            if ((step >= first && began >= next) || step === session.steps) {
              onProgress({ ...now, drawn: await draw(report) })
              const took = performance.now() - began
              next = performance.now() + Math.max(DRAWN_EVERY * 1000, took / DRAWN_SHARE)
            }
          }
          return undefined
        } finally {
          await session.close()
        }
      }),
    finish: (workplace) =>
      kept(async () => {
        const session = await open(workplace)
        try {
          if (!session.from) throw new AnimeganError('not-found', 'expected a lesson of one step at least, found none')
          const style = await session.finish(session.from)
          const { title, licence, attribution } = style
          return { bytes: writeStyle(style) as Uint8Array<ArrayBuffer>, title, licence, attribution }
        } finally {
          await session.close()
        }
      }),
    forget: async () => {
      await storage.clear()
      return undefined
    },
  }
}

const stepsOf = ({ recipe }: RunPlan): number => recipe.phases.reduce((sum, { steps }) => sum + steps, 0)

/** Takes the lessons for this tab, until its worker ends; false if another one has them. */
const claim = (): Promise<boolean> =>
  new Promise((resolve) => {
    if (!('locks' in navigator)) return resolve(true)
    const hold = (): Promise<never> => {
      resolve(true)
      return new Promise(() => {})
    }
    navigator.locks.request(LESSON_LOCK, { signal: AbortSignal.timeout(PATIENCE) }, hold).catch(() => resolve(false))
  })

const startOf = async (source: StyleSource): Promise<NetworkStyle> => {
  const style = 'bytes' in source ? loadStyle(source.bytes) : await fetchStyle(source.url)
  if (style.architecture === 'onnx') throw new Problem('lessonStart', style.architecture)
  return style
}

const writeAll = async (storage: DatabaseStorage, folder: string, files: readonly Blob[]): Promise<void> => {
  for (const [i, file] of files.entries()) {
    const bytes = new Uint8Array(await file.arrayBuffer())
    await storage.write(`${folder}/${String(i).padStart(4, '0')}`, bytes)
  }
}

/** Does some work; a full disk has a sentence of its own. */
const kept = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AnimeganError && error.code === 'disk-full')
      throw new Problem('lessonFull', error.message, error)
    throw error
  }
}
