/** Who asks while a look is under way is answered by the next one, together. */
import { expect, it } from 'vitest'
import type { JobRecord } from '../queue/job.ts'
import { createLookUp } from './look-up.ts'

const record = (id: string): JobRecord => ({ id }) as JobRecord

it('asks once for all who wait, and never answers with what was seen before the question', async () => {
  const looks: { ids: readonly string[]; answer: (jobs: JobRecord[]) => void; fail: (error: Error) => void }[] = []
  const lookUp = createLookUp((ids) => new Promise((answer, fail) => looks.push({ ids, answer, fail })))
  const first = lookUp('a')
  await Promise.resolve()
  await expect.poll(() => looks.length).toBe(1)
  const rest = [lookUp('a'), lookUp('b'), lookUp('c'), lookUp('b')]
  expect(looks).toHaveLength(1)
  looks[0].answer([record('a')])
  expect(await first).toEqual({ id: 'a' })
  await expect.poll(() => looks.length).toBe(2)
  expect(looks[1].ids).toEqual(['a', 'b', 'c'])
  const later = lookUp('d')
  looks[1].fail(new Error('away'))
  for (const each of rest) await expect(each).rejects.toThrow('away')
  await expect.poll(() => looks.length).toBe(3)
  looks[2].answer([])
  expect(await later).toBeUndefined()
})
