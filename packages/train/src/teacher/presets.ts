/** The teacher's options for the styles that come with the package. */
import type { TeacherOptions } from './teach.ts'

export const teacherPresets = {
  /** Bright and clean: dark lines, blue shade, two or three tones. */
  sora: {
    brush: 4,
    strokes: 2,
    bristle: 0,
    lineWidth: 1.1,
    lineStrength: 0.92,
    lineContrast: 0.012,
    gamma: 0.75,
    lift: 0.04,
    tones: 6,
    vibrance: 2.4,
    memory: 1,
    warmth: 0,
    shade: 0.02,
  },
  /** Bold: thick lines, few tones, strong colours. */
  cel: {
    brush: 4,
    strokes: 2,
    bristle: 0,
    lineWidth: 1.2,
    lineStrength: 0.97,
    lineContrast: 0.012,
    gamma: 1,
    lift: 0.04,
    tones: 5,
    vibrance: 2.8,
    memory: 0.8,
    warmth: 0,
    shade: 0.02,
  },
  /** Painted: a broad, streaky brush, muted colours, gentle sepia lines, warm light. */
  pepper: {
    brush: 5,
    strokes: 2,
    bristle: 0.3,
    lineWidth: 1,
    lineStrength: 0.7,
    lineContrast: 0.013,
    gamma: 0.9,
    lift: 0.08,
    tones: 8,
    vibrance: 1.3,
    memory: 0.4,
    warmth: 0.02,
    shade: 0,
  },
} as const satisfies Record<string, TeacherOptions>

export type TeacherName = keyof typeof teacherPresets

/** The names of the presets, for recipes and commands. */
export const teacherNames = Object.keys(teacherPresets) as TeacherName[]

/** Whether a preset has this name. */
export const isTeacherName = (name: string): name is TeacherName => Object.hasOwn(teacherPresets, name)
