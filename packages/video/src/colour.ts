/**
 * What a clip's colour numbers mean: which matrix, which range, which transfer; with the customary guesses where a file
 * says nothing. Converts nothing (yuv.ts, tone-map.ts), and knows neither files nor Node.
 */

/** A clip's colour as its file states it; every field may be missing. The words are those of WebCodecs. */
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

/** What the numbers of a clip are taken to mean. */
export interface Colour {
  readonly matrix: Matrix
  readonly fullRange: boolean
  /** High dynamic range by this transfer function; undefined for everything else, which is taken as it is. */
  readonly hdr?: 'pq' | 'hlg'
}

/** ITU-R BT.709, BT.601 and BT.2020: luma's coefficients. */
export const LUMA: Readonly<Record<Matrix, Luma>> = {
  bt709: { red: 0.2126, blue: 0.0722 },
  smpte170m: { red: 0.299, blue: 0.114 },
  bt470bg: { red: 0.299, blue: 0.114 },
  'bt2020-ncl': { red: 0.2627, blue: 0.0593 },
}

/** From this height on, a clip that states no matrix is taken for BT.709, below for BT.601, as players do. */
const HD = 720

const isMatrix = (name: string): name is Matrix => Object.hasOwn(LUMA, name)

/** What a clip's colour is taken to be: as stated, else as players guess by its coded height. */
export const colourOf = ({ transfer, matrix, fullRange }: StatedColour, height: number): Colour => {
  const guessed = height >= HD ? 'bt709' : 'smpte170m'
  return {
    matrix: matrix && isMatrix(matrix) ? matrix : guessed,
    fullRange: fullRange ?? false,
    ...((transfer === 'pq' || transfer === 'hlg') && { hdr: transfer }),
  }
}

/** What a result states: what its source states, in the limited range, and BT.709 where it was high dynamic range. */
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
