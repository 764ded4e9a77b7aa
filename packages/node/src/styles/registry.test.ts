/** The registry of public weights, and invalid registries. */
import { describe, expect, it } from 'vitest'
import { parseRegistry, readRegistry } from './registry.ts'

describe('the registry', () => {
  it('the built-in one lists the public weights, each with its licence and origin', async () => {
    const entries = await readRegistry(undefined)
    expect(entries.map(({ name }) => name)).toEqual([
      'celeba-distill',
      'face-paint-512-v1',
      'face-paint-512-v2',
      'paprika',
      'hayao-v1',
      'hayao-v2',
      'shinkai-v2',
      'paprika-v2',
      'compact-vgg19',
    ])
    for (const { files, licenceUrl } of entries) {
      for (const { url } of files) expect(url).toMatch(/^https:\/\/raw\.githubusercontent\.com\//)
      expect(licenceUrl).toMatch(/^https:/)
    }
  })

  it.each([
    ['{', 'JSON'],
    ['{"format":"x"}', 'expected format animegan-registry/1'],
    ['{"format":"animegan-registry/1","styles":{}}', 'expected a list of styles'],
    ['{"format":"animegan-registry/1","styles":[{"name":"../up"}]}', 'expected a name of small letters'],
    ['{"format":"animegan-registry/1","styles":[{"name":"a","files":[]}]}', 'expected one or two files'],
  ])('%s is refused', (text, words) => {
    expect(() => parseRegistry(text, 'https://example.org/')).toThrow(words)
  })
})
