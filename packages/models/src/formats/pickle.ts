/**
 * A restricted reader of Python pickles: it knows numbers, text, bytes and containers, and asks its host about
 * everything else; the host supplies a function of ours or refuses. No Python is looked up, imported or run, whatever
 * the pickle says. Protocols 2 to 5 as PyTorch and NumPy write them; the text opcodes of older protocols are refused.
 */

import { badWeights, mismatch } from './bad-weights.ts'
import type { ByteReader } from './byte-reader.ts'
import { fromLatin1 } from './utf8.ts'

/** An object that only the host understands, such as a tensor not yet read. */
export abstract class PickleObject {
  /** Receives the state of a BUILD instruction; refused unless the host's class overrides this. */
  setState(_state: PickleValue): boolean {
    return false
  }
}

/** A Python callable that the host replaces. */
export class PickleGlobal extends PickleObject {
  readonly name: string
  readonly call: ((args: readonly PickleValue[]) => PickleValue) | undefined

  constructor(name: string, call?: (args: readonly PickleValue[]) => PickleValue) {
    super()
    this.name = name
    this.call = call
  }
}

/** What a pickle may hold. Dicts are Maps, lists and tuples are arrays, Python 2 strings are bytes, except as keys. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Set<PickleValue>
  | Map<PickleValue, PickleValue>
  | PickleObject

/** The outside world that a pickle may refer to. */
export interface PickleHost {
  /** Name of the format, for errors. */
  readonly format: string
  /** The allowed globals by dotted name; any other is refused by name. */
  readonly globals: ReadonlyMap<string, PickleGlobal>
  /** Resolves a persistent id (PyTorch uses them for storages). */
  readonly persistent?: (id: PickleValue) => PickleValue
}

const mostInstructions = 4_000_000
const longestLong = 255
const longestKey = 1024

/** Text of a text or short Python 2 string value; undefined for anything else. */
export const pickleText = (value: PickleValue | undefined): string | undefined => {
  if (typeof value === 'string') return value
  return value instanceof Uint8Array && value.length <= longestKey ? fromLatin1(value) : undefined
}

const describe = (value: PickleValue | undefined): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'None'
  if (value instanceof PickleGlobal) return value.name
  return typeof value === 'object' ? value.constructor.name : typeof value
}

