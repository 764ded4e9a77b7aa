/** The port through which photos are painted: a platform may keep paintings, which are slow to make. */
import type { Picture } from '@animegan/core'
import { type TeacherOptions, teach } from '../teacher/index.ts'

/** Paints a photo in good light: a picture of the same size, the same for the same photo. */
export type Painter = (photo: Picture) => Promise<Picture>

/** Paints by a teacher, anew each time. */
export const painterOf =
  (teacher: TeacherOptions): Painter =>
  async (photo) =>
    teach(photo, teacher)
