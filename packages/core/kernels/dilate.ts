/** Maxima over squares: along rows, then along columns, by maxima of 2, 4, 8, ... numbers, two of which overlap to any number. */

/** Makes each number the larger of itself and the one `step` after it; there are `length` of those. */
function widen(data: usize, length: i32, step: i32): void {
  let at = data
  let next = data + ((<usize>step) << 2)
  let i: i32 = 0
  for (; i + 4 <= length; i += 4) {
    v128.store(at, f32x4.pmax(v128.load(at), v128.load(next)))
    at += 16
    next += 16
  }
  for (; i < length; i++) {
    const other = load<f32>(next)
    if (other > load<f32>(at)) store<f32>(at, other)
    at += 4
    next += 4
  }
}

/** Makes each of `count` numbers, or rows of `span`, the maximum of itself and the `side - 1` after it, which are there too. */
function mostOfNext(data: usize, count: i32, span: i32, side: i32): void {
  let reach: i32 = 1
  let length = (count + side - 1) * span
  while (reach < side) {
    const step = min(reach, side - reach)
    length -= step * span
    widen(data, length, step * span)
    reach += step
  }
}

/**
 * The maximum over squares of side `2 * radius + 1`, the border repeated, in place. `tall` has room for `width * (height + 2 * radius)`
 * singles, `line` for `width + 2 * radius`.
 */
export function dilate(data: usize, tall: usize, line: usize, width: i32, height: i32, radius: i32): void {
  const side = 2 * radius + 1
  const bytes = (<usize>width) << 2
  const within = tall + <usize>radius * bytes
  for (let y: i32 = 0; y < height; y++) {
    const row = data + <usize>y * bytes
    const inner = line + ((<usize>radius) << 2)
    memory.copy(inner, row, bytes)
    const first = load<f32>(row)
    const last = load<f32>(row + bytes - 4)
    for (let k: i32 = 0; k < radius; k++) {
      store<f32>(line + ((<usize>k) << 2), first)
      store<f32>(inner + bytes + ((<usize>k) << 2), last)
    }
    mostOfNext(line, width, 1, side)
    memory.copy(within + <usize>y * bytes, line, bytes)
  }
  for (let y: i32 = 0; y < radius; y++) {
    memory.copy(tall + <usize>y * bytes, within, bytes)
    memory.copy(within + <usize>(height + y) * bytes, within + <usize>(height - 1) * bytes, bytes)
  }
  mostOfNext(tall, height, width, side)
  memory.copy(data, tall, <usize>height * bytes)
}

/** The minimum over the same squares: the maximum of what is negative. */
export function erode(data: usize, tall: usize, line: usize, width: i32, height: i32, radius: i32): void {
  negate(data, width * height)
  dilate(data, tall, line, width, height, radius)
  negate(data, width * height)
}

function negate(data: usize, count: i32): void {
  let i: i32 = 0
  for (; i + 4 <= count; i += 4) {
    const at = data + ((<usize>i) << 2)
    v128.store(at, f32x4.neg(v128.load(at)))
  }
  for (; i < count; i++) {
    const at = data + ((<usize>i) << 2)
    store<f32>(at, -load<f32>(at))
  }
}
