/** The colours assumed for clips that state little, by the rules of players, and the colours stated in results. */
import { describe, expect, it } from 'vitest'
import { colourOf, LUMA, statedByResult } from './colour.ts'

describe('the colour of a clip', () => {
  it.each([
    ['nothing, small', {}, 719, { matrix: 'smpte170m', fullRange: false }],
    ['nothing, of 720 rows', { matrix: null, fullRange: null }, 720, { matrix: 'bt709', fullRange: false }],
    ['a matrix', { matrix: 'bt470bg' }, 2160, { matrix: 'bt470bg', fullRange: false }],
    ['an unknown matrix', { matrix: 'ycgco' }, 480, { matrix: 'smpte170m', fullRange: false }],
    ['the name of a property of Object', { matrix: 'toString' }, 480, { matrix: 'smpte170m', fullRange: false }],
    ['full range', { fullRange: true }, 1080, { matrix: 'bt709', fullRange: true }],
    ['an SDR transfer', { transfer: 'bt709' }, 1080, { matrix: 'bt709', fullRange: false }],
    ['PQ', { transfer: 'pq', matrix: 'bt2020-ncl' }, 1080, { matrix: 'bt2020-ncl', fullRange: false, hdr: 'pq' }],
    ['HLG', { transfer: 'hlg' }, 480, { matrix: 'smpte170m', fullRange: false, hdr: 'hlg' }],
  ] as const)('that states %s', (_name, stated, height, colour) => {
    expect(colourOf(stated, height)).toStrictEqual(colour)
  })
})

describe('a result states', () => {
  const sdr = { matrix: 'smpte170m', fullRange: true } as const

  it('what its clip states, and the range in which it is written', () => {
    const stated = { primaries: 'smpte170m', transfer: 'iec61966-2-1', matrix: null, fullRange: true }
    expect(statedByResult(stated, sdr)).toStrictEqual({
      primaries: 'smpte170m',
      transfer: 'iec61966-2-1',
      matrix: 'smpte170m',
      fullRange: false,
    })
  })

  it('nothing that its clip does not state, except the matrix used', () => {
    expect(statedByResult({ primaries: null }, sdr)).toStrictEqual({ matrix: 'smpte170m', fullRange: false })
  })

  it('BT.709 if the clip has high dynamic range', () => {
    const stated = { primaries: 'bt2020', transfer: 'pq', matrix: 'bt2020-ncl' }
    expect(statedByResult(stated, { matrix: 'bt2020-ncl', fullRange: false, hdr: 'pq' })).toStrictEqual({
      primaries: 'bt709',
      transfer: 'bt709',
      matrix: 'bt709',
      fullRange: false,
    })
  })
})

it('the luma weights are those of the standards: they sum to 1, the rest being green', () => {
  const green = ({ red, blue }: { red: number; blue: number }) => Number((1 - red - blue).toFixed(4))
  expect(Object.entries(LUMA).map(([name, luma]) => [name, green(luma)])).toEqual([
    ['bt709', 0.7152],
    ['smpte170m', 0.587],
    ['bt470bg', 0.587],
    ['bt2020-ncl', 0.678],
  ])
})
