/** Which checkpoints are kept, and which one is read. */
import { floats } from '@animegan/graph'
import { expect, it } from 'vitest'
import { memoryStorage } from '../testing.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'

it('the newest two are kept, and a damaged one is skipped', async () => {
  const storage = memoryStorage()
  const state = new Map([['generator.a.weight', floats([1, 2], [2])]])
  for (const step of [1, 2, 3]) {
    await writeCheckpoint(storage, { step, phase: 0, phaseStep: step, seconds: step / 2, state })
  }
  const names = [2, 3].map((step) => `checkpoints/step-000000${step}.safetensors`)
  expect(await storage.list('checkpoints')).toEqual(names)
  const warnings: string[] = []
  expect((await readCheckpoint(storage, (text) => warnings.push(text)))?.step).toBe(3)
  await storage.write(names[1], Buffer.from('half a fi'))
  expect(await readCheckpoint(storage, (text) => warnings.push(text))).toEqual({
    step: 2,
    phase: 0,
    phaseStep: 2,
    seconds: 1,
    state,
  })
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(/step-0000003.safetensors: passed over: safetensors/)
  expect(await readCheckpoint(memoryStorage(), () => {})).toBeUndefined()
})
