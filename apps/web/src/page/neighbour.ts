/** Which of many boxes an arrow key leads to, so that a crowd of them is one stop of the Tab key. Knows no elements. */
import type { Box } from '@animegan/core'

const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** How much farther a box counts for each pixel that it lies beside the way. */
const BESIDE = 3

/**
 * The number of the box that a key leads to from another: arrows to the nearest in their direction, Page Up and Page Down to
 * the one before and after, Home and End to the first and last; undefined if there is none. A box that no arrow leads to, as
 * there may be in a crowd, is reached by the other keys.
 */
export const neighbour = (boxes: readonly Box[], from: number, key: string): number | undefined => {
  const steps: Readonly<Record<string, number>> = {
    Home: 0,
    End: boxes.length - 1,
    PageUp: Math.max(0, from - 1),
    PageDown: Math.min(boxes.length - 1, from + 1),
  }
  if (key in steps) return steps[key]
  const direction = directions[key]
  if (!direction) return undefined
  const [dx, dy] = direction
  const middle = ({ x, y, width, height }: Box): [number, number] => [x + width / 2, y + height / 2]
  const [x, y] = middle(boxes[from])
  let found: number | undefined
  let least = Infinity
  for (const [index, box] of boxes.entries()) {
    const [bx, by] = middle(box)
    const ahead = (bx - x) * dx + (by - y) * dy
    const distance = ahead + BESIDE * Math.abs((bx - x) * dy + (by - y) * dx)
    if (ahead <= 0 || distance >= least) continue
    least = distance
    found = index
  }
  return found
}
