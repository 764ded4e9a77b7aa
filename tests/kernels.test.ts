/** The compiled kernels that the package holds are those of their source. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { compiledKernels, kernelsModule } from '../scripts/kernels.ts'

test('core’s kernels are compiled from their source; `npm run kernels` compiles them', async () => {
  expect(await readFile(compiledKernels, 'utf8')).toBe(await kernelsModule())
})
