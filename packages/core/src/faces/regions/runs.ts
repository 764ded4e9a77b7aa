/**
 * Long loops over planes in short runs, each a call. JavaScript engines compile a function while it runs, but enter what they
 * compiled when it is called next: a loop over a million pixels in one function, as a picture of one face has many, would be over
 * before. Nothing of what is computed changes.
 */
import type { Box } from './box.ts'

/** Numbers in a run: some microseconds of work. */
const LENGTH = 1024

/** Calls `run` for all of `count` numbers, in order: from the first to before the second that it is given. */
export const inRuns = (count: number, run: (from: number, to: number) => void): void => {
  for (let from = 0; from < count; from += LENGTH) run(from, Math.min(count, from + LENGTH))
}

/** The same for the pixels of a box of a plane that is `width` wide: run by run a row of the box, whose number comes last. */
export const inRows = (
  { left, top, right, bottom }: Box,
  width: number,
  run: (from: number, to: number, row: number) => void,
): void => {
  for (let row = top; row < bottom; row++) run(row * width + left, row * width + right, row)
}
