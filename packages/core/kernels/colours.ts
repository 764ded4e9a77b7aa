/** Colours of bytes looked up in tables, and brought to CIE Lab. */

/** Two channels of a colour between four nodes of a table, rounded down. */
function between(start: usize, one: usize, two: usize, end: usize, most: v128, middle: v128, least: v128): v128 {
  const first = v128.load(start)
  const second = v128.load(one)
  const third = v128.load(two)
  let value = f64x2.add(first, f64x2.mul(most, f64x2.sub(second, first)))
  value = f64x2.add(value, f64x2.mul(middle, f64x2.sub(third, second)))
  value = f64x2.add(value, f64x2.mul(least, f64x2.sub(v128.load(end), third)))
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(value, f64x2.splat(0.5)))
}

/**
 * Looks colours up, in place: bytes, `channels` a pixel, in a table of four doubles a node, red, green, blue and nothing, with `nodes` along each
 * channel, interpolated in tetrahedra. `below` has the node (bytes) below each level, `fraction` (doubles) where a level lies between that and the next.
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
  const alongBlue: usize = 32
  const alongGreen = (<usize>nodes) << 5
  const alongRed = alongGreen * <usize>nodes
  const alongAll = alongRed + alongGreen + alongBlue
  let pixel = pixels
  for (let i: i32 = 0; i < count; i++) {
    const r = <usize>load<u8>(pixel, 0)
    const g = <usize>load<u8>(pixel, 1)
    const b = <usize>load<u8>(pixel, 2)
    const red = load<f64>(fraction + (r << 3))
    const green = load<f64>(fraction + (g << 3))
    const blue = load<f64>(fraction + (b << 3))
    const at =
      table +
      <usize>load<u8>(below + r) * alongRed +
      <usize>load<u8>(below + g) * alongGreen +
      <usize>load<u8>(below + b) * alongBlue
    // From corner to corner of the cube, first along the channel furthest from the node, last along the nearest. By selections, not by
    // branches, which no processor could predict.
    const redFirst = i32(red >= green) & i32(red >= blue)
    const greenFirst = i32(green >= blue) & (redFirst ^ 1)
    const blueLast = i32(blue <= red) & i32(blue <= green)
    const greenLast = i32(green <= red) & (blueLast ^ 1)
    const most = select(red, select(green, blue, greenFirst), redFirst)
    const least = select(blue, select(green, red, greenLast), blueLast)
    const one = at + select(alongRed, select(alongGreen, alongBlue, greenFirst), redFirst)
    const two = at + alongAll - select(alongBlue, select(alongGreen, alongRed, greenLast), blueLast)
    const end = at + alongAll
    const mosts = f64x2.splat(most)
    const middles = f64x2.splat(red + green + blue - most - least)
    const leasts = f64x2.splat(least)
    const redGreen = between(at, one, two, end, mosts, middles, leasts)
    const blues = between(at + 16, one + 16, two + 16, end + 16, mosts, middles, leasts)
    store<u8>(pixel, <u8>i32x4.extract_lane(redGreen, 0), 0)
    store<u8>(pixel, <u8>i32x4.extract_lane(redGreen, 1), 1)
    store<u8>(pixel, <u8>i32x4.extract_lane(blues, 0), 2)
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
    const r = load<f64>(linear + ((<usize>load<u8>(pixel, 0)) << 3))
    const g = load<f64>(linear + ((<usize>load<u8>(pixel, 1)) << 3))
    const b = load<f64>(linear + ((<usize>load<u8>(pixel, 2)) << 3))
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
    const r = load<f64>(linear + ((<usize>load<u8>(pixel, 0)) << 3))
    const g = load<f64>(linear + ((<usize>load<u8>(pixel, 1)) << 3))
    const b = load<f64>(linear + ((<usize>load<u8>(pixel, 2)) << 3))
    const y = root(0.212671 * r + 0.71516 * g + 0.072169 * b)
    store<f32>(out + ((<usize>i) << 2), <f32>(116 * y - 16))
    pixel += <usize>channels
  }
}
