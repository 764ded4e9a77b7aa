/** Options of the teacher for the styles that come with the package. */
import type { TeacherOptions } from './index.ts'

export const teacherPresets = {
  sora: {
    brush: 2,
    strokes: 2,
    lineWidth: 0.9,
    lineStrength: 0.8,
    lineThreshold: 0.008,
    gamma: 0.85,
    vibrance: 1.45,
    memory: 1,
    warmth: 0.01,
    tones: 0,
  },
  cel: {
    brush: 2,
    strokes: 2,
    lineWidth: 1.2,
    lineStrength: 0.95,
    lineThreshold: 0.007,
    gamma: 0.95,
    vibrance: 1.6,
    memory: 0.7,
    warmth: 0.02,
    tones: 6,
  },
  pepper: {
    brush: 2,
    strokes: 2,
    lineWidth: 0.9,
    lineStrength: 0.55,
    lineThreshold: 0.009,
    gamma: 0.9,
    vibrance: 1.2,
    memory: 0.6,
    warmth: 0.04,
    tones: 0,
  },
} as const satisfies Record<string, TeacherOptions>
