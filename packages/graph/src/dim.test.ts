import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDims,
  addToDim,
  type Dim,
  dimsEqual,
  evaluateDim,
  floorDivideDim,
  formatDim,
  formatShape,
  isStaticShape,
  scaleDim,
  shapesEqual,
  staticShape,
  symbolicDim,
} from './dim.ts'

const h = symbolicDim('h', 4)
const whole = fc.integer({ min: -20, max: 20 })
const positive = fc.integer({ min: 1, max: 9 })
const dims: fc.Arbitrary<Dim> = fc.oneof(
  fc.integer({ min: 0, max: 50 }),
  fc.record({ symbol: fc.constant('h'), scale: positive, offset: whole }),
)
const at = (dim: Dim, size: number): number => evaluateDim(dim, new Map([['h', size]]))

describe('arithmetic on symbols agrees with arithmetic on their values', () => {
  it('addition and multiplication', () => {
    fc.assert(
      fc.property(dims, dims, whole, positive, positive, (a, b, constant, factor, size) => {
        expect(at(addDims(a, b), size)).toBe(at(a, size) + at(b, size))
        expect(at(addToDim(a, constant), size)).toBe(at(a, size) + constant)
        expect(at(scaleDim(a, factor), size)).toBe(at(a, size) * factor)
      }),
    )
  })

  it('division that stays affine', () => {
    fc.assert(
      fc.property(dims, whole, positive, positive, (a, offset, divisor, size) => {
        const dim = addToDim(scaleDim(a, divisor), offset)
        expect(at(floorDivideDim(dim, divisor), size)).toBe(Math.floor(at(dim, size) / divisor))
      }),
    )
  })

  it('equality', () => {
    fc.assert(
      fc.property(dims, dims, (a, b) => {
        expect(dimsEqual(a, b)).toBe(at(a, 7) === at(b, 7) && at(a, 8) === at(b, 8))
      }),
    )
  })
})

describe('sizes that are not affine are refused', () => {
  it('division that is not affine names the symbol', () => {
    expect(() => floorDivideDim(h, 8)).toThrow("4h divided by 8 is not affine; make 'h' a multiple of more")
    expect(() => floorDivideDim(h, 3)).toThrow('not affine')
  })

  it('sums of different symbols', () => {
    expect(() => addDims(h, symbolicDim('w'))).toThrow('cannot add 4h and w')
  })

  it('symbols without a value, and shapes that must be known', () => {
    expect(() => evaluateDim(h, new Map())).toThrow("no value for the symbol 'h'")
    expect(() => staticShape([1, h], 'weights')).toThrow('weights: expected a shape known in advance, got [1, 4h]')
  })
})

it('formats and compares shapes', () => {
  expect(formatDim(addToDim(h, 2))).toBe('4h+2')
  expect(formatDim(addToDim(symbolicDim('w'), -1))).toBe('w-1')
  expect(formatShape([1, 3, h, symbolicDim('w')])).toBe('[1, 3, 4h, w]')
  expect(shapesEqual([1, h], [1, symbolicDim('h', 4)])).toBe(true)
  expect(shapesEqual([1, h], [1, h, 1])).toBe(false)
  expect(dimsEqual(symbolicDim('h'), symbolicDim('w'))).toBe(false)
  expect(isStaticShape([1, 2])).toBe(true)
  expect(isStaticShape([1, h])).toBe(false)
  expect(staticShape([2, 3], 'x')).toEqual([2, 3])
})
