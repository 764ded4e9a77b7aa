/**
 * Multiplies a picture's frequencies, by a fast Fourier transform in two dimensions of any size with small factors. The
 * frequencies come in the order in which decimation leaves them and go back from it, so that nothing is put into
 * order; only a filter that is given by a function of the frequency can therefore be applied.
 */

/** One step of the transform along an axis: blocks of `length` become `radix` blocks of a `radix`th of it. */
interface Stage {
  readonly radix: number
  readonly length: number
  /** Cosine and sine of each multiple of a `length`th of a turn. */
  readonly cos: Float64Array
  readonly sin: Float64Array
}

interface Axis {
  readonly size: number
  readonly stages: readonly Stage[]
  /** The frequency at each place after the transform. */
  readonly frequencies: readonly number[]
}

const axisOf = (size: number): Axis => {
  const stages: Stage[] = []
  for (let length = size; length > 1; ) {
    const radix = length % 4 === 0 ? 4 : smallestFactor(length)
    const turn = (i: number): number => (2 * Math.PI * i) / length
    const cos = Float64Array.from({ length }, (_, i) => Math.cos(turn(i)))
    const sin = Float64Array.from({ length }, (_, i) => Math.sin(turn(i)))
    stages.push({ radix, length, cos, sin })
    length /= radix
  }
  const frequencies = Array.from({ length: size }, (_, place) => {
    let frequency = 0
    let step = 1
    for (const { radix, length } of stages) {
      frequency += step * Math.floor((place % length) / (length / radix))
      step *= radix
    }
    return frequency
  })
  return { size, stages, frequencies }
}

const smallestFactor = (n: number): number => {
  for (let factor = 2; factor * factor <= n; factor++) if (n % factor === 0) return factor
  return n
}

/**
 * A function that multiplies the frequencies of a field of complex numbers, `re` and `im` of [height, width], in place.
 * `gain(i)` is the factor of frequency `(fx, fy)` as `frequencies` lists it: a real one, the same for opposite
 * frequencies, keeps two real fields in `re` and `im` apart.
 */
export const frequencyFilter = (width: number, height: number) => {
  const [across, down] = [axisOf(width), axisOf(height)]
  const count = width * height
  return {
    /** The frequencies, in turns per picture, at each of the places that gains are given for. */
    frequencies: Array.from({ length: count }, (_, i) => ({
      x: across.frequencies[i % width],
      y: down.frequencies[Math.floor(i / width)],
    })),
    apply(re: Float64Array, im: Float64Array, gains: Float64Array): void {
      for (const stage of across.stages) decimate(re, im, stage, 1)
      for (const stage of down.stages) decimate(re, im, stage, width)
      for (let i = 0; i < count; i++) {
        const gain = gains[i] / count
        re[i] *= gain
        im[i] *= gain
      }
      for (const stage of down.stages.toReversed()) restore(re, im, stage, width)
      for (const stage of across.stages.toReversed()) restore(re, im, stage, 1)
    },
  }
}

/** A stage of the forward transform along the axis whose neighbours are `stride` apart. */
const decimate = (re: Float64Array, im: Float64Array, stage: Stage, stride: number): void => {
  const { radix, length, cos, sin } = stage
  const part = (length / radix) * stride
  if (radix === 4) {
    for (let block = 0; block < re.length; block += length * stride) {
      for (let p = 0; p * stride < part; p++) {
        const c1 = cos[p]
        const s1 = sin[p]
        const c2 = cos[2 * p]
        const s2 = sin[2 * p]
        const c3 = cos[3 * p]
        const s3 = sin[3 * p]
        for (let a = block + p * stride, end = a + stride; a < end; a++) {
          const b = a + part
          const c = b + part
          const d = c + part
          const r0 = re[a] + re[c]
          const i0 = im[a] + im[c]
          const r1 = re[a] - re[c]
          const i1 = im[a] - im[c]
          const r2 = re[b] + re[d]
          const i2 = im[b] + im[d]
          const r3 = re[b] - re[d]
          const i3 = im[b] - im[d]
          re[a] = r0 + r2
          im[a] = i0 + i2
          const x1 = r1 + i3
          const y1 = i1 - r3
          const x2 = r0 - r2
          const y2 = i0 - i2
          const x3 = r1 - i3
          const y3 = i1 + r3
          re[b] = x1 * c1 + y1 * s1
          im[b] = y1 * c1 - x1 * s1
          re[c] = x2 * c2 + y2 * s2
          im[c] = y2 * c2 - x2 * s2
          re[d] = x3 * c3 + y3 * s3
          im[d] = y3 * c3 - x3 * s3
        }
      }
    }
    return
  }
  general(re, im, stage, stride, false)
}

