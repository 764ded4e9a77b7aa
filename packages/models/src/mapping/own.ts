/** Our own names, one table per architecture, as in style files and our ONNX exports. */
import { type Architecture, networks, weightShapes } from '../networks/index.ts'
import { entry, type Mapping } from './mapping.ts'

export const ownMappings = (): Mapping[] =>
  (Object.keys(networks) as Architecture[]).flatMap((architecture) => {
    const { title, defaults } = networks[architecture]
    const table = (options: typeof defaults): Mapping => ({
      title,
      architecture,
      options,
      entries: [...weightShapes(networks[architecture], options).keys()].map((name) => entry(name, name)),
    })
    return architecture === 'animegan-v2'
      ? [table(defaults), table({ ...defaults, outputBias: true })]
      : [table(defaults)]
  })
