/** The styles that come with the package: each is calibrated for 8 bits, and has a card with a sheet. */
import { existsSync } from 'node:fs'
import { levelScalesOf } from '@animegan/core'
import { expect, it } from 'vitest'
import { knownStyles, openStyle } from './find.ts'

const names = (await knownStyles()).filter(({ origin }) => origin === 'built in').map(({ name }) => name)

it('are these', () => {
  expect(names.toSorted()).toEqual(['cel', 'pepper', 'sora', 'yoru'])
})

it.each(names)('%s is calibrated, and has a card with a sheet', async (name) => {
  expect(levelScalesOf(await openStyle(name))).toHaveLength(33)
  for (const kind of ['md', 'jpg']) {
    expect(existsSync(new URL(`../../styles/${name}.${kind}`, import.meta.url)), kind).toBe(true)
  }
})
