/**
 * Teaching a style: what was gathered for a lesson, the lesson and how it goes. A lesson is kept in this browser by its worker
 * (teach/); closing or reloading the page pauses it.
 */

import examples from 'virtual:examples'
import { defaultThreads } from '@animegan/browser'
import { batch, computed, signal } from '@preact/signals'
import { type LessonProblem, Problem, type ProblemCode } from '../studio/problem.ts'
import { Remote } from '../studio/remote.ts'
import {
  FEWEST_ART,
  LESSON_LOCK,
  type Lesson,
  type LessonCalls,
  type LessonProgress,
  type Lookout,
} from '../teach/protocol.ts'
import { isClip, items } from './items.ts'
import { recall, remember } from './memory.ts'
import { held } from './queue.ts'
import { chosenBackend } from './settings.ts'
import { keepStyle, type StyleEntry } from './styles.ts'
import { TRAINS, teachAsked } from './teach-asked.ts'

/** Where the dialog stands: looking for a lesson, gathering pictures for one, or one that rests, trains or is finished. */
export type TeachStage = 'closed' | 'looking' | 'refused' | 'gathering' | 'resting' | 'training' | 'finishing' | 'kept'

/** A picture that was gathered. */
export interface Gathered extends Lookout {
  readonly key: number
  readonly name: string
  readonly url: string
}

/** What may go wrong here. */
export type Trouble = ProblemCode | LessonProblem

/** A file that is not used, and why. */
export interface Refused {
  readonly name: string
  readonly code: Trouble | 'twice'
}

export type Pile = 'art' | 'photos'

/** A sample with the addresses of its pictures. */
export interface ShownSample {
  readonly width: number
  readonly height: number
  readonly photo: string
  readonly drawn?: string | undefined
}

export const teachStage = signal<TeachStage>('closed')
export const gathered = { art: signal<readonly Gathered[]>([]), photos: signal<readonly Gathered[]>([]) } as const
export const refused = signal<readonly Refused[]>([])
/** Files that are being looked at. */
export const lookingAt = signal(0)
export const lesson = signal<Lesson | undefined>(undefined)
export const samples = signal<readonly ShownSample[]>([])
export const lessonProgress = signal<LessonProgress | undefined>(undefined)
/** The losses so far, one for each step since the dialog was opened. */
export const losses = signal<readonly number[]>([])
/** The style that came of the last lesson, and whether this browser keeps it. */
export const taught = signal<{ readonly id: string; readonly title: string; readonly isKept: boolean } | undefined>(
  undefined,
)
export const teachProblem = signal<Trouble | undefined>(undefined)

export const enoughArt = computed(() => gathered.art.value.length >= FEWEST_ART)
/** Whether the files of most of the art say that a camera took them. */
export const looksPhotographed = computed(() => {
  const art = gathered.art.value
  return 2 * art.filter(({ photographed }) => photographed).length > art.length
})

/** Gigabytes of memory below which training may not fit, as far as browsers tell. */
const LITTLE_MEMORY = 4
/** What makes training slow or uncertain here; known before it is begun. */
export const hindrance = (): 'memory' | 'threads' | undefined => {
  const { deviceMemory } = navigator as { deviceMemory?: number }
  if (deviceMemory !== undefined && deviceMemory < LITTLE_MEMORY) return 'memory'
  return defaultThreads() === 1 ? 'threads' : undefined
}

const teacher = new Remote<LessonCalls, LessonProgress>(
  () => new Worker(new URL('../teach/teach.entry.ts', import.meta.url), { type: 'module' }),
)
/** Moves the dialog on, unless it was closed meanwhile. */
const turnTo = (stage: TeachStage, problem?: unknown): void =>
  batch(() => {
    if (teachStage.value === 'closed') return
    const code = problem === undefined ? undefined : codeOf(problem)
    teachStage.value = stage
    teachProblem.value = code === 'cancelled' ? undefined : code
  })

const codeOf = (error: unknown): Trouble => (error instanceof Problem ? error.code : 'engine')

const release = (urls: readonly (string | undefined)[]): void => {
  for (const url of urls) if (url) URL.revokeObjectURL(url)
}

const showLesson = (found: Lesson | undefined): void => {
  release(samples.value.flatMap(({ photo, drawn }) => [photo, drawn]))
  lesson.value = found
  losses.value = []
  lessonProgress.value = undefined
  samples.value = (found?.samples ?? []).map(({ photo, width, height }) => ({
    width,
    height,
    photo: URL.createObjectURL(photo),
  }))
}

/** Opens the dialog: with the lesson that there is, else to gather pictures for one. */
export const openTeaching = async (): Promise<void> => {
  if (teachStage.value !== 'closed') return
  teachStage.value = 'looking'
  teachProblem.value = undefined
  // Nothing is drawn meanwhile: the lesson needs the processor.
  held.value = true
  try {
    const found = await teacher.call('recall', [])
    showLesson(found)
    turnTo(found ? 'resting' : 'gathering')
    if (found && recall(TRAINS) === 'on') void goOn()
  } catch (error) {
    turnTo('refused', error)
  }
}

/** A page that was closed while a lesson trained goes on with it, unless another tab has it. */
export const resumeTeaching = async (): Promise<void> => {
  const { held: locks = [] } = (await navigator.locks?.query()) ?? {}
  if (locks.some(({ name }) => name === LESSON_LOCK)) teachAsked.value = undefined
  else await openTeaching()
}

