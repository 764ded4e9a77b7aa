/** Event files: the bytes that the real TensorBoard writes for the same events, and checksums computed another way. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventFileName, eventFileStart, eventRecord } from './tensorboard.ts'

const fixture = (time: number): Buffer => readFileSync(new URL(`fixtures/${eventFileName(time)}`, import.meta.url))

/** CRC-32C bit by bit, by its definition, masked as in TensorFlow. */
const maskedCrc = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

/** The records of a file, after verifying checksums. */
const readRecords = (file: Buffer): Buffer[] => {
  const records: Buffer[] = []
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at))
    expect(file.readUInt32LE(at + 8)).toBe(maskedCrc(file.subarray(at, at + 8)))
    const data = file.subarray(at + 12, at + 12 + length)
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedCrc(data))
    records.push(data)
    at += length + 16
  }
  return records
}

describe("the bytes are TensorBoard's own", () => {
  it('for scalars and pictures', () => {
    const bytes = Buffer.from([...Buffer.from('89504e470d0a1a0a', 'hex'), ...Array(200).keys()])
    const file = Buffer.concat([
      eventFileStart(1700000000.25, 0),
      eventRecord({
        step: 1,
        time: 1700000001.5,
        scalars: { generator: 12.625, 'generator/style': 0, discriminator: -0.1 },
      }),
      eventRecord({
        step: 2,
        time: 1700000002,
        scalars: { generator: Number.NaN },
        images: { 'samples/Straße': { width: 1280, height: 3, bytes } },
      }),
    ])
    expect(file.equals(fixture(1700000000.25))).toBe(true)
  })

  it('for a resumed run, and steps beyond 32 bits', () => {
    const file = Buffer.concat([
      eventFileStart(1700000100, 2),
      eventRecord({ step: 5e9, time: 1700000101, scalars: { generator: 1e-6 } }),
    ])
    expect(file.equals(fixture(1700000100))).toBe(true)
  })
})

it('records carry the checksums of their length and data', () => {
  const images = { a: { width: 64, height: 64, bytes: new Uint8Array(5000).fill(7) } }
  const file = Buffer.concat([eventFileStart(1.5, 1), eventRecord({ step: 3, time: 2, images })])
  expect(readRecords(file).map(({ length }) => length > 5000)).toEqual([false, false, true])
})

it('a number beyond 32-bit floats is infinite, not an error', () => {
  const bytes = Buffer.from(eventRecord({ step: 1, time: 1, scalars: { a: 1e300 } }))
  expect(bytes.readFloatLE(bytes.length - 8)).toBe(Number.POSITIVE_INFINITY)
})

it('file names sort by time', () => {
  const names = [999_999_999.9, 1_700_000_000, 1_700_000_000.25, 1_700_000_001].map(eventFileName)
  expect([...names].sort()).toEqual(names)
})
