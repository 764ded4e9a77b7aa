/** Segments as bytes: read back unchanged, and incomplete files refused. */
import { EncodedPacket } from 'mediabunny'
import { expect, it } from 'vitest'
import type { SegmentInfo } from './segment.ts'
import { decoderConfigOf, encodeSegment, headerEnd, packetsOf, readHeader } from './segment-file.ts'

const info: SegmentInfo = { frames: 2, last: 0.5, end: 1, repeated: 0, width: 6, height: 4 }
const packet = (type: 'key' | 'delta', at: number, ...data: number[]) =>
  new EncodedPacket(Uint8Array.from(data), type, at, 0.5)
const streams = [
  {
    packets: [packet('key', 0, 1, 2, 3), packet('delta', 0.5)],
    decoderConfig: { codec: 'avc1', description: Uint8Array.of(9, 255, 0) },
  },
  { packets: [packet('key', 0, 7)], decoderConfig: { codec: 'vp09' } },
]

const file = (): Uint8Array => {
  const parts = encodeSegment(info, streams)
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

it('reads back what was written, for each stream', () => {
  const bytes = file()
  const header = readHeader(bytes.subarray(0, headerEnd(bytes)), bytes.length)!
  expect(header.info).toEqual(info)
  expect(decoderConfigOf(header, 0)).toEqual(streams[0].decoderConfig)
  expect(decoderConfigOf(header, 1)).toEqual({ codec: 'vp09' })
  const seen = (stream: number) =>
    [...packetsOf(bytes, stream)].map(({ type, timestamp, duration, data }) => [type, timestamp, duration, [...data]])
  expect(seen(0)).toEqual([
    ['key', 0, 0.5, [1, 2, 3]],
    ['delta', 0.5, 0.5, []],
  ])
  expect(seen(1)).toEqual([['key', 0, 0.5, [7]]])
})

it('refuses a file that was cut anywhere, and one that is something else', () => {
  const bytes = file()
  for (let length = 4; length < bytes.length; length++) {
    expect(readHeader(bytes.subarray(0, Math.min(length, headerEnd(bytes))), length), String(length)).toBeUndefined()
  }
  const other = new Uint8Array(100).fill(0x7b)
  expect(readHeader(other, other.length)).toBeUndefined()
  expect(() => [...packetsOf(bytes.subarray(0, -1), 0)]).toThrow('damaged')
})
