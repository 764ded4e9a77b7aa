/** Colours of bytes looked up in tables, and brought to CIE Lab. */

/** The three values between a level's node and the next, of colours that lie between nodes of a table. */
function between(table: usize, at: i32, one: i32, two: i32, all: i32, most: f64, middle: f64, least: f64): f64 {
  const start = <f64>load<f32>(table + (<usize>at << 2))
  const second = <f64>load<f32>(table + (<usize>one << 2))
  const third = <f64>load<f32>(table + (<usize>two << 2))
  const last = <f64>load<f32>(table + (<usize>all << 2))
  return start + most * (second - start) + middle * (third - second) + least * (last - third) + 0.5
}

/**
 * Looks colours up, in place: bytes, `channels` a pixel, in a table of three singles a node, `nodes` along each channel, interpolated in tetrahedra. `below` has the
 * node (bytes) below each level, `fraction` (singles) where a level lies between that and the next.
 */
export function lookUp(
  pixels: usize,
  count: i32,
  channels: i32,
  table: usize,
  nodes: i32,
  below: usize,
  fraction: usize,
): void {
  const alongBlue: i32 = 3
  const alongGreen = 3 * nodes
  const alongRed = alongGreen * nodes
  const alongAll = alongRed + alongGreen + alongBlue
  let pixel = pixels
  for (let i: i32 = 0; i < count; i++) {
    const r = <usize>load<u8>(pixel, 0)
    const g = <usize>load<u8>(pixel, 1)
    const b = <usize>load<u8>(pixel, 2)
    const red = <f64>load<f32>(fraction + (r << 2))
    const green = <f64>load<f32>(fraction + (g << 2))
    const blue = <f64>load<f32>(fraction + (b << 2))
    const at =
      <i32>load<u8>(below + r) * alongRed + <i32>load<u8>(below + g) * alongGreen + <i32>load<u8>(below + b) * alongBlue
    // From corner to corner of the cube, first along the channel furthest from the node, last along the nearest.
    const most = max(max(red, green), blue)
    const least = min(min(red, green), blue)
    const middle = red + green + blue - most - least
    const one = at + (red == most ? alongRed : green == most ? alongGreen : alongBlue)
    const two = at + alongAll - (blue == least ? alongBlue : green == least ? alongGreen : alongRed)
    const all = at + alongAll
    store<u8>(pixel, <u8>(<i32>between(table, at, one, two, all, most, middle, least)), 0)
    store<u8>(pixel, <u8>(<i32>between(table, at + 1, one + 1, two + 1, all + 1, most, middle, least)), 1)
    store<u8>(pixel, <u8>(<i32>between(table, at + 2, one + 2, two + 2, all + 2, most, middle, least)), 2)
    pixel += <usize>channels
  }
}

/** Lab's curve, of light from 0 to 1. */
function root(light: f64): f64 {
  return light > 216.0 / 24389.0 ? Math.cbrt(light) : (light * (24389.0 / 27.0) + 16) / 116
}

/** Colours of bytes as L, a and b, three singles a pixel; `linear` has the light (double) of each level. */
export function toLab(pixels: usize, count: i32, channels: i32, linear: usize, out: usize): void {
  let pixel = pixels
  let to = out
  for (let i: i32 = 0; i < count; i++) {
    const r = load<f64>(linear + (<usize>load<u8>(pixel, 0) << 3))
    const g = load<f64>(linear + (<usize>load<u8>(pixel, 1) << 3))
    const b = load<f64>(linear + (<usize>load<u8>(pixel, 2) << 3))
    const x = root((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.950456)
    const y = root(0.212671 * r + 0.71516 * g + 0.072169 * b)
    const z = root((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.088754)
    store<f32>(to, <f32>(116 * y - 16), 0)
    store<f32>(to, <f32>(500 * (x - y)), 4)
    store<f32>(to, <f32>(200 * (y - z)), 8)
    pixel += <usize>channels
    to += 12
  }
}

/** Their lightness alone. */
export function toLightness(pixels: usize, count: i32, channels: i32, linear: usize, out: usize): void {
  let pixel = pixels
  for (let i: i32 = 0; i < count; i++) {
    const r = load<f64>(linear + (<usize>load<u8>(pixel, 0) << 3))
    const g = load<f64>(linear + (<usize>load<u8>(pixel, 1) << 3))
    const b = load<f64>(linear + (<usize>load<u8>(pixel, 2) << 3))
    const y = root(0.212671 * r + 0.71516 * g + 0.072169 * b)
    store<f32>(out + (<usize>i << 2), <f32>(116 * y - 16))
    pixel += <usize>channels
  }
}
