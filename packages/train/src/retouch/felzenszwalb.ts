/**
 * Superpixels by Felzenszwalb and Huttenlocher (Efficient Graph-Based Image Segmentation, 2004), as scikit-image's
 * `segmentation.felzenszwalb` computes them, and the picture with each of them in its mean colour, as `label2rgb(kind=
 * 'avg')`. Two regions are joined where the edge between them is weaker than the edges inside both, with some
 * allowance for small ones.
 */
import type { Picture } from '@animegan/core'

export interface RegionOptions {
  /** The allowance for small regions: larger, larger regions. scikit-image's `scale`. */
  readonly scale: number
  /** Deviation in pixels of the Gaussian that the picture is blurred by first. */
  readonly sigma: number
  /** Regions with fewer pixels are joined to a neighbour. scikit-image's `min_size`. */
  readonly smallest: number
}

/** The picture, RGB, with every region in its mean colour, fractions dropped. */
export const regionMeans = (picture: Picture, options: RegionOptions): Picture => {
  const { width, height, channels, data } = picture
  const region = regionsOf(picture, options)
  const sums = new Uint32Array(region.length * 3)
  const sizes = new Uint32Array(region.length)
  for (let i = 0; i < region.length; i++) {
    sizes[region[i]]++
    for (let c = 0; c < 3; c++) sums[region[i] * 3 + c] += data[i * channels + c]
  }
  const out = new Uint8Array(region.length * 3)
  for (let i = 0; i < region.length; i++)
    for (let c = 0; c < 3; c++) out[i * 3 + c] = Math.floor(sums[region[i] * 3 + c] / sizes[region[i]])
  return { width, height, channels: 3, data: out }
}

/** The region of every pixel: the index of one of its pixels. */
export const regionsOf = (picture: Picture, { scale, sigma, smallest }: RegionOptions): Int32Array => {
  const { from, to, cost } = edgesOf(blurred(picture, sigma), picture.width, picture.height)
  const order = sorted(cost)
  const count = picture.width * picture.height
  const parent = new Int32Array(count)
  for (let i = 0; i < count; i++) parent[i] = i
  const size = new Uint32Array(count).fill(1)
  /** The largest cost of an edge that joined each region. */
  const inner = new Float64Array(count)
  const allowance = scale / 255

  const rootOf = (i: number): number => {
    let at = i
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]]
      at = parent[at]
    }
    return at
  }
  const join = (a: number, b: number): number => {
    const root = size[a] >= size[b] ? a : b
    const other = root === a ? b : a
    parent[other] = root
    size[root] += size[other]
    return root
  }

  for (let e = 0; e < order.length; e++) {
    const edge = order[e]
    const a = rootOf(from[edge])
    const b = rootOf(to[edge])
    if (a === b) continue
    const bound = Math.min(inner[a] + allowance / size[a], inner[b] + allowance / size[b])
    if (cost[edge] < bound) inner[join(a, b)] = cost[edge]
  }
  for (let e = 0; e < order.length; e++) {
    const a = rootOf(from[order[e]])
    const b = rootOf(to[order[e]])
    if (a !== b && (size[a] < smallest || size[b] < smallest)) join(a, b)
  }
  return parent.map((_, i) => rootOf(i))
}

/** The picture's colours, 0 to 1, blurred by a Gaussian cut off at four deviations, border reflected with its edge. */
const blurred = ({ width, height, channels, data }: Picture, sigma: number): Float64Array => {
  const radius = Math.floor(4 * sigma + 0.5)
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp((-0.5 * (i - radius) ** 2) / sigma ** 2))
  const total = weights.reduce((sum, weight) => sum + weight)
  const kernel = weights.map((weight) => weight / total)
  const colours = new Float64Array(width * height * 3)
  for (let i = 0, o = 0; o < colours.length; i += channels)
    for (let c = 0; c < 3; c++, o++) colours[o] = data[i + c] / 255
  const along = (values: Float64Array, length: number, stride: number): Float64Array => {
    const out = new Float64Array(values.length)
    const places = Int32Array.from({ length: length + 2 * radius }, (_, i) => reflect(i - radius, length) * stride)
    for (let start = 0; start < values.length; start += length * stride) {
      for (let q = 0; q < stride; q++) {
        for (let i = 0; i < length; i++) {
          let sum = 0
          for (let k = 0; k < kernel.length; k++) sum += kernel[k] * values[start + q + places[i + k]]
          out[start + q + i * stride] = sum
        }
      }
    }
    return out
  }
  return along(along(colours, height, width * 3), width, 3)
}

/** The index that `i` is the mirror image of, the outermost pixel repeated: c b a | a b c | c b a. */
const reflect = (i: number, count: number): number => {
  const at = ((i % (2 * count)) + 2 * count) % (2 * count)
  return at < count ? at : 2 * count - 1 - at
}

/** The edges between neighbours, diagonal ones too: right, below, below to the right, above to the right. */
const edgesOf = (colours: Float64Array, width: number, height: number) => {
  const count = width * height
  const [from, to] = [new Int32Array(4 * count), new Int32Array(4 * count)]
  const cost = new Float64Array(4 * count)
  let edges = 0
  const add = (a: number, b: number): void => {
    const red = colours[a * 3] - colours[b * 3]
    const green = colours[a * 3 + 1] - colours[b * 3 + 1]
    const blue = colours[a * 3 + 2] - colours[b * 3 + 2]
    from[edges] = a
    to[edges] = b
    cost[edges++] = Math.sqrt(red * red + green * green + blue * blue)
  }
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
    [1, 1],
    [1, -1],
  ]) {
    for (let y = Math.max(0, -dy); y < height - Math.max(0, dy); y++)
      for (let x = 0; x < width - dx; x++) add((y + dy) * width + x + dx, y * width + x)
  }
  return { from, to, cost: cost.subarray(0, edges) }
}

const radixBits = 11

/**
 * The indices of numbers from 0 up in rising order; equal ones keep theirs. The bits of such numbers, taken as whole
 * numbers, have the same order: a radix sort by their upper halves leaves little to the insertion sort that follows.
 */
const sorted = (values: Float64Array): Uint32Array => {
  const count = values.length
  const halves = new Uint32Array(new Float64Array(values).buffer)
  let order = new Uint32Array(count)
  let next = new Uint32Array(count)
  for (let i = 0; i < count; i++) order[i] = i
  for (let shift = 0; shift < 32; shift += radixBits) {
    const starts = new Uint32Array((1 << radixBits) + 1)
    const last = (1 << radixBits) - 1
    for (let i = 0; i < count; i++) starts[((halves[2 * i + 1] >>> shift) & last) + 1]++
    for (let d = 1; d < starts.length; d++) starts[d] += starts[d - 1]
    for (let i = 0; i < count; i++) next[starts[(halves[2 * order[i] + 1] >>> shift) & last]++] = order[i]
    ;[order, next] = [next, order]
  }
  for (let i = 1; i < count; i++) {
    const moved = order[i]
    const value = values[moved]
    let at = i
    for (; at > 0 && values[order[at - 1]] > value; at--) order[at] = order[at - 1]
    order[at] = moved
  }
  return order
}
