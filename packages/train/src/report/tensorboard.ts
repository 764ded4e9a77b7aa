/**
 * TensorBoard's event files: scalars and pictures by step, as the bytes of records. A record is a length, its checksum,
 * a protocol buffer `Event` and its checksum (TensorFlow's TFRecord). The caller appends the bytes to a file. Writes
 * only what TensorBoard reads without TensorFlow, and reads nothing.
 */
import { maskedCrc32c } from '@animegan/models'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** A PNG or JPEG file. */
export interface EventImage {
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

/** The data of a step. */
export interface StepEvent {
  readonly step: number
  /** The time, in seconds since 1970. */
  readonly time: number
  /** By tag. A slash in a tag groups: `generator/style`. */
  readonly scalars?: Readonly<Record<string, number>>
  readonly images?: Readonly<Record<string, EventImage>>
}

/** Fields of event.proto and summary.proto that are written, by message. */
const field = {
  event: { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 },
  sessionLog: { status: 1 },
  summary: { value: 1 },
  value: { tag: 1, simpleValue: 2, image: 4 },
  image: { height: 1, width: 2, colourspace: 3, encoded: 4 },
} as const

const sessionStart = 1
const rgb = 3

/**
 * The name of a file that is begun at `time` (seconds since 1970). TensorBoard reads a folder's files in the order of
 * their names, and moves on when there is a later one: a resumed run starts a new file with a later name.
 */
export const eventFileName = (time: number): string => `events.out.tfevents.${time.toFixed(3).padStart(14, '0')}`

/**
 * The first record of every file. `step` is the first step to be written: TensorBoard then hides what an interrupted
 * run's file says about it and later steps.
 */
export const eventFileStart = (time: number, step: number): Uint8Array => {
  const version = eventOf(time, 0).tag(field.event.fileVersion, WireType.LengthDelimited).string('brain.Event:2')
  if (step === 0) return record(version)
  const start = eventOf(time, step).tag(field.event.sessionLog, WireType.LengthDelimited).fork()
  start.tag(field.sessionLog.status, WireType.Varint).int32(sessionStart).join()
  const parts = [record(version), record(start)]
  const bytes = new Uint8Array(parts[0].length + parts[1].length)
  bytes.set(parts[0])
  bytes.set(parts[1], parts[0].length)
  return bytes
}

/** A step's record, to be appended to a file. */
export const eventRecord = ({ step, time, scalars = {}, images = {} }: StepEvent): Uint8Array => {
  const event = eventOf(time, step).tag(field.event.summary, WireType.LengthDelimited).fork()
  const value = (tag: string): BinaryWriter => {
    event.tag(field.summary.value, WireType.LengthDelimited).fork()
    return event.tag(field.value.tag, WireType.LengthDelimited).string(tag)
  }
  for (const [tag, number] of Object.entries(scalars)) {
    value(tag).tag(field.value.simpleValue, WireType.Bit32).float(Math.fround(number)).join()
  }
  for (const [tag, { width, height, bytes }] of Object.entries(images)) {
    value(tag).tag(field.value.image, WireType.LengthDelimited).fork()
    event.tag(field.image.height, WireType.Varint).int32(height)
    event.tag(field.image.width, WireType.Varint).int32(width)
    event.tag(field.image.colourspace, WireType.Varint).int32(rgb)
    event.tag(field.image.encoded, WireType.LengthDelimited).bytes(bytes).join().join()
  }
  return record(event.join())
}

/** An `Event` with the common fields. Zero fields are omitted, as in every proto3 message. */
const eventOf = (time: number, step: number): BinaryWriter => {
  const event = new BinaryWriter().tag(field.event.wallTime, WireType.Bit64).double(time)
  return step === 0 ? event : event.tag(field.event.step, WireType.Varint).int64(step)
}

const record = (event: BinaryWriter): Uint8Array => {
  const data = event.finish()
  const bytes = new Uint8Array(data.length + 16)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true)
  bytes.set(data, 12)
  view.setUint32(12 + data.length, maskedCrc32c(data), true)
  return bytes
}
