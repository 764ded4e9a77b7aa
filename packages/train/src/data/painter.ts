/** The port for painting photos: a platform may cache paintings, which are slow to make. */
import type { Picture } from '@animegan/core'
import { type TeacherOptions, teach } from '../teacher/index.ts'

/** Paints a light-corrected photo: returns a picture of the same size, the same for the same photo. */
export type Painter = (photo: Picture) => Promise<Picture>

/** Paints by a teacher, without a cache. */
export const painterOf =
  (teacher: TeacherOptions): Painter =>
  async (photo) =>
    teach(photo, teacher)
