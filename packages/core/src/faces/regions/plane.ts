/** Planes: one number for each pixel, such as how much of it is hair. Numbers only; what they mean is their maker's. */

/** `width * height` numbers, row by row from the top left. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** A plane of another size, bilinear between the middles of its pixels, its border repeated. For enlarging, or nearly so. */
export const resizePlane = (plane: Plane, width: number, height: number): Plane => {
  const across = tapsOf(plane.width, width)
  const down = tapsOf(plane.height, height)
  const data = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const [upper, lower] = [down.first[y] * plane.width, down.second[y] * plane.width]
    const v = down.weight[y]
    for (let x = 0; x < width; x++) {
      const [left, right, u] = [across.first[x], across.second[x], across.weight[x]]
      const above = plane.data[upper + left] * (1 - u) + plane.data[upper + right] * u
      const below = plane.data[lower + left] * (1 - u) + plane.data[lower + right] * u
      data[y * width + x] = above * (1 - v) + below * v
    }
  }
  return { width, height, data }
}

/** For each place along an axis the two it lies between, and the weight of the second. */
const tapsOf = (from: number, to: number) => {
  const [first, second, weight] = [new Int32Array(to), new Int32Array(to), new Float32Array(to)]
  for (let i = 0; i < to; i++) {
    const place = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1)
    first[i] = Math.floor(place)
    second[i] = Math.min(first[i] + 1, from - 1)
    weight[i] = place - first[i]
  }
  return { first, second, weight }
}
