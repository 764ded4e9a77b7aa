/** What levels stand for in a style's metadata: there and back, and what is refused. */
import type { Style } from '@animegan/models'
import { describe, expect, it } from 'vitest'
import { levelScalesOf, withLevelScales } from './level-scales.ts'
import { quantizedModel } from './program.ts'
import { randomStyle } from './testing.ts'

const live = randomStyle('live')

describe('what levels stand for, in a style', () => {
  const withLevels = (text: string): Style => ({ ...live, metadata: { levels: text } })
  it('is nothing before it is calibrated', () => expect(levelScalesOf(live)).toBeUndefined())

  it('is read as it was written, to six digits, and nothing else of the style changes', () => {
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
  ])('is refused as %s', (text) => {
    const read = () => levelScalesOf(withLevels(text))
    expect(read).toThrow(/^style live: expected pairs of a scale and a zero as levels/)
    expect(read).toThrow(expect.objectContaining({ code: 'bad-weights' }))
  })

  it('of another number of tensors is refused by the network', () => {
    expect(() => quantizedModel(live, [{ scale: 1, zero: 0 }])).toThrow('expected the levels of 37 tensors')
  })
})
