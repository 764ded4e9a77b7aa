/**
 * BlazeFace (Bazarevsky et al. 2019, arXiv:1907.05047), the face detectors of MediaPipe, from their TensorFlow Lite files:
 * for each cell of a grid and each of its anchors a score, a box and six key points. Being convolutions only, it takes
 * pictures of any size. Finding faces by it, in pictures of any kind, is @animegan/core's.
 */
import { type Tensor, transpose } from '@animegan/graph'
import { badWeights } from '../formats/bad-weights.ts'
import type { TfLiteModel } from '../formats/tflite.ts'
import { tfLiteGraph } from '../mapping/tflite.ts'

/** One grid of answers. */
export interface BlazeFaceGrid {
  /** Pixels of the picture from one cell to the next. */
  readonly stride: number
  /** Anchors in the middle of each cell, all alike. */
  readonly anchors: number
  /** Scores before the sigmoid [n, rows, columns, anchors]. */
  readonly scores: Tensor
  /**
   * [n, rows, columns, anchors * 16], in pixels: the middle of the box from the anchor, its width and height, and from
   * the anchor the right eye, the left eye, the nose, the mouth, the right ear and the left ear, x before y.
   */
  readonly boxes: Tensor
}

/** A variant: what MediaPipe's graphs say about its file. */
export interface BlazeFaceVariant {
  /** Height and width that it was trained at. */
  readonly size: number
  /** Height and width must be multiples of it. */
  readonly multiple: number
  readonly grids: readonly {
    readonly stride: number
    readonly anchors: number
    readonly scores: string
    readonly boxes: string
  }[]
}

/** Numbers of a box and its key points. */
const BOX = 16

/** For faces near the camera; anchors as MediaPipe's `face_detection_short_range` has them. */
export const blazeFaceShortRange: BlazeFaceVariant = {
  size: 128,
  multiple: 16,
  grids: [
    { stride: 8, anchors: 2, scores: 'classificator_8', boxes: 'regressor_8' },
    { stride: 16, anchors: 6, scores: 'classificator_16', boxes: 'regressor_16' },
  ],
}

/** For faces up to five metres away; anchors as MediaPipe's `face_detection_full_range` has them. */
export const blazeFaceFullRange: BlazeFaceVariant = {
  size: 192,
  multiple: 32,
  grids: [{ stride: 4, anchors: 1, scores: 'classifier_face_4', boxes: 'regressor_face_4' }],
}

/**
 * The grids for pictures `x` [n, 3, height, width], -1 to 1. Throws an `AnimeganError` (`bad-weights`) when the file is not the
 * variant's.
 */
export const blazeFace = (model: TfLiteModel, variant: BlazeFaceVariant, x: Tensor): BlazeFaceGrid[] => {
  const names = variant.grids.flatMap(({ scores, boxes }) => [scores, boxes])
  const made = tfLiteGraph(model, x, names)
  return variant.grids.map(({ stride, anchors }, i) => {
    const [scores, boxes] = [made[2 * i], made[2 * i + 1]]
    if (scores.shape[1] !== anchors || boxes.shape[1] !== anchors * BOX) {
      throw badWeights(
        'BlazeFace',
        `expected ${anchors} scores and ${anchors * BOX} numbers a cell, found ${scores.shape[1]} and ${boxes.shape[1]}`,
      )
    }
    return { stride, anchors, scores: transpose(scores, [0, 2, 3, 1]), boxes: transpose(boxes, [0, 2, 3, 1]) }
  })
}
