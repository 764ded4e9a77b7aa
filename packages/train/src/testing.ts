/** For tests only: a perception network that has the right shapes and has learned nothing. */
import { floats, input, sizeOf } from '@animegan/graph'
import { parametersOf, type VggWeights, vgg } from '@animegan/models'
import { random } from './random.ts'

/** Compact VGG with random weights: the right shapes suffice here. */
export const compactVgg = (): VggWeights => {
  const last = vgg(input('x', [1, 3, 32, 32]), 'compact', 'conv4_4').get('conv4_4')!
  const weights = [...parametersOf([last])].map(([name, { shape }], i) => {
    const { normal } = random(1, i)
    const spread = Math.sqrt(2 / Math.max(1, sizeOf(shape.slice(1) as number[])))
    const data = Float32Array.from({ length: sizeOf(shape as number[]) }, () => normal() * spread)
    return [name, floats(data, shape as number[])] as const
  })
  return { flavour: 'compact', weights: new Map(weights) }
}
