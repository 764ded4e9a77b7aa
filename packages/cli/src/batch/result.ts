/**
 * Encodes and writes a result, and its before/after picture if requested: to files, each complete or absent, or to
 * standard output.
 */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Picture } from '@animegan/core'
import { compared, encodePicture, type OutputFormat, writeWhole } from '@animegan/node'
import type { Place } from './naming.ts'
import type { Opened, Result, Run } from './run.ts'

/** Encodes and writes the frames of a result. */
export const writeResult = async (
  before: readonly Picture[],
  after: readonly Picture[],
  place: Place,
  { decoded, times }: Opened,
  { compare: kind, quality }: Run,
): Promise<Result> => {
  const notices = [...decoded.notices]
  const write = async (path: string, pictures: readonly Picture[]): Promise<void> => {
    const target = { format: place.format as OutputFormat, name: path === '-' ? 'stdout' : path, quality }
    const { bytes, notices: more } = await encodePicture(pictures, target, decoded)
    notices.push(...more)
    if (path === '-') return writeStdout(bytes)
    await mkdir(dirname(path), { recursive: true })
    await writeWhole(path, bytes, { times })
  }
  await write(place.path, after)
  const compare = kind && place.compare
  if (kind && compare) {
    const pairs: Picture[] = []
    for (const [i, frame] of before.entries()) pairs.push(await compared(frame, after[i], kind))
    await write(compare, pairs)
  }
  const [{ width, height }] = after
  const { incomplete } = decoded
  return { output: place.path, compare, width, height, frames: after.length, notices, incomplete }
}

const writeStdout = (bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
