/** The command, in its first shape: styles each picture named on the command line with the embedded style. */
import { readFile } from 'node:fs/promises'
import { parse } from 'node:path'
import { createStylizer, loadStyle } from '@animegan/core'
import { nodeEngine } from './engine/node-engine.ts'
import { decodePicture, encodePicture, outputFormatFor, writeWhole } from './pictures/index.ts'

/** Runs the command with its arguments and gives its exit code: 0 all done, 1 some failed, 2 nothing to do. */
export const main = async (files: string[]): Promise<number> => {
  if (files.length === 0) {
    console.error('animegan: expected pictures to style, found none')
    return 2
  }
  const engine = await nodeEngine({ backend: 'cpu' })
  const style = loadStyle(await readFile(new URL('../styles/sora.safetensors', import.meta.url)))
  const stylizer = await createStylizer(style, engine)
  let failed = 0
  for (const file of files) {
    try {
      const decoded = await decodePicture(await readFile(file), file)
      const frames = []
      for (const frame of decoded.frames) frames.push(await stylizer.stylize(frame))
      const { dir, name, ext } = parse(file)
      const output = `${dir === '' ? '.' : dir}/${name}.anime${ext}`
      const { bytes } = await encodePicture(frames, { format: outputFormatFor(decoded.format), name: output }, decoded)
      await writeWhole(output, bytes)
      console.log(output)
    } catch (error) {
      failed++
      console.error(`${file}: ${(error as Error).message}`)
    }
  }
  await engine.close()
  return failed > 0 ? 1 : 0
}
