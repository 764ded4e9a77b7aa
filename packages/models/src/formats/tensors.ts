/**
 * The result of every weight-file reader, a map from names to values, and the conversions they share: 16-bit floats,
 * element encodings and strided views. Knows no file format and no network.
 */
import { bytesPerElement, type DType, newArray, type Value, viewBytes } from '@animegan/graph'
import { mismatch } from './bad-weights.ts'

/** Tensors by name, in the order of the file. */
export type TensorMap = Map<string, Value>

/** Supported element encodings; BF16 and F64 become float32. */
export type Encoding = 'F32' | 'F16' | 'BF16' | 'F64' | 'U8' | 'I8' | 'I32' | 'I64' | 'BOOL'

const dtypes: Record<Encoding, DType> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'float32',
  F64: 'float32',
  U8: 'uint8',
  I8: 'int8',
  I32: 'int32',
  I64: 'int64',
  BOOL: 'bool',
}

/** Bytes per element in a file. */
export const encodedSize = (encoding: Encoding): number =>
  encoding === 'BF16' ? 2 : encoding === 'F64' ? 8 : bytesPerElement(dtypes[encoding])

/** Reads little-endian elements. Returns a view of the bytes where encoding and alignment allow, else a copy. */
export const decode = (encoding: Encoding, bytes: Uint8Array): Pick<Value, 'dtype' | 'data'> => {
  const dtype = dtypes[encoding]
  if (encoding === 'BF16') return { dtype, data: bfloat16ToFloat32(viewBytes('float16', bytes)) }
  if (encoding !== 'F64') return { dtype, data: viewBytes(dtype, bytes) }
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
  return { dtype, data: new Float32Array(new Float64Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 8)) }
}

const mostDimensions = 32

/** Checks a claimed shape and returns its number of elements. Allocates nothing. */
export const countElements = (format: string, shape: readonly unknown[], what: string): number => {
  if (shape.length > mostDimensions) mismatch(format, `at most ${mostDimensions} dimensions for ${what}`, shape.length)
  const sizes = shape as readonly number[]
  for (const size of sizes) {
    if (!Number.isSafeInteger(size) || size < 0) mismatch(format, `whole sizes in the shape of ${what}`, String(size))
  }
  if (sizes.includes(0)) return 0
  const count = sizes.reduce((product, size) => product * size, 1)
  return Number.isSafeInteger(count) ? count : mismatch(format, `a possible shape for ${what}`, `[${sizes}]`)
}

/** Strides of a shape in row-major order. */
export const rowMajorStrides = (shape: readonly number[]): number[] => {
  const strides = new Array<number>(shape.length)
  for (let axis = shape.length - 1, stride = 1; axis >= 0; stride *= shape[axis], axis--) strides[axis] = stride
  return strides
}

/** Copies a strided view into row-major order. The caller has checked that every index is inside the data. */
export const gather = (
  source: Pick<Value, 'dtype' | 'data'>,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Value => {
  const count = shape.reduce((product, size) => product * size, 1)
  const data = newArray(source.dtype, count)
  // Both arrays have the same type.
  const from = source.data as Float32Array
  const to = data as Float32Array
  const rank = shape.length
  const inner = rank === 0 ? 1 : shape[rank - 1]
  const step = rank === 0 ? 0 : strides[rank - 1]
  const index = new Array<number>(rank).fill(0)
  for (let out = 0, start = offset; out < count; ) {
    for (let i = 0, at = start; i < inner; i++, at += step) to[out++] = from[at]
    for (let axis = rank - 2; axis >= 0; axis--) {
      start += strides[axis]
      if (++index[axis] < shape[axis]) break
      start -= strides[axis] * shape[axis]
      index[axis] = 0
    }
  }
  return { dtype: source.dtype, shape, data }
}

let halfTable: Uint32Array | undefined

/** The float32 bits of all 65536 halves. */
const makeHalfTable = (): Uint32Array => {
  const table = new Uint32Array(65536)
  const bits = new Uint32Array(1)
  const float = new Float32Array(bits.buffer)
  for (let half = 0; half < 65536; half++) {
    const exponent = (half >>> 10) & 31
    const fraction = half & 1023
    if (exponent === 0) {
      float[0] = fraction * 2 ** -24
    } else {
      bits[0] = ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13)
    }
    table[half] = bits[0] | ((half & 0x8000) << 16)
  }
  return table
}

/** Widens half bits to float32: exact, infinities and NaN bits included. */
export const float16ToFloat32 = (halves: Uint16Array): Float32Array => {
  halfTable ??= makeHalfTable()
  const bits = new Uint32Array(halves.length)
  for (let i = 0; i < bits.length; i++) bits[i] = halfTable[halves[i]]
  return new Float32Array(bits.buffer)
}

/** Narrows float32 to half bits: to the nearest, ties to even, above 65519.99… to infinity, below 2^-25 to zero. */
export const float32ToFloat16 = (floats: Float32Array): Uint16Array => {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length)
  const halves = new Uint16Array(floats.length)
  for (let i = 0; i < halves.length; i++) {
    const sign = (bits[i] >>> 16) & 0x8000
    const size = bits[i] & 0x7fffffff
    let half: number
    if (size > 0x7f800000) {
      half = 0x7c00 | ((size >>> 13) & 1023)
      if (half === 0x7c00) half = 0x7c01
    } else if (size >= 0x477ff000) {
      half = 0x7c00
    } else if (size >= 0x38800000) {
      half = (size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13
    } else if (size <= 0x33000000) {
      half = 0
    } else {
      const shift = 126 - (size >>> 23)
      const fraction = (size & 0x7fffff) | 0x800000
      const rest = fraction & ((1 << shift) - 1)
      const middle = 1 << (shift - 1)
      half = fraction >>> shift
      if (rest > middle || (rest === middle && (half & 1) === 1)) half++
    }
    halves[i] = sign | half
  }
  return halves
}

/** Widens bfloat16 bits to float32: exact. */
export const bfloat16ToFloat32 = (brains: Uint16Array): Float32Array => {
  const bits = new Uint32Array(brains.length)
  for (let i = 0; i < bits.length; i++) bits[i] = brains[i] << 16
  return new Float32Array(bits.buffer)
}
