/**
 * `node scripts/dist/judge-percept.js FEATURES PHOTOS ART [WEIGHTS]` judges our own perception network by compact VGG-19, whose
 * file is the first argument: do they agree on how far 12 sets of pictures are from each other, and how long does each
 * take for a picture? The sets are photos, art and photos drawn in the styles that come with the command; none of the
 * pictures was trained on (held-out-photos.txt; photo folders of which no run uses anything; every fourth of the art).
 * Prints tables in Markdown.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAnimator, type Engine, type Picture } from '@animegan/core'
import { type FeatureWeights, importFeatures, readWeights } from '@animegan/models'
import { findStyle, nodeEngine, nodePictures, readFeatures, readStyleAt } from '@animegan/node'
import { type Crops, setDistance, styleFeatures } from '@animegan/train'
import { stylePictures } from './percept-sets.ts'
import { root } from './root.ts'

/** Pictures of a set at most, evenly spread over a folder, and their long side in pixels. */
const MOST = 16
const SIDE = 512
const ROUNDS = 15

const spread = <T>(items: readonly T[]): T[] => {
  const count = Math.min(MOST, items.length)
  return Array.from({ length: count }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)])
}

const [file, photos, art, own] = process.argv.slice(2)
const read = (path: string): FeatureWeights => importFeatures(readWeights(readFileSync(path)).tensors)
const networks = { compact: read(file), percept: own ? read(own) : (await readFeatures('percept')).weights }
const engine = await nodeEngine({ backend: 'cpu', threads: 1 })

const heldOut = readFileSync(new URL('docs/held-out-photos.txt', root), 'utf8').trim().split('\n')
const pictures = (paths: readonly string[]): Promise<Picture[]> =>
  Promise.all(paths.map((path) => nodePictures.read(path, SIDE)))
const folder = (path: string): Promise<Picture[]> => {
  const names = readdirSync(path).filter((name) => /\.(jpg|png)$/.test(name))
  return pictures(spread(names.sort()).map((name) => join(path, name)))
}
const untouched = await pictures(heldOut.map((name) => join(photos, name)))
const drawn = async (style: string): Promise<Picture[]> => {
  await using animator = await createAnimator({ style: await readStyleAt(await findStyle(style)), engine })
  const results: Picture[] = []
  for (const photo of untouched.slice(0, MOST)) results.push((await animator.picture(photo)).picture)
  return results
}

const sets: [string, Picture[]][] = []
for (const name of ['sora', 'cel', 'pepper'])
  sets.push([`art: ${name}`, await pictures(spread(stylePictures(join(art, name), 'judge')))])
for (const name of ['sora', 'cel', 'pepper', 'yoru']) sets.push([`drawn: ${name}`, await drawn(name)])
sets.push(['photos: held out', untouched.slice(0, MOST)])
for (const name of ['bsds500', 'imagenet_samples', 'ccp_upper', 'faces_interfaces'])
  sets.push([`photos: ${name}`, await folder(join(photos, name))])

const names = ['compact', 'percept'] as const
/** Milliseconds of processor time of each run of a network: other work on the machine hardly changes it. */
const spent: Record<(typeof names)[number], number[]> = { compact: [], percept: [] }
const timed = (name: (typeof names)[number]): Engine => ({
  ...engine,
  load: async (model) => {
    const session = await engine.load(model)
    return {
      ...session,
      run: async (feeds) => {
        const before = process.cpuUsage()
        const results = await session.run(feeds)
        const { user, system } = process.cpuUsage(before)
        spent[name].push((user + system) / 1000)
        return results
      },
    }
  },
})
const measures = {
  compact: await styleFeatures(networks.compact, timed('compact'), nodePictures.resize),
  percept: await styleFeatures(networks.percept, timed('percept'), nodePictures.resize),
}
/** Distances of all pairs of sets. */
const distances: Record<(typeof names)[number], number[][]> = { compact: [], percept: [] }
for (const name of names) {
  const crops: Crops[][] = []
  for (const [, set] of sets) {
    const measured: Crops[] = []
    for (const picture of set) measured.push(await measures[name].measure(picture))
    crops.push(measured)
  }
  distances[name] = crops.map((a) => crops.map((b) => setDistance(a, b).value))
}

/** Ranks from 1, equal values sharing the mean of theirs. */
const ranks = (values: readonly number[]): number[] =>
  values.map((value) => {
    const below = values.filter((other) => other < value).length
    const equal = values.filter((other) => other === value).length
    return below + (equal + 1) / 2
  })
const correlation = (a: readonly number[], b: readonly number[]): number => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [ma, mb] = [mean(a), mean(b)]
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number): number =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0)
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb))
}
/** Spearman's rank correlation. */
const spearman = (a: readonly number[], b: readonly number[]): number => correlation(ranks(a), ranks(b))

const pairs = sets.flatMap((_, i) => sets.slice(i + 1).map((_, k) => [i, i + 1 + k] as const))
const of = (name: (typeof names)[number]): number[] => pairs.map(([i, k]) => distances[name][i][k])
console.log(
  `Spearman's rank correlation over all ${pairs.length} distances: ${spearman(of('compact'), of('percept')).toFixed(3)}\n`,
)
console.log('| to | rank correlation | ranking by compact VGG-19 | rank of each by percept |\n|---|---|---|---|')
for (const [to, [title]] of sets.entries()) {
  const others = sets.map((_, i) => i).filter((i) => i !== to)
  const [theirs, ours] = names.map((name) => others.map((i) => distances[name][to][i])) as [number[], number[]]
  const order = others.map((_, i) => i).toSorted((a, b) => theirs[a] - theirs[b])
  const rank = ranks(ours)
  const listed = order.map((i) => sets[others[i]][0].replace(/^photos: /, '')).join(', ')
  console.log(
    `| ${title} | ${spearman(theirs, ours).toFixed(3)} | ${listed} | ${order.map((i) => rank[i]).join(', ')} |`,
  )
}

for (const name of names) spent[name].length = 0
for (let round = 0; round < ROUNDS; round++) {
  for (const name of names) {
    await measures[name].measure(untouched[0])
  }
}
const [slow, fast] = names.map((name) => spent[name].toSorted((a, b) => a - b)[ROUNDS >> 1])
console.log(
  `\nA picture takes ${slow.toFixed(0)} ms and ${fast.toFixed(0)} ms of processor time: ${(fast / slow).toFixed(2)}.`,
)
for (const name of names) await measures[name].close()
await engine.close()
