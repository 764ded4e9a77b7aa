/** A layer that the perception network does not have is refused, also where it has deeper ones. */
import { constant, floats, input } from '@animegan/graph'
import { parametersOf, percept } from '@animegan/models'
import { expect, it } from 'vitest'
import type { GeneratorTerm } from '../losses/table.ts'
import { perception } from './perception.ts'

const x = input('x', [1, 3, 32, 32])
const weights = new Map(
  [...parametersOf([...percept(x).values()])].map(([name, { shape }]) => {
    const size = (shape as number[]).reduce((product, length) => product * length, 1)
    return [name, floats(new Float32Array(size), shape as number[])]
  }),
)
const term = (layer: string): GeneratorTerm => ({ loss: 'content', weight: 1, to: 'photo', layer })

it('is named, with those that there are', () => {
  const picture = constant(floats(new Float32Array(3 * 32 * 32), [1, 3, 32, 32]))
  const perceive = perception({ flavour: 'percept', weights }, [term('conv3_2'), term('conv4_4')])
  expect(perceive(picture, 'conv4_4').shape).toEqual([1, 128, 4, 4])
  expect(() => perceive(picture, 'conv3_2')).toThrow(
    "recipe: expected a layer of percept (conv1_1, conv1_2, conv2_1, conv2_2, conv3_1, conv3_3, conv4_1, conv4_3, conv4_4), found 'conv3_2'",
  )
})
