/**
 * Reads NumPy files: one array (`.npy`), an archive of arrays (`.npz`), or a `.npy` with a pickled dict of arrays, the
 * form of the originals' VGG-19. Little-endian numbers only; of Python objects only dicts, lists and arrays.
 */
import type { Value } from '@animegan/graph'
import { badWeights, mismatch } from './bad-weights.ts'
import { ByteReader } from './byte-reader.ts'
import { flatten } from './flatten.ts'
import { PickleGlobal, type PickleHost, PickleObject, type PickleValue, pickleText, readPickle } from './pickle.ts'
import {
  countElements,
  decode,
  type Encoding,
  encodedSize,
  gather,
  rowMajorStrides,
  type TensorMap,
} from './tensors.ts'
import { toLatin1 } from './utf8.ts'
import { readZip } from './zip.ts'

const format = 'NumPy'
const longestHeader = 65536

const encodings = new Map<string, Encoding>([
  ['f4', 'F32'],
  ['f2', 'F16'],
  ['f8', 'F64'],
  ['u1', 'U8'],
  ['i4', 'I32'],
  ['i8', 'I64'],
  ['b1', 'BOOL'],
])

interface Header {
  /** Byte order and type, such as `<f4`. */
  readonly descr: string
  readonly fortran: boolean
  readonly shape: readonly number[]
}

const readHeader = (reader: ByteReader): Header => {
  const magic = reader.take(6, 'magic')
  if (magic.join() !== '147,78,85,77,80,89') mismatch(format, "a file that starts with NumPy's magic", 'other bytes')
  const version = reader.u8('version')
  reader.u8('version')
  if (version < 1 || version > 3) mismatch(format, 'version 1 to 3', version)
  const length = version === 1 ? reader.u16('header length') : reader.u32('header length')
  if (length > longestHeader) mismatch(format, `a header of at most ${longestHeader} bytes`, length)
  const text = reader.text(length, 'header')
  const descr = /'descr': '([<>|=]?[a-zA-Z][0-9]*)'/.exec(text)?.[1]
  const fortran = /'fortran_order': (True|False)/.exec(text)?.[1]
  const shape = /'shape': \(([0-9, ]*)\)/.exec(text)?.[1]
  if (descr === undefined || fortran === undefined || shape === undefined) {
    return mismatch(format, 'descr, fortran_order and shape in the header', text)
  }
  const sizes = shape.split(',').map((size) => size.trim())
  return { descr, fortran: fortran === 'True', shape: sizes.filter((size) => size !== '').map(Number) }
}

const encodingOf = (descr: string, what: string): Encoding => {
  const order = /^[<>|=]/.test(descr) ? descr[0] : '<'
  const encoding = encodings.get(descr.slice(/^[<>|=]/.test(descr) ? 1 : 0))
  if (encoding === undefined || (order === '>' && encodedSize(encoding) > 1)) {
    return mismatch(format, `little-endian ${[...encodings.keys()].join(', ')} for ${what}`, descr)
  }
  return encoding
}

const toValue = (
  encoding: Encoding,
  shape: readonly number[],
  fortran: boolean,
  data: Uint8Array,
  what: string,
): Value => {
  const needed = countElements(format, shape, what) * encodedSize(encoding)
  if (data.length !== needed) mismatch(format, `${needed} bytes for ${what}`, data.length)
  const elements = decode(encoding, data)
  if (!fortran || shape.length < 2) return { shape, ...elements }
  return gather(elements, 0, shape, rowMajorStrides([...shape].reverse()).reverse())
}

const readArray = (bytes: Uint8Array, what: string): Value => {
  const reader = new ByteReader(format, bytes)
  const { descr, fortran, shape } = readHeader(reader)
  if (descr === '|O') return mismatch(format, `numbers in ${what}`, 'Python objects')
  return toValue(encodingOf(descr, what), shape, fortran, reader.take(reader.left, 'data'), what)
}

/** Whether the bytes are a `.npy` file of Python objects, for `readNpyDict`. */
export const isObjectNpy = (bytes: Uint8Array): boolean => readHeader(new ByteReader(format, bytes)).descr === '|O'

/**
 * Reads the array of a `.npy` file, in row-major order. It is a view of the given bytes where order and alignment
 * allow.
 */
export const readNpy = (bytes: Uint8Array): Value => readArray(bytes, 'the array')

