/** What batches show of photos without a teacher: as they are, or in balanced light. Crops and kinds are dataset.test.ts's. */
import { balance, type Picture } from '@animegan/core'
import { expect, it } from 'vitest'
import { memoryPictures } from '../testing.ts'
import { type BatchPlan, batchMaker } from './batches.ts'

/** Dark and reddish, which a painter would not leave. */
const dark: Picture = {
  width: 32,
  height: 32,
  channels: 3,
  data: Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => ((i / 3) % 60) + (i % 3 === 0 ? 20 : 0)),
}

const plan: BatchPlan = {
  photos: [{ pictures: ['photos/1'], weight: 1 }],
  style: ['photos/1'],
  batch: 1,
  size: 32,
  seed: 3,
  photoScale: [1, 1],
  styleScale: [1, 1],
  salt: 0,
  cacheBytes: 1e6,
}

it('balances the light of photos where asked, of the whole before crops are cut, and never that of art', async () => {
  const pictures = memoryPictures(new Map([['photos/1', dark]]))
  const order = { step: 0, kinds: ['photo', 'style'] } as const
  const [plain, lit] = [
    await batchMaker(plan, pictures)(order),
    await batchMaker({ ...plan, balanced: true }, pictures)(order),
  ]
  // A crop of all of it, mirrored or not, has the light of all.
  const expected = balance({ ...dark, data: plain.photo! }).data
  expect(Buffer.compare(lit.photo!, expected)).toBe(0)
  expect(Buffer.compare(lit.photo!, plain.photo!)).not.toBe(0)
  expect(Buffer.compare(lit.style!, plain.style!)).toBe(0)
})
