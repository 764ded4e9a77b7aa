/**
 * The meaning of a clip's colour numbers: matrix, range and transfer, with the customary guesses where a file does not
 * state them. Converts nothing (see yuv.ts, tone-map.ts), and knows neither files nor Node.
 */

/** A clip's colour as stated in its file; every field may be missing. Terms are those of WebCodecs. */
export interface StatedColour {
  readonly primaries?: string | null | undefined
  readonly transfer?: string | null | undefined
  readonly matrix?: string | null | undefined
  readonly fullRange?: boolean | null | undefined
}

/** The weights of red and blue in luma; green has the rest. */
export interface Luma {
  readonly red: number
  readonly blue: number
}

/** A matrix whose weights are known. */
export type Matrix = 'bt709' | 'smpte170m' | 'bt470bg' | 'bt2020-ncl'

/** The assumed meaning of a clip's numbers. */
export interface Colour {
  readonly matrix: Matrix
  readonly fullRange: boolean
  /** High dynamic range by this transfer function; undefined for everything else, which is not converted. */
  readonly hdr?: 'pq' | 'hlg'
}

/** ITU-R BT.709, BT.601 and BT.2020: luma's coefficients. */
export const LUMA: Readonly<Record<Matrix, Luma>> = {
  bt709: { red: 0.2126, blue: 0.0722 },
  smpte170m: { red: 0.299, blue: 0.114 },
  bt470bg: { red: 0.299, blue: 0.114 },
  'bt2020-ncl': { red: 0.2627, blue: 0.0593 },
}

/** A clip without a stated matrix is assumed to be BT.709 from this height on, BT.601 below, as players do. */
const HD = 720

const isMatrix = (name: string): name is Matrix => Object.hasOwn(LUMA, name)

/** A clip's assumed colour: as stated, else as players guess from its coded height. */
export const colourOf = ({ transfer, matrix, fullRange }: StatedColour, height: number): Colour => {
  const guessed = height >= HD ? 'bt709' : 'smpte170m'
  return {
    matrix: matrix && isMatrix(matrix) ? matrix : guessed,
    fullRange: fullRange ?? false,
    ...((transfer === 'pq' || transfer === 'hlg') && { hdr: transfer }),
  }
}

/** The colour that a result states: its source's, in limited range, and BT.709 if that was high dynamic range. */
export const statedByResult = (
  stated: StatedColour,
  { matrix, hdr }: Colour,
): StatedColour & { readonly matrix: Matrix } =>
  hdr
    ? { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false }
    : {
        ...(stated.primaries && { primaries: stated.primaries }),
        ...(stated.transfer && { transfer: stated.transfer }),
        matrix,
        fullRange: false,
      }
