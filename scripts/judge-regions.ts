/**
 * `node scripts/dist/judge-regions.js PORTRAITS PHOTOS [WEIGHTS]` judges the network for the regions of portraits on people
 * it was not trained on: intersection over union of each class, of all and by tone of skin, as a table. Default weights:
 * those of the package.
 */
import { readFileSync } from 'node:fs'
import { createRegionNetwork } from '@animegan/core/parts'
import { PORTRAIT_CHANNELS, PORTRAIT_CLASSES } from '@animegan/models'
import { nodeEngine, portraitModels } from '@animegan/node'
import type { LabelledPortrait } from '@animegan/train'
import { readPortraits } from './labelled-portraits.ts'

const [folder, photos, weights] = process.argv.slice(2)
const engine = await nodeEngine({ backend: 'cpu' })
const models = weights ? { regions: new Uint8Array(readFileSync(weights)) } : await portraitModels()
const network = await createRegionNetwork(models, engine)

/** Pixels that are in both, and in either, by class. */
interface Overlap {
  readonly both: Float64Array
  readonly either: Float64Array
}
const overlap = (): Overlap => ({
  both: new Float64Array(PORTRAIT_CLASSES.length),
  either: new Float64Array(PORTRAIT_CLASSES.length),
})
const tones = ['all', 'dark', 'medium', 'light'] as const
const counts = new Map(tones.map((tone) => [tone, { ...overlap(), portraits: 0, right: 0, pixels: 0 }]))

const skin = PORTRAIT_CLASSES.indexOf('skin')
/** CIE lightness of lit skin, the upper half of the face's: below 45 is dark, above 68 light. */
const toneOf = ({ guides, classes, weights }: LabelledPortrait): (typeof tones)[number] => {
  const found: number[] = []
  for (let i = 0; i < classes.length; i++) {
    if (classes[i] !== skin || weights[i] === 0) continue
    const [r, g, b] = guides.subarray(i * PORTRAIT_CHANNELS, i * PORTRAIT_CHANNELS + 3)
    const y = 0.2126 * (r / 255) ** 2.2 + 0.7152 * (g / 255) ** 2.2 + 0.0722 * (b / 255) ** 2.2
    found.push(116 * Math.cbrt(y) - 16)
  }
  found.sort((a, b) => a - b)
  const lit = found[Math.floor(0.75 * found.length)]
  return lit < 45 ? 'dark' : lit <= 68 ? 'medium' : 'light'
}

for (const portrait of await readPortraits(folder, photos, 'judge', engine)) {
  const { guides, classes, weights, head } = portrait
  const shares = await network.classify(guides, { x: head.downX, y: head.downY })
  const planes = PORTRAIT_CLASSES.map((name) => shares[name])
  for (const tone of ['all', toneOf(portrait)] as const) {
    const count = counts.get(tone)!
    count.portraits++
    for (let i = 0; i < classes.length; i++) {
      if (weights[i] === 0) continue
      let likeliest = 0
      for (let c = 1; c < planes.length; c++) if (planes[c][i] > planes[likeliest][i]) likeliest = c
      const wanted = classes[i]
      count.pixels++
      count.either[wanted]++
      if (likeliest === wanted) {
        count.right++
        count.both[wanted]++
      } else count.either[likeliest]++
    }
  }
}
await engine.close()
const cell = (both: number, either: number): string => (either > 0 ? (both / either).toFixed(3) : '')
console.log(`| | ${tones.map((tone) => `${tone} (${counts.get(tone)!.portraits})`).join(' | ')} |`)
console.log(`|---|${tones.map(() => '---|').join('')}`)
for (const [c, name] of PORTRAIT_CLASSES.entries())
  console.log(
    `| ${name} | ${tones.map((tone) => cell(counts.get(tone)!.both[c], counts.get(tone)!.either[c])).join(' | ')} |`,
  )
console.log(
  `| pixels right | ${tones.map((tone) => cell(counts.get(tone)!.right, counts.get(tone)!.pixels)).join(' | ')} |`,
)
