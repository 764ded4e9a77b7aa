/** The page's own engine: runs a picture through the animator, with the engine in its worker. */

import { browserEngine } from '@animegan/browser'
import { createAnimator, type Picture } from '@animegan/core'
import { enter, picture, side, style } from './contestant.ts'

const engine = await browserEngine({ backend: 'wasm' })
const animator = await createAnimator({ style: await style(), engine, memory: 384 })
const given: Picture = { width: side, height: side, channels: 3, data: picture() }
enter({
  run: () => animator.picture(given),
  result: async () => [...(await animator.picture(given)).picture.data],
})
