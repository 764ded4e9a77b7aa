/** Distances from outlines, and means along lines that curve. */

/**
 * Each pixel's distance from the nearest of `count` straight sides, in a square of `size` pixels; negative where `inside` is above a half. A side is
 * five doubles: where it starts, x and y, its way to its end, and one by that way's square.
 */
export function distances(sides: usize, count: i32, inside: usize, size: i32, out: usize): void {
  const zero = f64x2.splat(0)
  const one = f64x2.splat(1)
  const end = sides + <usize>(40 * count)
  for (let row: i32 = 0; row < size; row++) {
    const py = f64x2.splat(<f64>row + 0.5)
    for (let column: i32 = 0; column < size; column += 2) {
      const px = f64x2.replace_lane(f64x2.splat(<f64>column + 0.5), 1, <f64>column + 1.5)
      let least = f64x2.splat(Infinity)
      for (let side = sides; side < end; side += 40) {
        const x = f64x2.sub(px, v128.load64_splat(side, 0))
        const y = f64x2.sub(py, v128.load64_splat(side, 8))
        const dx = v128.load64_splat(side, 16)
        const dy = v128.load64_splat(side, 24)
        const t = f64x2.mul(f64x2.add(f64x2.mul(x, dx), f64x2.mul(y, dy)), v128.load64_splat(side, 32))
        const along = f64x2.min(one, f64x2.max(zero, t))
        const across = f64x2.sub(x, f64x2.mul(along, dx))
        const down = f64x2.sub(y, f64x2.mul(along, dy))
        least = f64x2.min(least, f64x2.add(f64x2.mul(across, across), f64x2.mul(down, down)))
      }
      const far = f64x2.sqrt(least)
      const place = (<usize>(row * size + column)) << 2
      const first = <f32>f64x2.extract_lane(far, 0)
      store<f32>(out + place, load<f32>(inside + place) > 0.5 ? -first : first)
      if (column + 1 === size) break
      const second = <f32>f64x2.extract_lane(far, 1)
      store<f32>(out + place, load<f32>(inside + place, 4) > 0.5 ? -second : second, 4)
    }
  }
}

/**
 * Means along a field of directions (x, y: singles): from each pixel where `near` is not 0 steps of `step` pixels to both sides, each with its weight
 * (singles) beside 1 for the pixel itself. Elsewhere `out` is as it was.
 */
export function alongLines(
  data: usize,
  x: usize,
  y: usize,
  near: usize,
  weights: usize,
  steps: i32,
  step: f64,
  width: i32,
  height: i32,
  out: usize,
): void {
  for (let row: i32 = 0; row < height; row++) {
    for (let column: i32 = 0; column < width; column++) {
      const place = (<usize>(row * width + column)) << 2
      if (load<f32>(near + place) === 0) continue
      let sum = <f64>load<f32>(data + place)
      let total: f64 = 1
      for (let way: i32 = 0; way < 2; way++) {
        let px = <f64>column
        let py = <f64>row
        const startX = <f64>load<f32>(x + place)
        const startY = <f64>load<f32>(y + place)
        let dx = way === 0 ? startX : -startX
        let dy = way === 0 ? startY : -startY
        for (let k: i32 = 0; k < steps; k++) {
          px += dx * step
          py += dy * step
          if (!(px >= 0 && py >= 0 && px < <f64>(width - 1) && py < <f64>(height - 1))) break
          const left = <i32>px
          const top = <i32>py
          const at = data + ((<usize>(top * width + left)) << 2)
          const below = at + ((<usize>width) << 2)
          const u = px - <f64>left
          const v = py - <f64>top
          const a = <f64>load<f32>(at)
          const c = <f64>load<f32>(below)
          const upper = a + (<f64>load<f32>(at, 4) - a) * u
          const lower = c + (<f64>load<f32>(below, 4) - c) * u
          const weight = <f64>load<f32>(weights + ((<usize>k) << 2))
          sum += weight * (upper + (lower - upper) * v)
          total += weight
          const next = (<usize>(top * width + left + (u > 0.5 ? 1 : 0) + (v > 0.5 ? width : 0))) << 2
          const nextX = <f64>load<f32>(x + next)
          const nextY = <f64>load<f32>(y + next)
          if (nextX * dx + nextY * dy < 0) {
            dx = -nextX
            dy = -nextY
          } else {
            dx = nextX
            dy = nextY
          }
        }
      }
      store<f32>(out + place, <f32>(sum / total))
    }
  }
}
