/**
 * The parts of the face that the 478 landmarks belong to: curves for drawing, each a list of indices from one end to
 * the other. The person's right side, on the left of an upright picture, comes first. MediaPipe's canonical face model
 * shows all points.
 */

/** One eye, its curves from the outer corner to the inner one. */
export interface EyeTopology {
  readonly outer: number
  readonly inner: number
  readonly upperLid: readonly number[]
  readonly lowerLid: readonly number[]
  /** The crease above the upper lid. */
  readonly crease: readonly number[]
  /** The brow's upper and lower edge. */
  readonly browUpper: readonly number[]
  readonly browLower: readonly number[]
  /** The centre of the iris, then four points on its edge. */
  readonly iris: readonly number[]
}

export const EYES: readonly [right: EyeTopology, left: EyeTopology] = [
  {
    outer: 33,
    inner: 133,
    upperLid: [33, 246, 161, 160, 159, 158, 157, 173, 133],
    lowerLid: [33, 7, 163, 144, 145, 153, 154, 155, 133],
    crease: [247, 30, 29, 27, 28, 56, 190],
    browUpper: [70, 63, 105, 66, 107],
    browLower: [46, 53, 52, 65, 55],
    iris: [468, 469, 470, 471, 472],
  },
  {
    outer: 263,
    inner: 362,
    upperLid: [263, 466, 388, 387, 386, 385, 384, 398, 362],
    lowerLid: [263, 249, 390, 373, 374, 380, 381, 382, 362],
    crease: [467, 260, 259, 257, 258, 286, 414],
    browUpper: [300, 293, 334, 296, 336],
    browLower: [276, 283, 282, 295, 285],
    iris: [473, 474, 475, 476, 477],
  },
]

/** The face's outline, closed, clockwise in an upright picture from the top of the forehead. */
export const OUTLINE: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
]

/** The lips' outer and inner edges, above and below, each from the person's right corner to the left one. */
export const LIPS = {
  outerUpper: [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
  outerLower: [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
  innerUpper: [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
  innerLower: [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
} as const

/** The top of the forehead, the chin, below the nose, the tip of the nose, and the outline next to the ears. */
export const FOREHEAD = 10
export const CHIN = 152
export const UNDER_NOSE = 2
export const NOSE_TIP = 1
export const RIGHT_SIDE = 234
export const LEFT_SIDE = 454
