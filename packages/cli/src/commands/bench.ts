/**
 * `bench`: measures the speed of a style on this machine, from picture to picture, without files. A small measurement
 * for users; the repository's bench/ has comparisons with other programs.
 */
import { createAnimator, type Picture } from '@animegan/core'
import { findStyle, nodeEngine, readStyleAt } from '@animegan/node'
import { formatTable } from '../text.ts'
import { checkPrecision, engineOptions, type PrecisionFlags } from './engine-flags.ts'

/** The options of `bench`. */
export interface BenchFlags extends PrecisionFlags {
  readonly style: string
  readonly memory: number
  readonly sizes: readonly number[]
  readonly runs: number
}

/** Measures the style at each size, and prints a table. */
export const bench = async (flags: BenchFlags): Promise<number> => {
  const place = await findStyle(flags.style)
  const style = await readStyleAt(place)
  checkPrecision(style, place.name, flags.precision)
  const engine = await nodeEngine(engineOptions(flags))
  try {
    const start = performance.now()
    await using animator = await createAnimator({ style, engine, memory: flags.memory, precision: flags.precision })
    const rows = [['SIZE', 'MEDIAN', 'BEST', 'MEGAPIXELS/S']]
    for (const size of flags.sizes) {
      const picture = testPicture(size)
      await animator.picture(picture, { effectSize: size })
      if (rows.length === 1) {
        const ready = Math.round(performance.now() - start)
        process.stdout.write(`${place.name}, ${style.architecture}: first result after ${ready} ms\n`)
      }
      const times: number[] = []
      for (let run = 0; run < flags.runs; run++) {
        const begin = performance.now()
        await animator.picture(picture, { effectSize: size })
        times.push(performance.now() - begin)
      }
      times.sort((a, b) => a - b)
      const median = times[times.length >> 1]
      const rate = (size * size) / 1000 / median
      rows.push([`${size}x${size}`, `${median.toFixed(0)} ms`, `${times[0].toFixed(0)} ms`, rate.toFixed(2)])
    }
    process.stdout.write(`${formatTable(rows)}\n`)
    return 0
  } finally {
    await engine.close()
  }
}

/** Smooth colours with some edges: networks are as fast on it as on a photo. */
const testPicture = (size: number): Picture => {
  const data = new Uint8Array(size * size * 3)
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const edge = ((x >> 5) ^ (y >> 5)) & 1 ? 40 : 0
      data[i++] = (x * 200) / size + edge
      data[i++] = (y * 200) / size + edge
      data[i++] = 120 + edge
    }
  }
  return { width: size, height: size, channels: 3, data }
}
