/**
 * Reads a weight file of any format in this folder, recognised by its content, never by its name. ONNX models are
 * graphs, not weight files, and are read elsewhere.
 */

import { badWeights, mismatch } from './bad-weights.ts'
import { ByteReader, plainBytes } from './byte-reader.ts'
import { isLevelDbTable } from './leveldb-table.ts'
import { isObjectNpy, readNpy, readNpyDict, readNpz } from './npy.ts'
import { readPyTorch } from './pytorch.ts'
import { readSafetensors } from './safetensors.ts'
import { readTensorFlowCheckpoint } from './tensorflow.ts'
import type { TensorMap } from './tensors.ts'
import { readZip } from './zip.ts'

/** Formats of weight files. */
export type WeightFormat = 'safetensors' | 'pytorch' | 'numpy' | 'tensorflow'

/** The contents of a weight file; only safetensors has metadata. */
export interface Weights {
  readonly format: WeightFormat
  readonly tensors: TensorMap
  readonly metadata: Record<string, string>
}

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean => start.every((byte, i) => bytes[i] === byte)

const isSafetensors = (bytes: Uint8Array): boolean =>
  bytes.length > 8 && bytes[8] === 0x7b && new ByteReader('weights', bytes).u64('length') <= bytes.length - 8

/** The name for the array of a plain `.npy` file, the same as `numpy.savez` gives. */
const arrayName = 'arr_0'

const detect = (bytes: Uint8Array): WeightFormat | undefined => {
  if (startsWith(bytes, 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)) return 'numpy'
  if (startsWith(bytes, 0x50, 0x4b, 3, 4)) {
    const names = [...readZip('zip', bytes).keys()]
    if (names.some((name) => name === 'data.pkl' || name.endsWith('/data.pkl'))) return 'pytorch'
    return names.length > 0 && names.every((name) => name.endsWith('.npy')) ? 'numpy' : undefined
  }
  if (isLevelDbTable(bytes)) return 'tensorflow'
  if (isSafetensors(bytes)) return 'safetensors'
  return startsWith(bytes, 0x80) ? 'pytorch' : undefined
}

const readNumpy = (bytes: Uint8Array): TensorMap => {
  if (startsWith(bytes, 0x50)) return readNpz(bytes)
  return isObjectNpy(bytes) ? readNpyDict(bytes) : new Map([[arrayName, readNpy(bytes)]])
}

/**
 * Reads a weight file. For a TensorFlow checkpoint, pass its `.index`, with the data file as `companion`. Throws an
 * `AnimeganError` (`bad-weights`) for a file that is damaged, of unknown format, or holding more than tensors.
 */
export const readWeights = (bytes: Uint8Array, companion?: Uint8Array): Weights => {
  const file = plainBytes(bytes)
  const format = detect(file)
  switch (format) {
    case 'safetensors':
      return { format, ...readSafetensors(file) }
    case 'pytorch':
      return { format, tensors: readPyTorch(file), metadata: {} }
    case 'numpy':
      return { format, tensors: readNumpy(file), metadata: {} }
    case 'tensorflow':
      if (companion === undefined) {
        throw badWeights('TensorFlow', 'expected the data file (.data-00000-of-00001) with the index, found none')
      }
      return { format, tensors: readTensorFlowCheckpoint(file, companion), metadata: {} }
    default:
      return mismatch(
        'weights',
        'safetensors, PyTorch, NumPy, ONNX, TensorFlow Lite or a TensorFlow checkpoint index',
        bytes.length === 0 ? 'an empty file' : 'another file',
      )
  }
}
