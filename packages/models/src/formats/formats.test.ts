import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AnimeganError, lookup, sizeOf, type Value } from '@animegan/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  float16ToFloat32,
  readNpy,
  readNpyDict,
  readPyTorch,
  readWeights,
  type TensorMap,
  type Weights,
} from './index.ts'

const folder = new URL('./fixtures/', import.meta.url)
const load = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)))

type Expected = Record<string, Record<string, [string, number[], (number | 'inf')[]]>>
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Expected

const companionOf = (name: string): Uint8Array | undefined =>
  name.endsWith('.index') ? load(name.replace('.index', '.data-00000-of-00001')) : undefined

const numbers = ({ dtype, data }: Value): number[] =>
  dtype === 'float16' ? [...float16ToFloat32(data as Uint16Array)] : Array.from(data as Float32Array, Number)

const expectTensors = (tensors: TensorMap, name: string): void => {
  const wanted = expected[name]
  expect([...tensors.keys()].sort()).toEqual(Object.keys(wanted).sort())
  for (const [key, [dtype, shape, list]] of Object.entries(wanted)) {
    const value = lookup(tensors, key, 'tensor')
    expect([key, value.dtype, value.shape]).toEqual([key, dtype, shape])
    expect(numbers(value), key).toEqual(list.map((number) => (number === 'inf' ? Infinity : number)))
  }
}

const isWellFormed = ({ tensors, metadata }: Weights): void => {
  for (const [name, { shape, data }] of tensors) {
    expect(typeof name).toBe('string')
    expect(data.length).toBe(sizeOf(shape))
  }
  for (const text of Object.values(metadata)) expect(typeof text).toBe('string')
}

describe('reads fixtures written by PyTorch, NumPy and TensorFlow', () => {
  test.each(Object.keys(expected))('%s', (name) => {
    const read = readWeights(load(name), companionOf(name))
    expectTensors(read.tensors, name)
    isWellFormed(read)
  })

  test('a Node Buffer at an odd offset reads the same', () => {
    for (const name of ['zip.pt', 'legacy.pth', 'mixed.safetensors', 'plain.npz', 'dict.npy', 'array.npy']) {
      const bytes = load(name)
      const odd = Buffer.alloc(bytes.length + 1)
      odd.set(bytes, 1)
      expectTensors(readWeights(odd.subarray(1)).tensors, name)
    }
  })

  test('metadata of safetensors', () => {
    expect(readWeights(load('mixed.safetensors')).metadata).toEqual({ format: 'pt' })
  })

  const vgg = fileURLToPath(
    new URL('../../../../../shared/data/features/compact-vgg19/compact-vgg19.pth', import.meta.url),
  )
  const without = existsSync(vgg) ? '' : ' (skipped: the shared data is missing)'
  test.skipIf(without !== '')(`the compact VGG-19, a legacy file from a GPU${without}`, () => {
    const tensors = readPyTorch(new Uint8Array(readFileSync(vgg)))
    expect(tensors.size).toBe(38)
    let total = 0
    let sum = 0
    for (const { data } of tensors.values()) {
      total += data.length
      for (const number of data as Float32Array) sum += number
    }
    expect(total).toBe(964188)
    expect(sum).toBeCloseTo(575.5620540129469, 3)
    expect(tensors.get('conv0.weight')?.shape).toEqual([3, 3, 1, 1])
  })
})

const CODE = ', which is code: save the weights alone, such as a state_dict'

