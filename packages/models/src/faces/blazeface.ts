/**
 * BlazeFace (Bazarevsky et al. 2019, arXiv:1907.05047), the face detectors of MediaPipe, from their TensorFlow Lite
 * files: a score, a box and six key points for each anchor of each grid cell. It is fully convolutional, so it takes
 * pictures of any size. @animegan/core uses it to find faces in any picture.
 */
import { type Tensor, transpose } from '@animegan/graph'
import { badWeights } from '../formats/bad-weights.ts'
import type { TfLiteModel } from '../formats/tflite.ts'
import { tfLiteGraph } from '../mapping/tflite.ts'

/** One output grid. */
export interface BlazeFaceGrid {
  /** Picture pixels from one cell to the next. */
  readonly stride: number
  /** Anchors in the middle of each cell, all alike. */
  readonly anchors: number
  /** Scores before the sigmoid [n, rows, columns, anchors]. */
  readonly scores: Tensor
  /**
   * [n, rows, columns, anchors * 16], in pixels: the box's centre relative to the anchor, its width and height, then
   * relative to the anchor the right eye, left eye, nose, mouth, right ear and left ear; x before y.
   */
  readonly boxes: Tensor
}

/** A variant of the detector: the parameters that MediaPipe's graphs give for its file. */
export interface BlazeFaceVariant {
  /** The height and width it was trained at. */
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
 * The grids for pictures `x` [n, 3, height, width], -1 to 1. Throws an `AnimeganError` (`bad-weights`) when the file is
 * not this variant.
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
