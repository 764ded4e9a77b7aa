import { floats } from '@animegan/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32c, maskedCrc32c } from './crc32c.ts'
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16, gather } from './tensors.ts'

describe('16-bit floats', () => {
  test('every half goes to a float and back, bit for bit', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i)
    expect(float32ToFloat16(float16ToFloat32(halves))).toEqual(halves)
  })

  test('every half has the value that its fields say', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i)
    const floats = float16ToFloat32(halves)
    for (let half = 0; half < 65536; half++) {
      const exponent = (half >> 10) & 31
      const fraction = half & 1023
      const size =
        exponent === 0
          ? fraction * 2 ** -24
          : exponent < 31
            ? (1 + fraction / 1024) * 2 ** (exponent - 15)
            : fraction === 0
              ? Infinity
              : Number.NaN
      if (
        !Object.is(floats[half], half < 32768 ? size : -size) &&
        !(Number.isNaN(size) && Number.isNaN(floats[half]))
      ) {
        expect.unreachable(`half ${half} is ${floats[half]}`)
      }
    }
  })

  test('narrowing takes the nearest half, and the even one of two', () => {
    const one = (number: number): number => float32ToFloat16(Float32Array.of(number))[0]
    expect(one(65504)).toBe(0x7bff)
    expect(one(65519.996)).toBe(0x7bff)
    expect(one(65520)).toBe(0x7c00)
    expect(one(-Infinity)).toBe(0xfc00)
    expect(one(2 ** -24)).toBe(1)
    expect(one(2 ** -25)).toBe(0)
    expect(one(2 ** -25 * 1.0001)).toBe(1)
    expect(one(1.5 * 2 ** -24)).toBe(2)
    expect(one(-0)).toBe(0x8000)
    expect(one(1 + 2 ** -11)).toBe(0x3c00)
    expect(one(1 + 3 * 2 ** -11)).toBe(0x3c02)
    expect(one(2 ** -14 - 2 ** -26)).toBe(0x400)
    const all = float16ToFloat32(Uint16Array.from({ length: 0x7c00 }, (_, i) => i))
    fc.assert(
      fc.property(fc.float({ min: 0, max: 65504, noNaN: true }), (number) => {
        const half = one(number)
        const error = Math.abs(all[half] - number)
        for (const other of [half - 1, half + 1]) {
          if (other < 0 || other >= 0x7c00) continue
          const otherError = Math.abs(all[other] - number)
          expect(error < otherError || (error === otherError && half % 2 === 0)).toBe(true)
        }
      }),
      { numRuns: 5000 },
    )
  })

  test('NaN stays NaN, and bfloat16 widens', () => {
    expect(float16ToFloat32(float32ToFloat16(Float32Array.of(Number.NaN)))[0]).toBeNaN()
    expect([...bfloat16ToFloat32(Uint16Array.of(0x3fc0, 0xc000, 0x7f80))]).toEqual([1.5, -2, Infinity])
  })
})

test('gathering is indexing', () => {
  const source = floats(Array.from({ length: 24 }, (_, i) => i))
  expect(gather(source, 0, [2, 3, 4], [12, 4, 1]).data).toEqual(source.data)
  expect([...gather(source, 1, [3, 2], [1, 4]).data]).toEqual([1, 5, 2, 6, 3, 7])
  expect([...gather(source, 5, [2, 2], [0, 1]).data]).toEqual([5, 6, 5, 6])
  expect([...gather(source, 7, [], []).data]).toEqual([7])
  expect([...gather(source, 0, [2, 2, 2], [1, 12, 4]).data]).toEqual([0, 4, 12, 16, 1, 5, 13, 17])
})

test('CRC-32C of the standard test vectors', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
  expect(maskedCrc32c(Uint8Array.from([]))).toBe(0xa282ead8)
})
