/** The times in movie boxes, both hand-built and written by ffmpeg, checked by ffprobe. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withoutTimes } from './moov-times.ts'
import { ffmpeg, hasJudges } from './testing.ts'

/** A box: its size, its name, its content. */
const box = (name: string, ...content: readonly (Uint8Array | number[])[]): Uint8Array => {
  const inside = content.flatMap((part) => [...part])
  const bytes = new Uint8Array(8 + inside.length)
  new DataView(bytes.buffer).setUint32(0, bytes.length)
  bytes.set(Buffer.from(name, 'latin1'), 4)
  bytes.set(inside, 8)
  return bytes
}
/** A header of version 0 or 1 in which only the times are 0xaa. */
const header = (name: string, version: 0 | 1): Uint8Array =>
  box(name, [version, 0, 0, 7], new Uint8Array(version === 1 ? 16 : 8).fill(0xaa), [1, 2, 3, 4, 5])

const changed = (bytes: Uint8Array, position = 0): Uint8Array => {
  const out = bytes.slice()
  for (const change of withoutTimes(bytes, position)) out.set(change.data, change.position - position)
  return out
}

it('are zeroed in every header, of either version, and nothing else is changed', () => {
  const looksLikeOne = header('mvhd', 0)
  const moov = box(
    'moov',
    header('mvhd', 0),
    box('trak', header('tkhd', 1), box('edts', looksLikeOne), box('mdia', header('mdhd', 0), box('minf', [9, 9]))),
    box('trak', header('tkhd', 0), box('mdia', header('mdhd', 1))),
    box('udta', looksLikeOne),
  )
  // A box that is not a container keeps its content, even if that looks like a header.
  const kept = looksLikeOne.filter((byte) => byte === 0xaa).length * 2
  const isTime = (byte: number): boolean => byte === 0xaa
  expect(moov.filter(isTime).length).toBe(3 * 8 + 2 * 16 + kept)
  // One for each: a container's end is where its boxes end.
  expect(withoutTimes(moov, 0)).toHaveLength(5)
  const found = changed(moov)
  expect(found.filter(isTime).length).toBe(kept)
  expect([...found].map((byte, i) => (byte === moov[i] ? 0 : moov[i])).filter(Boolean)).toEqual(
    Array(3 * 8 + 2 * 16).fill(0xaa),
  )
})

it("are found at the box's position in the file", () => {
  const moov = box('moov', header('mvhd', 0))
  expect(withoutTimes(moov, 1000)).toEqual([{ position: 1000 + 8 + 12, data: new Uint8Array(8) }])
})

it('are not searched past a box that overruns its container, or in a box of size zero', () => {
  // The track says that it is 100 bytes longer than the movie that it is in.
  const trak = box('trak', header('tkhd', 0))
  new DataView(trak.buffer).setUint32(0, trak.length + 100)
  const moov = box('moov', trak)
  const behind = new Uint8Array([...moov, ...header('mvhd', 0)])
  const movieOnly = withoutTimes(behind.subarray(0, moov.length), 0)
  expect(movieOnly).toHaveLength(1)
  expect(withoutTimes(box('moov', [0, 0, 0, 0], Buffer.from('mvhd'), Array(20).fill(0xaa)), 0)).toEqual([])
})

describe.skipIf(!hasJudges)('of a file by ffmpeg (skipped without ffmpeg and ffprobe)', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'animegan-video-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('are unknown afterwards, and its packets are the same', () => {
    const path = join(folder, 'a.mp4')
    const inputs = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:duration=0.5', '-f', 'lavfi', '-i', 'sine=duration=0.5']
    ffmpeg(...inputs, '-metadata', 'creation_time=2001-02-03T04:05:06Z', '-pix_fmt', 'yuv420p', path)
    const asked = ['-show_entries', 'stream_tags=creation_time:format_tags=creation_time', '-of', 'csv=p=0', path]
    const times = (): string => execFileSync('ffprobe', ['-v', 'error', ...asked]).toString()
    const packets = (): string => ffmpeg('-i', path, '-map', '0', '-c', 'copy', '-f', 'framemd5', '-').toString()
    expect(times().match(/2001-02-03T04:05:06/g)).toHaveLength(3)
    const before = packets()
    const file = new Uint8Array(readFileSync(path))
    const at = Buffer.from(file).lastIndexOf('moov') - 4
    const size = new DataView(file.buffer, file.byteOffset).getUint32(at)
    for (const { position, data } of withoutTimes(file.subarray(at, at + size), at)) file.set(data, position)
    writeFileSync(path, file)
    expect(times()).not.toMatch(/\d{4}-/)
    expect(packets()).toBe(before)
  })
})
