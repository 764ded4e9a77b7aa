/**
 * Checkpoints: a run's complete state as one safetensors file, with its progress. The two newest are kept, so there is
 * always a complete one.
 */
import { AnimeganError, type Value } from '@animegan/graph'
import { readSafetensors, writeSafetensors } from '@animegan/models'
import type { State } from '../step/state.ts'
import type { RunStorage } from './storage.ts'

/** The progress of a run: after `step` steps, the last of them in phase `phase`. */
export interface Checkpoint {
  readonly step: number
  /** Index of the state's phase. */
  readonly phase: number
  /** Steps done in that phase. */
  readonly phaseStep: number
  /** Time spent on steps so far. */
  readonly seconds: number
  readonly state: State
}

const format = 'animegan-checkpoint/1'
const kept = 2
const folder = 'checkpoints'
const nameOf = (step: number): string => `${folder}/step-${String(step).padStart(7, '0')}.safetensors`
const pattern = /\/step-\d{7}\.safetensors$/

/** Writes a checkpoint, and removes all but the newest two. */
export const writeCheckpoint = async (storage: RunStorage, checkpoint: Checkpoint): Promise<void> => {
  const { state, step, phase, phaseStep, seconds } = checkpoint
  const numbers = { step, phase, phaseStep, seconds }
  const metadata = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, String(value)]))
  await storage.write(nameOf(step), writeSafetensors(new Map(state), { format, ...metadata }))
  const old = (await checkpointsIn(storage)).slice(0, -kept)
  await Promise.all(old.map((name) => storage.remove(name)))
}

/** Names of the checkpoints, oldest first. */
const checkpointsIn = async (storage: RunStorage): Promise<string[]> =>
  (await storage.list(folder)).filter((name) => pattern.test(name)).sort()

/** The newest complete checkpoint; undefined if there is none. Damaged ones are skipped with a call of `warn`. */
export const readCheckpoint = async (
  storage: RunStorage,
  warn: (message: string) => void,
): Promise<Checkpoint | undefined> => {
  for (const name of (await checkpointsIn(storage)).reverse()) {
    try {
      return parse((await storage.read(name)) ?? new Uint8Array())
    } catch (error) {
      warn(`${name}: passed over: ${(error as Error).message}`)
    }
  }
  return undefined
}

const damaged = (message: string): AnimeganError => new AnimeganError('bad-file', message)

const parse = (bytes: Uint8Array): Checkpoint => {
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.format !== format) throw damaged(`expected format ${format}, found ${metadata.format ?? 'none'}`)
  const number = (key: string): number => {
    const value = Number(metadata[key] || Number.NaN)
    if (!(value >= 0)) throw damaged(`expected a number as ${key}, found ${metadata[key] ?? 'none'}`)
    return value
  }
  const odd = [...tensors].find(([, { dtype }]) => dtype !== 'float32')
  if (odd) throw damaged(`expected float32, found ${odd[1].dtype} in ${odd[0]}`)
  return {
    step: number('step'),
    phase: number('phase'),
    phaseStep: number('phaseStep'),
    seconds: number('seconds'),
    state: tensors as Map<string, Value<'float32'>>,
  }
}
