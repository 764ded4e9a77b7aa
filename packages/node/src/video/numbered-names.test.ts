/** Names of numbered pictures. The command's tests cover their conversion. */
import { expect, it } from 'vitest'
import { numberedPath, withoutNumber } from './numbered-names.ts'

it('inserts a number, and removes its place', () => {
  expect(numberedPath('a/f-%04d.png', 12)).toBe('a/f-0012.png')
  expect(numberedPath('a/%d.png', 12345)).toBe('a/12345.png')
  expect(numberedPath('a/%03d.png', 12345)).toBe('a/12345.png')
  expect(withoutNumber('shot_%04d')).toBe('shot')
  expect(withoutNumber('%d')).toBe('frames')
})
