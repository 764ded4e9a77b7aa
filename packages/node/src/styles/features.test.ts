/** The perception network that is installed with the packages: found by its name, small enough, and complete. */
import { stat } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { DEFAULT_FEATURES, readFeatures } from './features.ts'

it('comes with the packages, in at most 1.5 MB', async () => {
  const { weights, path } = await readFeatures(DEFAULT_FEATURES)
  expect(weights.flavour).toBe('percept')
  expect((await stat(path)).size).toBeLessThan(1.5e6)
})

it('others are files, or what was added', async () => {
  const { path } = await readFeatures(DEFAULT_FEATURES)
  expect((await readFeatures(path)).weights.flavour).toBe('percept')
  await expect(readFeatures('vgg16')).rejects.toThrow(/or percept or .*compact-vgg19, found 'vgg16'/)
})
