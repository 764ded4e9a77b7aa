/** Level scales in a style's metadata: writing, reading, and refusal of invalid ones. */
import type { Style } from '@animegan/models'
import { describe, expect, it } from 'vitest'
import { levelScalesOf, withLevelScales } from './level-scales.ts'
import { quantizedModel } from './program.ts'
import { randomStyle } from './testing.ts'

const live = randomStyle('live')

describe('level scales in a style', () => {
  const withLevels = (text: string): Style => ({ ...live, metadata: { levels: text } })
  it('are undefined before calibration', () => expect(levelScalesOf(live)).toBeUndefined())

  it('are read as written, to six digits, and nothing else of the style changes', () => {
    const scales = [
      { scale: 0.123456789, zero: 0 },
      { scale: 3e-9, zero: 255 },
    ]
    const style = withLevelScales({ ...live, metadata: { balance: '1', levels: 'old' } }, scales)
    expect(levelScalesOf(style)).toEqual([{ scale: 0.123457, zero: 0 }, scales[1]])
    expect(style).toEqual({ ...live, metadata: { balance: '1', levels: '[[0.123457,0],[3e-9,255]]' } })
  })

  it.each([
    '',
    '{}',
    '[1]',
    '[[1]]',
    '[[0,1]]',
    '[[1,256]]',
    '[[1,0.5]]',
    '[[1,-1]]',
    '[["1",1]]',
    '[[1,1,1]]',
    '[null]',
  ])('are refused as %s', (text) => {
    const read = () => levelScalesOf(withLevels(text))
    expect(read).toThrow(/^style live: expected pairs of a scale and a zero as levels/)
    expect(read).toThrow(expect.objectContaining({ code: 'bad-weights' }))
  })

  it('for another number of tensors are refused by the network', () => {
    expect(() => quantizedModel(live, [{ scale: 1, zero: 0 }])).toThrow('expected the levels of 33 tensors')
  })
})
