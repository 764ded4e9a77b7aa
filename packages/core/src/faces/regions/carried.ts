/**
 * Regions of a head carried through a clip: found now and then, moved along with the head in between, and mixed with what
 * was there when they are found anew, so that masses neither tremble nor jump. Kept as bytes, because a clip that is
 * resumed must go on with the same. What regions are is regions.ts's.
 */
import { SINGLE, Workbench } from '../../kernels/kernels.ts'
import { fromHead, type Head, toHead } from '../landmarks/head.ts'
import { type PixelSquare, SIZE } from './crop.ts'
import type { Plane } from './plane.ts'
import type { RegionSigns, Regions } from './regions.ts'

/** The masks of regions, in the order in which they are kept. */
export const MASKS = ['skin', 'hair', 'beard', 'clothes', 'background', 'glasses', 'teeth'] as const

/** Regions as they were found, and the head that they are of. */
export interface KeptRegions {
  /** When they were found, in seconds. */
  readonly at: number
  readonly head: Head
  readonly square: PixelSquare
  readonly signs: RegionSigns
  /** The masks one after the other, 0 to 255. */
  readonly masks: Uint8Array
}

/** Bytes of the masks of one head. */
export const KEPT_BYTES = MASKS.length * SIZE * SIZE

/** Seconds for which regions are carried before they are found anew. */
const CARRIED = 0.12
/** A head that has turned by so many degrees, or grown by this factor, looks different. */
const [TURNED, GROWN] = [6, 1.15]
/** The share that carried masks keep when they are found anew. */
const KEPT_SHARE = 0.5

const byMask = (make: (name: (typeof MASKS)[number], place: number) => Plane): Record<(typeof MASKS)[number], Plane> =>
  Object.fromEntries(MASKS.map((name, place) => [name, make(name, place)])) as Record<(typeof MASKS)[number], Plane>

/** Whether a head looks as it did, so that its masks can be carried. */
const looksAlike = (one: Head, other: Head): boolean => {
  const grown = other.unit / one.unit
  return (
    Math.abs(one.yaw - other.yaw) < TURNED &&
    Math.abs(one.pitch - other.pitch) < TURNED &&
    grown < GROWN &&
    grown > 1 / GROWN
  )
}

/** Kept regions where the head is now. */
const moved = ({ head: from, square: old, masks, signs }: KeptRegions, head: Head, square: PixelSquare): Regions => {
  const count = SIZE * SIZE
  const [step, back] = [square.side / SIZE, SIZE / old.side]
  /** Where a place of a mask was in the kept ones, between middles of pixels. */
  const was = (x: number, y: number) => {
    const at = fromHead(from, toHead(head, { x: square.x + x * step, y: square.y + y * step }))
    return { x: (at.x - old.x) * back - 0.5, y: (at.y - old.y) * back - 0.5 }
  }
  // The move is linear: three places make all.
  const [first, across, down] = [was(0.5, 0.5), was(1.5, 0.5), was(0.5, 1.5)]
  const steps = [across.x - first.x, across.y - first.y, down.x - first.x, down.y - first.y]
  const bench = new Workbench()
  const kept = bench.put(masks)
  const out = bench.room(SINGLE * count)
  const planes = byMask((_, place) => {
    bench.kernels.moveMask(kept + place * count, SIZE, out, first.x, first.y, ...steps)
    return { width: SIZE, height: SIZE, data: bench.singles(out, count) }
  })
  return { ...planes, square, signs }
}

/** Regions mixed with those that were carried to the same square. */
const mixed = (found: Regions, carried: Regions): Regions => ({
  ...found,
  ...byMask((name) => {
    const data = found[name].data.slice()
    for (let i = 0; i < data.length; i++) data[i] += KEPT_SHARE * (carried[name].data[i] - data[i])
    return { ...found[name], data }
  }),
})

const keep = (regions: Regions, head: Head, at: number): KeptRegions => {
  const masks = new Uint8Array(KEPT_BYTES)
  for (const [place, name] of MASKS.entries()) {
    const { data } = regions[name]
    for (let i = 0; i < data.length; i++) masks[place * data.length + i] = 255 * data[i] + 0.5
  }
  return { at, head, square: regions.square, signs: regions.signs, masks }
}

/**
 * The regions of a head in a frame at `seconds`, and what to keep of them for the next one.
 *
 * @param square the head's square in the frame
 * @param find finds the regions anew
 */
export const carriedRegions = async (
  kept: KeptRegions | undefined,
  head: Head,
  square: PixelSquare,
  seconds: number,
  find: () => Promise<Regions | undefined>,
): Promise<{ readonly regions: Regions | undefined; readonly kept: KeptRegions | undefined }> => {
  const carried = kept && looksAlike(kept.head, head) ? moved(kept, head, square) : undefined
  if (carried && seconds - kept!.at < CARRIED) return { regions: carried, kept }
  const found = await find()
  if (!found) return { regions: undefined, kept: undefined }
  const now = keep(carried ? mixed(found, carried) : found, head, seconds)
  return { regions: moved(now, head, now.square), kept: now }
}