/** The inverse of `decimate`, but for a factor of `radix`. */
const restore = (re: Float64Array, im: Float64Array, stage: Stage, stride: number): void => {
  const { radix, length, cos, sin } = stage
  const part = (length / radix) * stride
  if (radix === 4) {
    for (let block = 0; block < re.length; block += length * stride) {
      for (let p = 0; p * stride < part; p++) {
        const c1 = cos[p]
        const s1 = sin[p]
        const c2 = cos[2 * p]
        const s2 = sin[2 * p]
        const c3 = cos[3 * p]
        const s3 = sin[3 * p]
        for (let a = block + p * stride, end = a + stride; a < end; a++) {
          const b = a + part
          const c = b + part
          const d = c + part
          const x1 = re[b] * c1 - im[b] * s1
          const y1 = im[b] * c1 + re[b] * s1
          const x2 = re[c] * c2 - im[c] * s2
          const y2 = im[c] * c2 + re[c] * s2
          const x3 = re[d] * c3 - im[d] * s3
          const y3 = im[d] * c3 + re[d] * s3
          const r0 = re[a] + x2
          const i0 = im[a] + y2
          const r1 = re[a] - x2
          const i1 = im[a] - y2
          const r2 = x1 + x3
          const i2 = y1 + y3
          const r3 = x1 - x3
          const i3 = y1 - y3
          re[a] = r0 + r2
          im[a] = i0 + i2
          re[b] = r1 - i3
          im[b] = i1 + r3
          re[c] = r0 - r2
          im[c] = i0 - i2
          re[d] = r1 + i3
          im[d] = i1 - r3
        }
      }
    }
    return
  }
  general(re, im, stage, stride, true)
}

/** A stage of any radix, in either direction, by the definition of the transform. */
const general = (re: Float64Array, im: Float64Array, stage: Stage, stride: number, inverse: boolean): void => {
  const { radix, length, cos, sin } = stage
  const part = length / radix
  const [real, imaginary] = [new Float64Array(radix), new Float64Array(radix)]
  /** Multiplies by a power of the root of unity of `length`: against the turn in the forward direction. */
  const turned = (x: number, y: number, power: number): readonly [number, number] => {
    const [c, s] = [cos[power % length], inverse ? sin[power % length] : -sin[power % length]]
    return [x * c - y * s, y * c + x * s]
  }
  for (let start = 0; start < re.length; start += length * stride) {
    for (let p = 0; p < part; p++) {
      for (let a = start + p * stride, end = a + stride; a < end; a++) {
        for (let k = 0; k < radix; k++) {
          const at = a + k * part * stride
          const [x, y] = inverse ? turned(re[at], im[at], p * k) : [re[at], im[at]]
          real[k] = x
          imaginary[k] = y
        }
        for (let k = 0; k < radix; k++) {
          let [sumX, sumY] = [0, 0]
          for (let j = 0; j < radix; j++) {
            const [x, y] = turned(real[j], imaginary[j], j * k * part)
            sumX += x
            sumY += y
          }
          const at = a + k * part * stride
          ;[re[at], im[at]] = inverse ? [sumX, sumY] : turned(sumX, sumY, p * k)
        }
      }
    }
  }
}
