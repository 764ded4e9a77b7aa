/**
 * Checkpoints: a run's whole state as one safetensors file, with where the run stood. The two newest are kept, so that
 * there is always a whole one. Written by whoever hands in `write`, which must write all of a file or none.
 */
import { mkdir, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Value } from '@animegan/graph'
import { readSafetensors, writeSafetensors } from '@animegan/models'
import type { State } from './step/state.ts'

/** Writes a file whole, or leaves what was there and rejects. */
export type WriteFile = (path: string, bytes: Uint8Array) => Promise<void>

/** Where a run stands: after `step` steps, the last of them in phase `phase`. */
export interface Checkpoint {
  readonly step: number
  /** Index of the phase of the state. */
  readonly phase: number
  /** Steps of that phase that are done. */
  readonly phaseStep: number
  /** Time spent on steps so far. */
  readonly seconds: number
  readonly state: State
}

const format = 'animegan-checkpoint/1'
const kept = 2
const nameOf = (step: number): string => `step-${String(step).padStart(7, '0')}.safetensors`
const pattern = /^step-\d{7}\.safetensors$/

/** Writes a checkpoint to the folder, and removes all but the newest two. */
export const writeCheckpoint = async (folder: string, checkpoint: Checkpoint, write: WriteFile): Promise<void> => {
  const { state, step, phase, phaseStep, seconds } = checkpoint
  await mkdir(folder, { recursive: true })
  const numbers = { step, phase, phaseStep, seconds }
  const metadata = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, String(value)]))
  await write(join(folder, nameOf(step)), writeSafetensors(new Map(state), { format, ...metadata }))
  const old = (await checkpointsIn(folder)).slice(0, -kept)
  await Promise.all(old.map((name) => unlink(join(folder, name))))
}

/** Names of the checkpoints in a folder, oldest first. */
const checkpointsIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch((): string[] => [])
  return names.filter((name) => pattern.test(name)).sort()
}

/**
 * The newest whole checkpoint of a folder; undefined if there is none. Damaged ones are passed over with a word to
 * `warn`.
 */
export const readCheckpoint = async (
  folder: string,
  warn: (message: string) => void,
): Promise<Checkpoint | undefined> => {
  for (const name of (await checkpointsIn(folder)).reverse()) {
    const path = join(folder, name)
    try {
      return parse(await readFile(path))
    } catch (error) {
      warn(`${path}: passed over: ${(error as Error).message}`)
    }
  }
  return undefined
}

const parse = (bytes: Uint8Array): Checkpoint => {
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.format !== format) throw new Error(`expected format ${format}, found ${metadata.format ?? 'none'}`)
  const number = (key: string): number => {
    const value = Number(metadata[key] || Number.NaN)
    if (!(value >= 0)) throw new Error(`expected a number as ${key}, found ${metadata[key] ?? 'none'}`)
    return value
  }
  const odd = [...tensors].find(([, { dtype }]) => dtype !== 'float32')
  if (odd) throw new Error(`expected float32, found ${odd[1].dtype} in ${odd[0]}`)
  return {
    step: number('step'),
    phase: number('phase'),
    phaseStep: number('phaseStep'),
    seconds: number('seconds'),
    state: tensors as Map<string, Value<'float32'>>,
  }
}
