/**
 * Project rules that no other tool checks: files open with a description, and the linter's layers (layers.biome.json)
 * include every package.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../', import.meta.url))
const packages = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(`${root}${folder}`)
    .map((name) => `${folder}/${name}`)
    .filter((name) => existsSync(`${root}${name}/package.json`)),
)
const { overrides }: { overrides: Override[] } = JSON.parse(readFileSync(`${root}layers.biome.json`, 'utf8'))

interface Override {
  readonly includes: readonly string[]
  readonly linter: { readonly rules: { readonly style?: { readonly noRestrictedImports: { readonly level: string } } } }
}

describe.each(packages)('%s', (name) => {
  it('opens its files with a description', () => {
    const files = readdirSync(`${root}${name}/src`, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /\.tsx?$/.test(file) && !/(\.test|testing|index|_pb)\.tsx?$/.test(file),
    )
    const bare = files.filter((file) => !/^(#!.*\n)?\/\*\*/.test(readFileSync(`${root}${name}/src/${file}`, 'utf8')))
    expect(files.length).toBeGreaterThan(0)
    expect(bare).toEqual([])
  })

  it('is part of the layers', () => {
    const rule = overrides.find(({ includes, linter }) => includes[0] === `${name}/src/**` && linter.rules.style)
    expect(rule?.linter.rules.style?.noRestrictedImports.level).toBe('error')
  })
})
