/**
 * The worker that teaches styles: looks at the visitor's pictures, keeps a lesson, trains it and finishes its style. The engine
 * has a worker of its own, so that batches are made here while it computes. The other side is state/teaching.ts.
 */
import {
  type Backend,
  encodePicture,
  recoveringEngine,
  thumbnail,
  trainingPicture,
  type Workplace,
} from '@animegan/browser'
import { resample } from '@animegan/core'
import { isOfCamera } from '@animegan/pictures'
import { openPhoto } from '../photo/open.ts'
import { serve } from '../studio/serve.ts'
import { type Lessons, openLessons } from './lessons.ts'
import type { LessonCalls, LessonProgress, Lookout } from './protocol.ts'

/** Long side of pictures to learn from: training reduces larger ones to it. */
const SIDE = 1024
const THUMBNAIL = 128
/** Side of the copy by whose colours a picture is known. */
const PRINT = 12

const engine = recoveringEngine()
let lessons: Promise<Lessons> | undefined
const lessonsHere = (): Promise<Lessons> => {
  lessons ??= openLessons().catch((error) => {
    lessons = undefined // it may be free the next time
    throw error
  })
  return lessons
}

const look = async (file: Blob): Promise<Lookout> => {
  const { picture: whole, metadata } = await openPhoto(file)
  const picture = trainingPicture(whole, SIDE)
  const isSmall = Math.max(whole.width, whole.height) <= SIDE
  return {
    file: isSmall ? file : await encodePicture(picture, 'jpeg'),
    thumbnail: await thumbnail(picture, THUMBNAIL),
    print: resample(picture, PRINT, PRINT).data,
    photographed: metadata.exif !== undefined && isOfCamera(metadata.exif),
  }
}

serve<LessonCalls, LessonProgress>(
  {
    look: (_, file) => look(file),
    recall: async () => (await lessonsHere()).recall(),
    begin: async (_, plan) => (await lessonsHere()).begin(plan),
    train: async (context, backend) => {
      const here = await lessonsHere()
      await onEngine(backend, (workplace, recovered) =>
        here.train(workplace, context.signal, (progress) => context.onProgress({ ...progress, recovered })),
      )
      return undefined
    },
    finish: async (_, backend) => {
      const here = await lessonsHere()
      return onEngine(backend, (workplace) => here.finish(workplace))
    },
    forget: async () => (await lessonsHere()).forget(),
  },
  ['look'],
)

type Recovered = LessonProgress['recovered']

/** Does some work on the best engine here; after a failure of that on another, from where the lesson stands. */
const onEngine = async <T>(
  backend: Backend | 'auto',
  work: (workplace: Workplace, recovered: Recovered) => Promise<T>,
): Promise<T> => {
  const wanted = await engine.backendFor(backend)
  let tries = 0
  const { result } = await engine.attempt(
    (workplace) => {
      tries++
      const recovered = workplace.engine.backend !== wanted ? 'webgpu' : tries > 1 ? 'memory' : undefined
      return work(workplace, recovered)
    },
    { backend },
  )
  return result
}