const readLong = (bytes: Uint8Array): number | bigint => {
  let hex = ''
  for (const byte of bytes) hex = byte.toString(16).padStart(2, '0') + hex
  const value = hex === '' ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`))
  const small = Number(value)
  return Number.isSafeInteger(small) ? small : value
}

/** Reads text up to a newline, as GLOBAL stores it. */
const readLine = (reader: ByteReader): string => {
  const end = reader.bytes.indexOf(10, reader.at)
  const line = reader.take(end < 0 || end - reader.at > 1024 ? 1025 : end - reader.at, 'a global name')
  if (line.length > 1024) mismatch(reader.format, 'a global name of at most 1024 bytes', 'a longer one')
  reader.at++
  return fromLatin1(line)
}

/** The state while reading one pickle. */
class Unpickler {
  readonly #reader: ByteReader
  readonly #host: PickleHost
  readonly #memo = new Map<number, PickleValue>()
  readonly #outer: PickleValue[][] = []
  #stack: PickleValue[] = []

  constructor(reader: ByteReader, host: PickleHost) {
    this.#reader = reader
    this.#host = host
  }

  #fail(expected: string, found: string): never {
    return mismatch(this.#host.format, `${expected} in the pickle at byte ${this.#reader.at}`, found)
  }

  #push(value: PickleValue): undefined {
    this.#stack.push(value)
  }

  #pop(): PickleValue {
    const value = this.#stack.pop()
    return value === undefined ? this.#fail('a value', 'an empty stack') : value
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1)
    return value === undefined ? this.#fail('a value', 'an empty stack') : value
  }

  /** The values since the last mark; removes the mark. */
  #popMark(): PickleValue[] {
    const values = this.#stack
    this.#stack = this.#outer.pop() ?? this.#fail('a mark', 'none')
    return values
  }

  #popTuple(length: number): PickleValue[] {
    if (this.#stack.length < length) this.#fail(`${length} values`, `${this.#stack.length}`)
    return this.#stack.splice(this.#stack.length - length)
  }

  #recall(key: number): PickleValue {
    const value = this.#memo.get(key)
    return value === undefined ? this.#fail(`memo ${key}`, 'none') : value
  }

  #global(module: string, name: string): PickleGlobal {
    const dotted = `${module}.${name}`
    const found = this.#host.globals.get(dotted)
    if (found === undefined)
      throw badWeights(
        this.#host.format,
        `refuses global ${dotted}, which is code: save the weights alone, such as a state_dict`,
      )
    return found
  }

  #call(callee: PickleValue, args: PickleValue): PickleValue {
    if (!(callee instanceof PickleGlobal) || callee.call === undefined) {
      throw badWeights(this.#host.format, `refuses to call ${describe(callee)}`)
    }
    return Array.isArray(args) ? callee.call(args) : this.#fail(`arguments of ${callee.name}`, describe(args))
  }

  #append(values: PickleValue[]): undefined {
    const list = this.#top()
    if (!Array.isArray(list)) return this.#fail('a list', describe(list))
    for (const value of values) list.push(value)
  }

  #setItems(items: PickleValue[]): undefined {
    const dict = this.#top()
    if (!(dict instanceof Map)) return this.#fail('a dict', describe(dict))
    if (items.length % 2 !== 0) this.#fail('keys and values', `${items.length} items`)
    for (let i = 0; i < items.length; i += 2) dict.set(pickleText(items[i]) ?? items[i], items[i + 1])
  }

  #build(): undefined {
    const state = this.#pop()
    const target = this.#top()
    // An OrderedDict's attributes, such as PyTorch's `_metadata`, do not affect tensors.
    if (target instanceof Map) return
    if (!(target instanceof PickleObject && target.setState(state))) this.#fail('an object to build', describe(target))
  }

  #persistent(): PickleValue {
    const id = this.#pop()
    return this.#host.persistent === undefined ? this.#fail('no persistent id', 'one') : this.#host.persistent(id)
  }

  #stackGlobal(): PickleGlobal {
    const name = this.#pop()
    const module = this.#pop()
    if (typeof name !== 'string' || typeof module !== 'string')
      return this.#fail('the name of a global', describe(name))
    return this.#global(module, name)
  }

  /** Carries out one instruction; undefined until STOP gives the result. */
  #execute(opcode: number): PickleValue | undefined {
    const reader = this.#reader
    switch (opcode) {
      case 0x80: {
        const protocol = reader.u8('protocol')
        if (protocol < 2 || protocol > 5) this.#fail('protocol 2 to 5', `${protocol}`)
        return
      }
      case 0x95: {
        const length = reader.u64('frame length')
        if (length > reader.left) this.#fail(`a frame of ${length} bytes`, `${reader.left}`)
        return
      }
      case 0x2e: // STOP
        return this.#pop()
      case 0x28: // MARK
        this.#outer.push(this.#stack)
        this.#stack = []
        return
      case 0x30: // POP
        if (this.#stack.length > 0) this.#pop()
        else this.#popMark()
        return
      case 0x31:
        this.#popMark()
        return
      case 0x32: // DUP
        return this.#push(this.#top())
      case 0x4e:
        return this.#push(null)
      case 0x88:
        return this.#push(true)
      case 0x89:
        return this.#push(false)
      case 0x4b: // BININT1
        return this.#push(reader.u8('integer'))
      case 0x4d: // BININT2
        return this.#push(reader.u16('integer'))
      case 0x4a: // BININT
        return this.#push(reader.i32('integer'))
      case 0x8a: // LONG1
        return this.#push(readLong(reader.take(reader.u8('integer length'), 'integer')))
      case 0x8b: {
        // LONG4
        const length = reader.u32('integer length')
        if (length > longestLong) this.#fail(`an integer of at most ${longestLong} bytes`, `${length} bytes`)
        return this.#push(readLong(reader.take(length, 'integer')))
      }
      case 0x47: // BINFLOAT
        return this.#push(reader.bigEndianF64('float'))
      case 0x8c: // SHORT_BINUNICODE
        return this.#push(reader.text(reader.u8('text length'), 'text'))
      case 0x58: // BINUNICODE
        return this.#push(reader.text(reader.u32('text length'), 'text'))
      case 0x8d: // BINUNICODE8
        return this.#push(reader.text(reader.u64('text length'), 'text'))
      case 0x43: // SHORT_BINBYTES
      case 0x55: // SHORT_BINSTRING
        return this.#push(reader.take(reader.u8('bytes length'), 'bytes'))
      case 0x42: // BINBYTES
      case 0x54: // BINSTRING
        return this.#push(reader.take(reader.u32('bytes length'), 'bytes'))
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return this.#push(reader.take(reader.u64('bytes length'), 'bytes'))
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        return this.#push([])
      case 0x61: // APPEND
        return this.#append([this.#pop()])
      case 0x65: // APPENDS
        return this.#append(this.#popMark())
      case 0x6c: // LIST
      case 0x74: // TUPLE
        return this.#push(this.#popMark())
      case 0x85:
      case 0x86:
      case 0x87: // TUPLE1, 2, 3
        return this.#push(this.#popTuple(opcode - 0x84))
      case 0x7d: // EMPTY_DICT
        return this.#push(new Map())
      case 0x73: // SETITEM
        return this.#setItems(this.#popTuple(2))
      case 0x75: // SETITEMS
        return this.#setItems(this.#popMark())
      case 0x8f: // EMPTY_SET
        return this.#push(new Set())
      case 0x90: {
        // ADDITEMS
        const values = this.#popMark()
        const set = this.#top()
        if (!(set instanceof Set)) return this.#fail('a set', describe(set))
        for (const value of values) set.add(value)
        return
      }
      case 0x91: // FROZENSET
        return this.#push(new Set(this.#popMark()))
      case 0x71: // BINPUT
        this.#memo.set(reader.u8('memo'), this.#top())
        return
      case 0x72: // LONG_BINPUT
        this.#memo.set(reader.u32('memo'), this.#top())
        return
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top())
        return
      case 0x68: // BINGET
        return this.#push(this.#recall(reader.u8('memo')))
      case 0x6a: // LONG_BINGET
        return this.#push(this.#recall(reader.u32('memo')))
      case 0x63: // GLOBAL
      case 0x69: // INST: refused when reading its global, or else on the next line
        this.#push(this.#global(readLine(reader), readLine(reader)))
        return opcode === 0x69 ? this.#fail('a newer pickle', 'the opcode INST') : undefined
      case 0x93:
        return this.#push(this.#stackGlobal())
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const args = this.#pop()
        return this.#push(this.#call(this.#pop(), args))
      }
      case 0x62:
        return this.#build()
      case 0x51: // BINPERSID
        return this.#push(this.#persistent())
      default:
        throw badWeights(
          this.#host.format,
          `refuses pickle opcode 0x${opcode.toString(16).padStart(2, '0')} at byte ${reader.at - 1}`,
        )
    }
  }

  run(): PickleValue {
    for (let count = 0; count < mostInstructions; count++) {
      const result = this.#execute(this.#reader.u8('pickle'))
      if (result !== undefined) return result
    }
    return this.#fail(`at most ${mostInstructions} instructions`, 'more')
  }
}

/** Reads one pickle, from the reader's place to just after its STOP. */
export const readPickle = (reader: ByteReader, host: PickleHost): PickleValue => new Unpickler(reader, host).run()
