/**
 * Values: concrete arrays with a type and a shape, in row-major order. The interpreter computes with them, weight files
 * hold them, and engines take and return them. Not symbolic; tensor.ts has the tensors that graphs are made of.
 */

/**
 * Element types that occur in the networks and their weight files. `float16` is a storage type: its bits in a
 * Uint16Array.
 */
export type DType = 'float32' | 'float16' | 'uint8' | 'int8' | 'int32' | 'int64' | 'bool'

interface ArrayTypes {
  float32: Float32Array
  float16: Uint16Array
  uint8: Uint8Array
  int8: Int8Array
  int32: Int32Array
  int64: BigInt64Array
  bool: Uint8Array
}

/** A concrete array: `data.length` is the product of `shape`. */
export interface Value<D extends DType = DType> {
  readonly dtype: D
  readonly shape: readonly number[]
  readonly data: ArrayTypes[D]
}

const arrayTypes = {
  float32: Float32Array,
  float16: Uint16Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const

/** Bytes per element of the type. */
export const bytesPerElement = (dtype: DType): number => arrayTypes[dtype].BYTES_PER_ELEMENT

/** A zeroed array of the type. */
export const newArray = <D extends DType>(dtype: D, length: number): ArrayTypes[D] =>
  new arrayTypes[dtype](length) as ArrayTypes[D]

/** A typed view of bytes (copied when the offset is not aligned to the element size). */
export const viewBytes = <D extends DType>(dtype: D, bytes: Uint8Array): ArrayTypes[D] => {
  const size = bytesPerElement(dtype)
  const aligned: Uint8Array = bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes)
  return new arrayTypes[dtype](
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    aligned.byteLength / size,
  ) as ArrayTypes[D]
}

/** Number of elements of a shape; 1 for a scalar's empty shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** A float32 value from numbers; the shape defaults to one dimension. Throws when the count does not fit the shape. */
export const floats = (data: ArrayLike<number>, shape: readonly number[] = [data.length]): Value<'float32'> => {
  if (sizeOf(shape) !== data.length) {
    throw new Error(`value: shape [${shape}] expects ${sizeOf(shape)} numbers, got ${data.length}`)
  }
  return { dtype: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) }
}

/** A one-dimensional int64 value, the type ONNX expects for shapes and axes. */
export const int64s = (data: readonly number[]): Value<'int64'> => ({
  dtype: 'int64',
  shape: [data.length],
  data: BigInt64Array.from(data, BigInt),
})
