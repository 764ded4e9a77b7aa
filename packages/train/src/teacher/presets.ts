/** The teacher's options for the styles that come with the package, and how these draw heads. */
import type { CharacterLook } from '@animegan/core'
import type { TeacherOptions } from './teach.ts'

export const teacherPresets = {
  /** Daylight: luminous skies, bold painted clumps, clear ink. */
  sora: {
    brush: 4,
    reach: 20,
    clump: 1.6,
    tier: 1.3,
    detail: 0.6,
    open: 0.06,
    lineWidth: 1.1,
    lineStrength: 0.75,
    lineTone: 0,
    gamma: 0.76,
    contrast: 0.35,
    floor: 0.09,
    tones: 8,
    vibrance: 2.5,
    memory: 1,
    shade: 0.028,
    warmth: 0,
    night: 0,
    bloom: 0.25,
    glow: 0.8,
  },
  /** Pale flat fills of few tones, coloured outlines, no black. */
  cel: {
    brush: 4,
    reach: 22,
    clump: 0,
    tier: 0,
    detail: 0.9,
    open: 0.1,
    lineWidth: 1.4,
    lineStrength: 1,
    lineTone: 0.32,
    gamma: 0.64,
    contrast: 0.4,
    floor: 0.27,
    tones: 4,
    vibrance: 2.1,
    memory: 0.7,
    shade: 0.04,
    warmth: 0,
    night: 0,
    bloom: 0,
    glow: 0.8,
  },
  /** Gouache: bold dabs of few tones, muted colours in warm light, hardly any lines. */
  pepper: {
    brush: 4,
    reach: 24,
    clump: 1.8,
    tier: 1.5,
    detail: 0.35,
    open: 0.04,
    lineWidth: 1.4,
    lineStrength: 0.22,
    lineTone: 0,
    gamma: 1,
    contrast: 0.08,
    floor: 0.14,
    tones: 8,
    vibrance: 1.35,
    memory: 0.6,
    shade: 0.004,
    warmth: 0.036,
    night: 0,
    bloom: 0.05,
    glow: 0.8,
  },
  /** Night: deep blue shade, lamps that glow. */
  yoru: {
    brush: 4,
    reach: 20,
    clump: 1.8,
    tier: 1.3,
    detail: 1,
    open: 0,
    lineWidth: 1,
    lineStrength: 0.6,
    lineTone: 0,
    gamma: 0.75,
    contrast: 0.3,
    floor: 0.04,
    tones: 9,
    vibrance: 2.6,
    memory: 0.8,
    shade: 0.03,
    warmth: 0,
    night: 1,
    bloom: 1,
    glow: 0.55,
  },
} as const satisfies Record<string, TeacherOptions>

export type TeacherName = keyof typeof teacherPresets

/** How a style draws heads: what differs from the usual look. Flat and bold like `cel`, soft like `pepper`, moonlit like `yoru`. */
export const characterPresets: Readonly<Record<TeacherName, Partial<CharacterLook>>> = {
  sora: {},
  cel: { lineColour: 0.7, lineWidth: 1.25, tones: 1.35, edge: 1.6, blush: 0.6, saturation: 1.15 },
  pepper: { lineColour: 1.4, lineWidth: 0.8, tones: 0.85, edge: 0.45, blush: 1.3, saturation: 0.85 },
  yoru: { tones: 1.2, blush: 0.5, ambience: 0.75 },
}

/** The names of the presets, for recipes and commands. */
export const teacherNames = Object.keys(teacherPresets) as TeacherName[]

/** Whether a preset has this name. */
export const isTeacherName = (name: string): name is TeacherName => Object.hasOwn(teacherPresets, name)