describe('refusals', () => {
  const refusal = (name: string): string => {
    try {
      readWeights(load(name))
    } catch (error) {
      expect(error).toMatchObject({ name: 'AnimeganError', code: 'bad-weights' })
      expect((error as Error).message).not.toContain('\n')
      return (error as Error).message
    }
    throw new Error(`${name} was read`)
  }

  test.each([
    ['evil-os.system.pt', `PyTorch: refuses global posix.system${CODE}`],
    ['evil-os.system-legacy.pth', `PyTorch: refuses global posix.system${CODE}`],
    ['evil-eval.pt', `PyTorch: refuses global __builtin__.eval${CODE}`],
    ['evil-eval-legacy.pth', `PyTorch: refuses global __builtin__.eval${CODE}`],
    ['evil-getattr.pt', `PyTorch: refuses global __builtin__.getattr${CODE}`],
    ['evil-getattr-legacy.pth', `PyTorch: refuses global __builtin__.getattr${CODE}`],
    ['evil-bytes.pt', `PyTorch: refuses global torch.storage._load_from_bytes${CODE}`],
    ['evil-bytes-legacy.pth', `PyTorch: refuses global torch.storage._load_from_bytes${CODE}`],
    ['evil-first.pth', `PyTorch: refuses global posix.system${CODE}`],
    ['evil-dict.npy', `NumPy: refuses global posix.system${CODE}`],
    ['script.pt', 'PyTorch: refuses a TorchScript archive'],
    ['bomb.npz', 'zip: refuses to inflate 4000128 bytes, more than 881936'],
  ])('%s', (name, message) => expect(refusal(name)).toBe(message))

  test('other files', () => {
    expect(refusal('big-endian.npy')).toMatch(/^NumPy: expected little-endian .*, found >f4$/)
    expect(refusal('tf1.ckpt.index')).toMatch(/^TensorFlow: expected the data file/)
    expect(refusal('evil-text.pth')).toMatch(/^weights: expected safetensors, .*, found another file$/)
    expect(() => readPyTorch(load('evil-text.pth'))).toThrow('PyTorch: refuses global posix.system')
    expect(() => readNpy(load('dict.npy'))).toThrow('found Python objects')
    expect(() => readNpyDict(load('array.npy'))).toThrow(expect.objectContaining({ code: 'bad-weights' }))
    expect(() => readWeights(new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'bad-weights' }))
  })

  test('a changed bit in TensorFlow data fails its checksum', () => {
    const data = load('tf1.ckpt.data-00000-of-00001')
    data[5] ^= 1
    expect(() => readWeights(load('tf1.ckpt.index'), data)).toThrow(/checksum of variable .* does not match/)
    const index = load('tf1.ckpt.index')
    index[5] ^= 1
    expect(() => readWeights(index, data)).toThrow(/checksum of the table block at byte 0 does not match/)
  })
})

describe('damaged files give an AnimeganError or a valid map', () => {
  const names = readdirSync(folder).filter((name) => /\.(pt|pth|npy|npz|index|safetensors)$/.test(name))
  const read = (bytes: Uint8Array, companion?: Uint8Array): void => {
    try {
      isWellFormed(readWeights(bytes, companion))
    } catch (error) {
      if (!(error instanceof AnimeganError)) throw error
      expect(error.code).toBe('bad-weights')
      expect(error.message).toMatch(/^[^\n]{1,300}$/)
    }
  }

  test.each(names)('%s', (name) => {
    const bytes = load(name)
    const companion = companionOf(name)
    for (let length = 0; length < bytes.length; length += 1 + Math.floor(bytes.length / 300)) {
      read(bytes.subarray(0, length), companion)
      if (companion !== undefined) read(bytes, companion.subarray(0, length))
    }
    const change = fc.tuple(
      fc.nat(bytes.length - 1),
      fc.oneof(
        fc.nat(255).map((byte) => [byte]),
        // Huge lengths: about 2^31, 2^32, 2^60 and 2^64.
        fc.constantFrom([255, 255, 255, 127], [255, 255, 255, 255], [0, 0, 0, 0, 0, 0, 0, 16], Array(8).fill(255)),
        fc.array(fc.nat(255), { minLength: 1, maxLength: 8 }),
      ),
    )
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const damaged = bytes.slice()
        for (const [at, patch] of changes) damaged.set(patch.slice(0, damaged.length - at), at)
        read(damaged, companion)
      }),
      { numRuns: 1000 },
    )
  })

  test("random bytes after each format's first bytes", () => {
    const starts = [[0x80, 2], [0x50, 0x4b, 3, 4], [...load('array.npy').subarray(0, 10)], []]
    const pickleish = fc.constantFrom(...Buffer.from('(tR}]usaeQbq\x00h\x00\x85\x86\x94K\x01N)2.0', 'latin1'))
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.array(fc.oneof(pickleish, fc.nat(255))), (start, rest) => {
        read(Uint8Array.from([...start, ...rest]))
      }),
      { numRuns: 5000 },
    )
  })
})
