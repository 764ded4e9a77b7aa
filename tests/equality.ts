/**
 * Makes `toEqual` of large typed arrays fast, for every test file: those of one type with the same bytes are equal. All others are
 * compared by Vitest, element by element, which takes seconds for the weights of a network.
 */
import { expect } from 'vitest'

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

const sameBytes = (a: unknown, b: unknown): true | undefined =>
  ArrayBuffer.isView(a) && ArrayBuffer.isView(b) && a.constructor === b.constructor && bytesOf(a).equals(bytesOf(b))
    ? true
    : undefined

// Test files that share a process share its list of testers: a second entry would only be asked in vain.
const added = Symbol.for('animegan.sameBytes')
if (!(added in globalThis)) expect.addEqualityTesters([sameBytes])
Object.assign(globalThis, { [added]: true })
