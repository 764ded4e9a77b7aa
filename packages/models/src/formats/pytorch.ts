/**
 * Reads the tensors of PyTorch files (`.pt`, `.pth`), both today's zip archives and the bare pickles from before 1.6.
 * Not `torch.load`: it knows only tensors, storages and containers and refuses every other global by name, including
 * whole pickled models and TorchScript archives.
 */
import { viewBytes } from '@animegan/graph'
import { badWeights, mismatch } from './bad-weights.ts'
import { ByteReader, plainBytes } from './byte-reader.ts'
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
import { fromLatin1 } from './utf8.ts'
import { readZip } from './zip.ts'

const format = 'PyTorch'
const legacyMagic = 0x1950a86a20f9469cfc6cn
const legacyProtocol = 1001

const storageTypes = new Map<string, Encoding>([
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.DoubleStorage', 'F64'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
])

/** Entries that contain the state dict in checkpoints with further entries; the first one present is used. */
const wrappers =
  'params_ema g_ema netG_ema generator_ema state_dict model_state_dict params netG generator G model'.split(' ')

/** A storage that the pickle names; its bytes are read later. */
class Storage extends PickleObject {
  readonly encoding: Encoding
  readonly key: string
  readonly length: number
  elements: ReturnType<typeof decode> | undefined

  constructor(encoding: Encoding, key: string, length: number) {
    super()
    this.encoding = encoding
    this.key = key
    this.length = length
  }
}

/** A tensor as the pickle describes it, checked against its storage's claimed length. */
class Tensor extends PickleObject {
  readonly storage: Storage
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    super()
    this.storage = storage
    this.offset = offset
    this.shape = shape
    this.strides = strides
  }
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const rebuildTensor = ([storage, offset, shape, strides]: readonly PickleValue[]): Tensor => {
  if (!(storage instanceof Storage)) return mismatch(format, 'a storage under each tensor', 'something else')
  const what = `the tensor in storage ${storage.key}`
  if (!Array.isArray(shape) || !Array.isArray(strides) || shape.length !== strides.length) {
    return mismatch(format, `shape and strides of ${what}`, 'others')
  }
  const count = countElements(format, shape, what)
  if (!isIndex(offset) || !strides.every(isIndex)) return mismatch(format, `an offset and strides of ${what}`, 'others')
  const sizes = shape as number[]
  const last = sizes.reduce((at, size, axis) => at + (size - 1) * (strides as number[])[axis], offset)
  if (count === 0 ? offset > storage.length : last >= storage.length) {
    mismatch(format, `at least ${count === 0 ? offset : last + 1} elements in storage ${storage.key}`, storage.length)
  }
  return new Tensor(storage, offset, [...sizes], [...(strides as number[])])
}

/** Limit on the pairs in all OrderedDicts of a file together: many of them may share one list. */
const mostPairs = 1_000_000

const orderedDict = ([pairs, ...more]: readonly PickleValue[], budget: { pairs: number }): PickleValue => {
  const dict = new Map<PickleValue, PickleValue>()
  if (pairs === undefined) return dict
  if (!Array.isArray(pairs) || more.length > 0) return mismatch(format, 'pairs in an OrderedDict', 'something else')
  budget.pairs -= pairs.length
  if (budget.pairs < 0) mismatch(format, `at most ${mostPairs} pairs in OrderedDicts`, 'more')
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) return mismatch(format, 'pairs in an OrderedDict', 'something else')
    dict.set(pickleText(pair[0]) ?? pair[0], pair[1])
  }
  return dict
}

const allowed = new Map(
  [
    new PickleGlobal('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new PickleGlobal('torch._utils._rebuild_parameter', ([data]) =>
      data instanceof Tensor ? data : mismatch(format, 'a tensor in each parameter', 'something else'),
    ),
    new PickleGlobal('torch.Size', ([sizes]) => (Array.isArray(sizes) ? sizes : mismatch(format, 'sizes', 'others'))),
    ...[...storageTypes.keys()].map((name) => new PickleGlobal(name)),
  ].map((known) => [known.name, known]),
)

/** A host for one file, with the storages that its pickle names. */
const newHost = (): PickleHost & { readonly storages: Map<string, Storage> } => {
  const storages = new Map<string, Storage>()
  const persistent = (id: PickleValue): PickleValue => {
    if (!Array.isArray(id) || pickleText(id[0]) !== 'storage') {
      return mismatch(format, "a persistent id that starts with 'storage'", 'another')
    }
    const [, type, rawKey, , length, view] = id
    const encoding = type instanceof PickleGlobal ? storageTypes.get(type.name) : undefined
    if (encoding === undefined) return mismatch(format, 'a storage type', 'something else')
    const key = pickleText(rawKey)
    if (key === undefined || key.length > 256) return mismatch(format, 'a short storage key', 'something else')
    if (!isIndex(length)) return mismatch(format, `a length of storage ${key}`, String(length))
    if (view !== undefined && view !== null) throw badWeights(format, `refuses storage view ${key}`)
    const known = storages.get(key)
    if (known === undefined) {
      const storage = new Storage(encoding, key, length)
      storages.set(key, storage)
      return storage
    }
    if (known.encoding !== encoding || known.length !== length) {
      throw badWeights(format, `refuses storage ${key} with two types or lengths`)
    }
    return known
  }
  const budget = { pairs: mostPairs }
  const dict = new PickleGlobal('collections.OrderedDict', (args) => orderedDict(args, budget))
  return { format, globals: new Map([...allowed, [dict.name, dict]]), persistent, storages }
}

