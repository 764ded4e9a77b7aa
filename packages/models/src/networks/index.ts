/** The generator networks by name. */
import { AnimeganError, input, symbolicDim } from '@animegan/graph'
import { parametersOf } from '../parameters.ts'
import { animeganV1 } from './animegan-v1.ts'
import { animeganV2 } from './animegan-v2.ts'
import { animeganV2Lite } from './animegan-v2-lite.ts'
import { animeganV3 } from './animegan-v3.ts'
import { cartoongan } from './cartoongan.ts'
import { live } from './live.ts'
import type { Network, NetworkOptions } from './network.ts'

export type Architecture = 'animegan-v1' | 'animegan-v2' | 'animegan-v2-lite' | 'animegan-v3' | 'cartoongan' | 'live'

/** Every architecture by name: everything that can be trained, used for styling and imported. The only such list. */
export const networks: Readonly<Record<Architecture, Network>> = {
  'animegan-v1': animeganV1,
  'animegan-v2': animeganV2,
  'animegan-v2-lite': animeganV2Lite,
  'animegan-v3': animeganV3,
  cartoongan,
  live,
}

export const isArchitecture = (name: string): name is Architecture => Object.hasOwn(networks, name)

/** The network with this name. Throws for an unknown name, listing the known ones. */
export const networkOf = (name: string): Network => {
  if (isArchitecture(name)) return networks[name]
  throw new AnimeganError(
    'bad-argument',
    `network: expected one of ${Object.keys(networks).join(', ')}, found ${JSON.stringify(name)}`,
  )
}

/** The names and shapes of a network's weights, in the order of use. */
export const weightShapes = (network: Network, options: NetworkOptions = network.defaults): Map<string, number[]> => {
  const { multiple } = network
  const x = input('x', [1, 3, symbolicDim('h', multiple), symbolicDim('w', multiple)])
  const parameters = parametersOf([network.build(x, options)])
  return new Map([...parameters].map(([name, { shape }]) => [name, shape as number[]]))
}

export { animeganV3Tails } from './animegan-v3.ts'
export type { Network, NetworkOptions } from './network.ts'
