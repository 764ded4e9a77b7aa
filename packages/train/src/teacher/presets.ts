/** The teacher's options for the styles that come with the package. */
import type { TeacherOptions } from './teach.ts'

export const teacherPresets = {
  /** Daylight: luminous skies, painted clumps, fine ink. */
  sora: {
    brush: 3,
    reach: 14,
    clump: 1.15,
    tier: 0.6,
    detail: 1,
    open: 0.06,
    lineWidth: 1,
    lineStrength: 0.5,
    gamma: 0.76,
    contrast: 0.35,
    floor: 0.09,
    tones: 0,
    vibrance: 2.5,
    memory: 1,
    shade: 0.028,
    warmth: 0,
    bloom: 0.25,
    glow: 0.8,
  },
} as const satisfies Record<string, TeacherOptions>
