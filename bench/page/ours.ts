/** The page's own engine: a picture through the stylizer, the engine in its worker. */

import { browserEngine } from '@animegan/browser'
import { createStylizer, type Picture } from '@animegan/core'
import { enter, picture, side, style } from './contestant.ts'

const stylizer = await createStylizer(await style(), await browserEngine({ backend: 'wasm' }), { memory: 384 })
const given: Picture = { width: side, height: side, channels: 3, data: picture() }
enter({
  run: () => stylizer.stylize(given),
  result: async () => [...(await stylizer.stylize(given)).data],
})
