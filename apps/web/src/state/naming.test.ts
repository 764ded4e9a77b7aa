/** Names of results. */
import { expect, it } from 'vitest'
import { resultNameOf } from './naming.ts'

it.each([
  ['photo.png', 'png', 'photo.anime.png'],
  ['photo.JPG', 'jpg', 'photo.anime.jpg'],
  ['a.b.heic', 'webp', 'a.b.anime.webp'],
  ['../../etc/passwd', 'png', '_.._etc_passwd.anime.png'],
  ['写真.png', 'png', '写真.anime.png'],
  ['a\0b:c?.png', 'png', 'a_b_c_.anime.png'],
  ['.png', 'png', 'photo.anime.png'],
] as const)('%j as %s is %s', (name, format, expected) => {
  expect(resultNameOf(name, format)).toBe(expected)
})

it('gives each of several a different one, ignoring case', () => {
  const taken = new Set<string>()
  const names = ['a.png', 'A.png', 'a.jpg', 'b.png'].map((name) => resultNameOf(name, 'png', taken))
  expect(names).toEqual(['a.anime.png', 'A.anime.2.png', 'a.anime.3.png', 'b.anime.png'])
})