/** Closes the dialog. A lesson is paused, and kept. */
export const closeTeaching = async (): Promise<void> => {
  teachStage.value = 'closed'
  teachAsked.value = undefined
  held.value = false
  await pauseLesson()
  // Only now may another tab have it.
  if (teachStage.value === 'closed') teacher.end()
}

let nextKey = 1

/** Whether two pictures are copies of one, as far as a few of their colours tell. */
const isCopy = (a: Lookout, b: Lookout): boolean => {
  const sum = a.print.reduce((total, level, i) => total + Math.abs(level - b.print[i]), 0)
  return sum < a.print.length * 2
}

/** Adds files to a pile: those that can be read, each once. */
export const gather = async (pile: Pile, files: readonly File[]): Promise<void> => {
  refused.value = []
  lookingAt.value += files.length
  for (const file of files) {
    const { name } = file
    try {
      const found = await teacher.call('look', [file])
      if (gathered[pile].value.some((other) => isCopy(other, found)))
        refused.value = [...refused.value, { name, code: 'twice' }]
      else {
        const url = URL.createObjectURL(found.thumbnail)
        gathered[pile].value = [...gathered[pile].value, { ...found, name, url, key: nextKey++ }]
      }
    } catch (error) {
      refused.value = [...refused.value, { name, code: codeOf(error) }]
    }
    lookingAt.value--
  }
}

export const ungather = (pile: Pile, key: number): void => {
  release(gathered[pile].value.filter((one) => one.key === key).map(({ url }) => url))
  gathered[pile].value = gathered[pile].value.filter((one) => one.key !== key)
}

/** The photos of a lesson: one of the visitor's and two of the page's, which are its samples, then all others. */
const photosOf = async (): Promise<Blob[]> => {
  const ready = async (files: readonly Blob[]): Promise<Blob[]> => {
    const found: Blob[] = []
    for (const file of files) {
      // A file that was opened may be gone since.
      const looked = await teacher.call('look', [file]).catch(() => undefined)
      if (looked) found.push(looked.file)
    }
    return found
  }
  const opened = items.value.filter((item) => item.opened && !isClip(item)).map(({ file }) => file)
  const mine = [...gathered.photos.value.map(({ file }) => file), ...(await ready(opened))]
  const pages = await Promise.all(examples.map(async ({ url }) => (await fetch(url)).blob())).catch((cause: Error) => {
    throw new Problem('offline', cause.message, cause)
  })
  const [face, group, landscape] = await ready(pages)
  return [...mine.slice(0, 1), face, landscape, ...mine.slice(1), group].filter((photo) => photo !== undefined)
}

/** Begins a lesson with what was gathered, and trains it. */
export const beginLesson = async (title: string, start: StyleEntry): Promise<void> => {
  turnTo('looking')
  try {
    const art = gathered.art.value.map(({ file }) => file)
    const plan = { title, start: start.source, startTitle: start.title, art, photos: await photosOf() }
    const begun = await teacher.call('begin', [plan])
    showLesson(begun)
    // It is kept from here on.
    for (const pile of Object.values(gathered)) {
      release(pile.value.map(({ url }) => url))
      pile.value = []
    }
    await goOn()
  } catch (error) {
    turnTo('gathering', error)
  }
}

let stop: AbortController | undefined
let training: Promise<void> = Promise.resolve()

const see = (progress: LessonProgress): void =>
  batch(() => {
    const { drawn } = progress
    const isNew = progress.step !== lessonProgress.value?.step
    lessonProgress.value = progress
    if (isNew) losses.value = [...losses.value, progress.loss]
    if (!drawn) return
    release(samples.value.map((sample) => sample.drawn))
    samples.value = samples.value.map((sample, i) => ({ ...sample, drawn: URL.createObjectURL(drawn[i]) }))
  })

/** Trains until it is paused or done. */
export const goOn = (): Promise<void> => {
  const controller = new AbortController()
  const train = async (): Promise<void> => {
    turnTo('training')
    if (teachStage.value === 'closed') return
    remember(TRAINS, 'on')
    const failure = await teacher
      .call('train', [chosenBackend.value], { signal: controller.signal, onProgress: see })
      .then(() => undefined)
      .catch((error) => error)
    // A page that is closed does not come here, and goes on when it is back.
    remember(TRAINS, 'off')
    turnTo('resting', failure)
  }
  stop = controller
  training = train()
  return training
}

/** Pauses after the step that is under way. */
export const pauseLesson = async (): Promise<void> => {
  stop?.abort()
  await training
}

/** Ends the lesson: its style stands in the rail. */
export const keepLesson = async (): Promise<void> => {
  const wasTraining = teachStage.value === 'training'
  await pauseLesson()
  // What could not be kept just now is told first.
  if (wasTraining && teachProblem.value) return
  turnTo('finishing')
  try {
    const made = await teacher.call('finish', [chosenBackend.value])
    taught.value = { title: made.title, ...(await keepStyle(made)) }
    // What cannot be kept as a style stays a lesson.
    if (taught.value.isKept) await teacher.call('forget', [])
    turnTo('kept')
  } catch (error) {
    turnTo('resting', error)
  }
}

/** Leaves the lesson that is finished for another one. */
export const startNewLesson = (): void => {
  showLesson(undefined)
  teachStage.value = 'gathering'
}

/** Throws the lesson away. */
export const forgetLesson = async (): Promise<void> => {
  await pauseLesson()
  await teacher.call('forget', [])
  startNewLesson()
}
