/**
 * Measures "Teach it a style" in headless Chromium from the page's own server: how long until the first changed sample, a step's
 * time beside Node's, the tab's memory, and how near 150 steps bring a style to art. What an evaluation is, is train's.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadStyle } from '@animegan/core'
import { type NetworkStyle, networkStyle } from '@animegan/models'
import { type Features, folderStorage, nodePictures, readFeatures, recipePath, writeWhole } from '@animegan/node'
import { evaluate, openRun, parseRecipe, sameThread } from '@animegan/train'
import { nodeEngine } from 'animegan'
import type { Browser, Page } from 'playwright-core'
import { withPage } from './visits.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const cel = join(root, '../shared/data/style/cel')
const photos = join(root, '../shared/data/photos')

/** What was measured; distances are of results in the style to the art, before and after. */
export interface Taught {
  /** Seconds from dropping the art until the first sample has changed. */
  readonly sample: number
  /** Seconds of a step in the page, and by those on Node: the middle of rounds in which both take turns. */
  readonly step: number
  readonly ratio: number
  /** Largest resident memory of the tab, in MiB. */
  readonly memory: number
  readonly before: number
  readonly after: number
}

const STEPS = 150
/** Pieces of art that the page is given; steps that either is timed for in a round, and rounds. */
const PIECES = 12
const TIMED = 12
const ROUNDS = 3

const middle = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

const spread = <T>(items: readonly T[], count: number): T[] =>
  Array.from({ length: count }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)])

const filesIn = (folder: string, pattern: RegExp): string[] =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(folder, name))

/** Photos of several kinds that nothing was trained on here. */
const heldOut = (): string[] =>
  ['bsds500', 'faces_interfaces', 'human_samples', 'kodak', 'wallpaper_photos', 'groups_ultralight'].flatMap((folder) =>
    spread(filesIn(join(photos, folder), /\.(jpg|png)$/), 4),
  )

/** Teaches the page cel's art from sora. Undefined where there is no art beside the repository. */
export const teachPage = async (folder: string, threads: number): Promise<Taught | undefined> => {
  if (!existsSync(cel)) return undefined
  const art = filesIn(cel, /^(bg|c)_/)
  const features = await readFeatures('percept')
  const sora = networkStyle(loadStyle(readFileSync(join(root, 'packages/node/styles/sora.safetensors'))))
  const onNode = (round: number): Promise<number> => stepOnNode(join(folder, `round-${round}`), threads, features, sora)
  const page = await withPage((browser, url) => inPage(browser, url, spread(art, PIECES), onNode))
  const engine = await nodeEngine({ backend: 'cpu', threads })
  try {
    const distance = async (style: NetworkStyle): Promise<number> => {
      const plan = { style, engine, pictures: nodePictures, features: features.weights }
      const { measures } = await evaluate({ ...plan, photos: heldOut(), styleImages: art })
      return measures.styleDistance.value
    }
    const { bytes, ...figures } = page
    const [before, after] = [await distance(sora), await distance(networkStyle(loadStyle(bytes)))]
    return { ...figures, before, after }
  } finally {
    await engine.close()
  }
}

/** Seconds of a step of the same recipe on Node, with the same number of threads. */
const stepOnNode = async (
  folder: string,
  threads: number,
  features: Features,
  begin: NetworkStyle,
): Promise<number> => {
  const engine = await nodeEngine({ backend: 'cpu', threads })
  const session = await openRun(
    {
      name: 'timed',
      recipe: parseRecipe(readFileSync(recipePath('teach'), 'utf8')),
      style: cel,
      photos: [join(root, 'examples')],
      features,
      from: { path: 'sora', sha256: '' },
      seed: 1,
      limits: { steps: TIMED },
      title: 'Timed',
      licence: 'CC0-1.0',
      attribution: '',
    },
    {
      engine,
      storage: folderStorage(folder, writeWhole),
      pictures: nodePictures,
      startWorker: sameThread(nodePictures),
      features: features.weights,
      begin,
      warn: () => {},
    },
  )
  try {
    const times: number[] = []
    let last = 0
    for await (const { seconds } of session.train()) {
      times.push(seconds - last)
      last = seconds
    }
    return middle(times)
  } finally {
    await session.close()
    await engine.close()
  }
}

const inPage = async (
  browser: Browser,
  url: string,
  art: readonly string[],
  onNode: (round: number) => Promise<number>,
) => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await page.getByTestId('teach').click()
  await page.waitForSelector('[data-testid=teach-art]', { state: 'attached' })
  const start = performance.now()
  await page.setInputFiles('[data-testid=teach-art]', [...art])
  await page.locator('[data-testid=teach-begin]:enabled').click()
  await page.waitForSelector('[data-testid=teach-samples][data-drawn=true]')
  const sample = (performance.now() - start) / 1000
  const steps: number[] = []
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await page.getByTestId('teach-pause').click()
    await page.getByTestId('teach-resume').waitFor()
    const other = await onNode(round)
    await page.getByTestId('teach-resume').click()
    await page.getByTestId('teach-pause').waitFor()
    steps.push(await paceOf(page))
    ratios.push(steps[round] / other)
  }
  await page.waitForFunction(
    (steps) => Number(document.querySelector('[data-testid=teach-step]')?.getAttribute('data-step')) >= steps,
    STEPS,
    { timeout: 600_000, polling: 50 },
  )
  const memory = await memoryOf(browser)
  await page.getByTestId('teach-keep').click()
  await page.waitForSelector('[data-testid=teach-save]', { timeout: 120_000 })
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('teach-save').click()])
  return { sample, step: middle(steps), ratio: middle(ratios), memory, bytes: readFileSync(await download.path()) }
}

/** Seconds between steps, the middle of many, so that those between which samples are drawn do not count. */
const paceOf = async (page: Page): Promise<number> => {
  const times = await page.evaluate(
    (count) =>
      new Promise<number[]>((resolve) => {
        const seen: number[] = []
        const element = document.querySelector('[data-testid=teach-step]')!
        new MutationObserver((_, observer) => {
          seen.push(performance.now())
          if (seen.length <= count) return
          observer.disconnect()
          resolve(seen)
        }).observe(element, { attributes: true, attributeFilter: ['data-step'] })
      }),
    TIMED,
  )
  return middle(times.slice(1).map((time, i) => time - times[i])) / 1000
}

/** Largest resident memory of the browser's largest renderer so far, in MiB; NaN where the system does not tell. */
const memoryOf = async (browser: Browser): Promise<number> => {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const peaks = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => {
      try {
        const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? []
        return Number(kilobytes) / 1024
      } catch {
        return Number.NaN
      }
    })
  return Math.max(...peaks)
}