/** Reads the arrays of a `.npz` file, by their names without `.npy`. */
export const readNpz = (bytes: Uint8Array): TensorMap => {
  const tensors: TensorMap = new Map()
  for (const [name, content] of readZip(format, bytes)) {
    if (!name.endsWith('.npy')) mismatch(format, 'only .npy entries in the zip archive', name)
    tensors.set(name.slice(0, -'.npy'.length), readArray(content(), `array ${name}`))
  }
  return tensors
}

/** A pickled numpy.dtype. */
class Dtype extends PickleObject {
  readonly code: string
  order = '<'

  constructor(code: string) {
    super()
    this.code = code
  }

  override setState(state: PickleValue): boolean {
    const order = Array.isArray(state) ? pickleText(state[1]) : undefined
    if (order === undefined || !/^[<>|=]$/.test(order)) return false
    this.order = order
    return true
  }
}

/** Bytes that the arrays of a pickle may still take: a pickle may refer to the same bytes many times. */
interface Budget {
  left: number
}

const spend = (budget: Budget, bytes: number): void => {
  budget.left -= bytes
  if (budget.left < 0) throw badWeights(format, 'refuses to copy the same bytes again and again')
}

/** A pickled numpy.ndarray: numbers, or a list of Python objects. */
class NumpyArray extends PickleObject {
  value: Value | undefined
  items: PickleValue[] | undefined
  readonly #budget: Budget

  constructor(budget: Budget) {
    super()
    this.#budget = budget
  }

  override setState(state: PickleValue): boolean {
    if (!Array.isArray(state) || state.length !== 5) return false
    const [, shape, dtype, fortran, content] = state
    if (!Array.isArray(shape) || !(dtype instanceof Dtype) || typeof fortran !== 'boolean') return false
    if (Array.isArray(content)) {
      this.items = content
      return true
    }
    // Protocol 2 as Python 3 writes it stores bytes as text.
    if (typeof content !== 'string' && !(content instanceof Uint8Array)) return false
    spend(this.#budget, content.length)
    const data = typeof content === 'string' ? toLatin1(content) : content
    if (!(data instanceof Uint8Array)) return false
    countElements(format, shape, 'an array')
    const encoding = encodingOf(dtype.order + dtype.code, 'an array')
    this.value = toValue(encoding, [...(shape as number[])], fortran, data, 'an array')
    return true
  }
}

const ndarray = new PickleGlobal('numpy.ndarray')

/** A host for one file of the given length. */
const newHost = (fileLength: number): PickleHost => {
  const budget = { left: 4 * fileLength }
  const reconstruct = ([type]: readonly PickleValue[]): PickleValue =>
    type === ndarray ? new NumpyArray(budget) : mismatch(format, 'numpy.ndarray to reconstruct', 'something else')
  const encode = ([text, encoding]: readonly PickleValue[]): PickleValue => {
    if (typeof text !== 'string' || encoding !== 'latin1') return mismatch(format, 'latin1 text to encode', 'another')
    spend(budget, text.length)
    return toLatin1(text) ?? mismatch(format, 'latin1 text to encode', 'other characters')
  }
  const known = [
    ndarray,
    new PickleGlobal('numpy.core.multiarray._reconstruct', reconstruct),
    new PickleGlobal('numpy._core.multiarray._reconstruct', reconstruct),
    new PickleGlobal('numpy.dtype', ([code]) => new Dtype(pickleText(code) ?? mismatch(format, 'a dtype', 'another'))),
    new PickleGlobal('_codecs.encode', encode),
  ]
  return { format, globals: new Map(known.map((global) => [global.name, global])) }
}

/**
 * Reads the dict of arrays pickled in a `.npy` file, with names such as `conv1_1/0` for the first array in the list
 * under `conv1_1`. Entries that are not arrays of numbers are left out.
 */
export const readNpyDict = (bytes: Uint8Array): TensorMap => {
  const reader = new ByteReader(format, bytes)
  const { descr } = readHeader(reader)
  if (descr !== '|O') mismatch(format, 'an array of Python objects', descr)
  const array = readPickle(reader, newHost(bytes.length))
  const dict = array instanceof NumpyArray && array.items?.length === 1 ? array.items[0] : array
  if (!(dict instanceof Map)) throw badWeights(format, 'expected one dict in the array, found something else')
  const load = (object: PickleObject) => (object instanceof NumpyArray ? object.value : undefined)
  return flatten(dict, { format, separator: '/', load })
}