const fill = (storage: Storage, bytes: Uint8Array): void => {
  storage.elements = decode(storage.encoding, bytes)
}

const isContiguous = ({ shape, strides }: Tensor): boolean => {
  const expected = rowMajorStrides(shape)
  return shape.every((size, axis) => size === 1 || strides[axis] === expected[axis])
}

/**
 * Makes the tensors: contiguous ones are views of their storage; others are copied, within a budget set by the file's
 * size.
 */
const loadTensors = (root: PickleValue, fileLength: number): TensorMap => {
  let budget = 4 * fileLength + 2 ** 20
  const load = (tensor: PickleObject, name: string) => {
    if (!(tensor instanceof Tensor)) return undefined
    const { storage, offset, shape } = tensor
    const { elements } = storage
    if (elements === undefined) return mismatch(format, `bytes of storage ${storage.key} for ${name}`, 'none')
    const { dtype, data } = elements
    const count = shape.reduce((product, size) => product * size, 1)
    if (isContiguous(tensor) || count === 0) {
      return { dtype, shape, data: data.subarray(offset, offset + count) } as const
    }
    budget -= count * data.BYTES_PER_ELEMENT
    if (budget < 0) throw badWeights(format, `refuses to copy ${count} repeated elements for ${name}`)
    return gather(elements, offset, shape, tensor.strides)
  }
  const rename = (name: string) => (name.startsWith('module.') ? name.slice('module.'.length) : name)
  return flatten(stateDict(root), { format, separator: '.', load, rename })
}

const stateDict = (root: PickleValue): PickleValue => {
  if (!(root instanceof Map)) {
    return root instanceof Tensor || Array.isArray(root)
      ? root
      : mismatch(format, 'a dict of tensors', 'something else')
  }
  for (const key of wrappers) {
    const inner = root.get(key)
    if (inner instanceof Map) return inner
  }
  return root
}

const readArchive = (bytes: Uint8Array): TensorMap => {
  const entries = readZip(format, bytes)
  const pickle = [...entries].find(([name]) => name === 'data.pkl' || /^[^/]+\/data\.pkl$/.test(name))
  if (pickle === undefined) return mismatch(format, 'data.pkl in the zip archive', 'none')
  const [pickleName, readPickled] = pickle
  const folder = pickleName.slice(0, -'data.pkl'.length)
  if (entries.has(`${folder}constants.pkl`)) throw badWeights(format, 'refuses a TorchScript archive')
  const order = entries.get(`${folder}byteorder`)?.()
  if (order !== undefined && fromLatin1(order.subarray(0, 16)) !== 'little') {
    return mismatch(format, 'little-endian numbers', `byteorder ${fromLatin1(order.subarray(0, 16))}`)
  }
  const host = newHost()
  const root = readPickle(new ByteReader(format, readPickled()), host)
  for (const storage of host.storages.values()) {
    const content = entries.get(`${folder}data/${storage.key}`)
    if (content === undefined) return mismatch(format, `data/${storage.key} in the zip archive`, 'none')
    const data = content()
    const needed = storage.length * encodedSize(storage.encoding)
    if (data.length !== needed) mismatch(format, `${needed} bytes in storage ${storage.key}`, data.length)
    fill(storage, data)
  }
  return loadTensors(root, bytes.length)
}

const readLegacy = (bytes: Uint8Array): TensorMap => {
  const reader = new ByteReader(format, bytes)
  const plain: PickleHost = { format, globals: new Map() }
  if (readPickle(reader, plain) !== legacyMagic)
    mismatch(format, "a file that starts with PyTorch's magic number", 'none')
  const version = readPickle(reader, plain)
  if (version !== legacyProtocol) mismatch(format, `protocol ${legacyProtocol}`, String(version))
  const system = readPickle(reader, plain)
  if (!(system instanceof Map) || system.get('little_endian') !== true) {
    mismatch(format, 'little-endian numbers', 'others')
  }
  const host = newHost()
  const root = readPickle(reader, host)
  const keys = readPickle(reader, plain)
  if (!Array.isArray(keys)) return mismatch(format, 'a list of storage keys', 'something else')
  for (const rawKey of keys) {
    const key = pickleText(rawKey) ?? mismatch(format, 'a storage key', 'something else')
    const storage = host.storages.get(key)
    if (storage === undefined) return mismatch(format, `a tensor in storage ${key}`, 'none')
    if (storage.elements !== undefined) throw badWeights(format, `refuses storage ${key} twice`)
    const count = reader.u64('storage length')
    if (count !== storage.length) mismatch(format, `${storage.length} elements in storage ${key}`, count)
    fill(storage, reader.take(count * encodedSize(storage.encoding), `storage ${key}`))
  }
  return loadTensors(root, bytes.length)
}

/**
 * Reads the tensors of a PyTorch file. Nested dicts become dotted names; a checkpoint's `state_dict`, `params_ema`,
 * `generator` or the like is taken when there is one; a leading `module.` is removed from names. Tensors that share a
 * storage share it here too, and are views of the given bytes where alignment allows.
 */
export const readPyTorch = (bytes: Uint8Array): TensorMap => {
  const file = plainBytes(bytes)
  const isZip = file.length >= 4 && viewBytes('uint8', file.subarray(0, 4)).join() === '80,75,3,4'
  return isZip ? readArchive(file) : readLegacy(file)
}
