/** Which pictures the cache keeps, and how often it decodes. */
import { expect, it } from 'vitest'
import { pictureCache } from './picture-cache.ts'
import { chart } from './testing.ts'

it('a cache keeps the most recently used pictures, within its bytes', async () => {
  const decoded: string[] = []
  const cache = pictureCache(2 * 300, async (path) => {
    decoded.push(path)
    if (path === 'bad') throw new Error('no')
    return chart(10, 10)
  })
  for (const path of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(path)
  expect(decoded.join('')).toBe('abcb')
  expect(cache.bytes).toBe(600)
  await Promise.all([cache.get('d'), cache.get('d')])
  expect(decoded.join('')).toBe('abcbd')
  await expect(cache.get('bad')).rejects.toThrow('no')
  await expect(cache.get('bad')).rejects.toThrow('no')
  expect(decoded.filter((path) => path === 'bad').length).toBe(2)
})
