/**
 * Kernels: loops over planes in WebAssembly, which do two or four numbers at once. They take a fifth to an eighth of the time of the same
 * loops in JavaScript and give the same bytes, because they compute in doubles, too. Their source is `packages/core/kernels`, in AssemblyScript, a
 * dialect of TypeScript; `npm run kernels` compiles it to code.ts. What they compute is said there, and by the functions that call them.
 */
import { code } from './code.ts'

// The platform's, which browsers and Node both have; they are declared, since this package is written for neither.
declare const atob: (base64: string) => string
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

/** A place in the kernels' memory, in bytes. */
export type Place = number

/** A function of the compiled code; what its arguments are is said in its source. */
type Kernel = (...args: readonly (Place | number)[]) => number

/** What the compiled code has. */
interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  boxMean: Kernel
  weightedMean: Kernel
  lookUp: Kernel
  toLab: Kernel
  toLightness: Kernel
  dilate: Kernel
  erode: Kernel
  above: Kernel
  nearLevel: Kernel
  acrossRgb: Kernel
  acrossRgba: Kernel
  sumRows: Kernel
  toBytes: Kernel
  toRgbaBytes: Kernel
  enlarge: Kernel
  gridPlaces: Kernel
  moveMask: Kernel
  cutPiece: Kernel
  readAt: Kernel
  readBetween: Kernel
  alongLines: Kernel
  distances: Kernel
  prepareSearch: Kernel
  searchPatch: Kernel
  writeFound: Kernel
  patchDifference: Kernel
  searchLevel: Kernel
  mixMoved: Kernel
  moveRgba: Kernel
}

/** Arrays that a kernel reads or writes. */
type Numbers = Float32Array | Float64Array | Int32Array | Int16Array | Uint8Array

/** Bytes of a single and of a double. */
export const [SINGLE, DOUBLE] = [Float32Array.BYTES_PER_ELEMENT, Float64Array.BYTES_PER_ELEMENT]

const PAGE = 65536
/** Places are multiples of this, in bytes: that of the widest instructions. */
const ALIGNED = 16

let loaded: Kernels | undefined

/** The kernels of this thread, compiled when they are first needed: about a millisecond. */
const kernels = (): Kernels => {
  loaded ??= new WebAssembly.Instance(
    new WebAssembly.Module(Uint8Array.from(atob(code), (character) => character.charCodeAt(0))),
    {},
  ).exports as Kernels
  return loaded
}

/**
 * The kernels' memory while one job is done. Arrays are copied in, and the result out; the next job writes over all of it, so no place is
 * kept. It is as large as the largest job needed, and never smaller again.
 */
export class Workbench {
  readonly kernels: Kernels = kernels()
  // The code has no data of its own in the memory.
  #next: Place = 0

  /** Room for so many bytes; what is there is undefined. */
  room(bytes: number): Place {
    const place = Math.ceil(this.#next / ALIGNED) * ALIGNED
    this.#next = place + bytes
    const { memory } = this.kernels
    // One instruction's width more: a kernel may read beyond the end what it does not use.
    const missing = this.#next + ALIGNED - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
    return place
  }

  /** Copies an array in. */
  put(numbers: Numbers): Place {
    const place = this.room(numbers.byteLength)
    this.set(place, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
    return place
  }

  /** Copies bytes to a place. */
  set(place: Place, bytes: Uint8Array): void {
    new Uint8Array(this.kernels.memory.buffer, place, bytes.length).set(bytes)
  }

  /** What lies at a place, as bytes; valid until there is more room. */
  bytes(place: Place, count: number): Uint8Array {
    return new Uint8Array(this.kernels.memory.buffer, place, count)
  }

  // An array buffer's own copy is not filled with zeros first, a typed array's is.
  #copy(place: Place, bytes: number): ArrayBuffer {
    return this.kernels.memory.buffer.slice(place, place + bytes)
  }

  /** Copies `count` singles out. */
  singles(place: Place, count: number): Float32Array {
    return new Float32Array(this.#copy(place, SINGLE * count))
  }

  /** Copies `count` doubles out. */
  doubles(place: Place, count: number): Float64Array {
    return new Float64Array(this.#copy(place, DOUBLE * count))
  }

  /** Copies `count` whole numbers out. */
  integers(place: Place, count: number): Int32Array {
    return new Int32Array(this.#copy(place, Int32Array.BYTES_PER_ELEMENT * count))
  }
}
