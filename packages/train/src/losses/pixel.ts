/** The pixel loss: the distance of the result from a reference, pixel by pixel. */
import { abs, meanAll, sub, type Tensor } from '@animegan/graph'
import { type Loss, parseReference, type Reference } from './loss.ts'

/** Mean absolute difference of pictures. */
export const pixelLoss = (x: Tensor, wanted: Tensor): Tensor => meanAll(abs(sub(x, wanted)))

export interface PixelOptions {
  readonly to: Reference
}

export const pixel: Loss<'pixel', PixelOptions> = {
  name: 'pixel',
  parse: (term) => ({ to: parseReference(term) }),
  build: ({ to }, { result, reference }) => pixelLoss(result, reference(to)),
}
