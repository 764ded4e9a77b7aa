/**
 * The parts of the benchmark: each measures this project against its peers and returns tables, with target values. The
 * measuring itself is in separate files.
 */
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeStyle } from '@animegan/models'
import { compareInBrowser } from './browser.ts'
import { likenessOf, portraits, steadinessOf, timesOf, tremblingOf } from './characters.ts'
import { compareFaces, compareFacesInFrames } from './face-pass.ts'
import { installation } from './install.ts'
import { compareLive, compareNetwork, compareWithFormer, randomStyle } from './networks.ts'
import { animegan, endToEnd, enlarged, runProcess, seam, sora, soraOfEveryPixel, userTime } from './pictures.ts'
import type { Timing } from './rounds.ts'
import {
  atOnce,
  capacity,
  crowds,
  databaseKills,
  endAndResume,
  greedy,
  idle,
  overload,
  startService,
} from './service.ts'
import { teachPage } from './teach.ts'
import { compareTraining } from './training.ts'
import { clipsOfPeople, flickerOf, goodClips, memoryOver, outlines, paceOf, panned } from './video.ts'
import { type Drawn, drawnPhotos, firstViews, waitingTimes } from './visits.ts'

/** The inputs of a part: number of rounds, threads, a temporary folder, and a callback for its tables. */
export interface Bench {
  readonly rounds: number
  readonly threads: number
  readonly folder: string
  table(title: string, note: string, header: readonly string[], rows: readonly (readonly string[])[]): void
}

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))

const networks = ['animegan-v1', 'animegan-v2', 'animegan-v2-lite', 'animegan-v3', 'cartoongan', 'live'] as const
const sizes = [256, 512] as const
const runtimes = { native: 'native', wasm: 'WASM, 2 threads' } as const

/** Visitors of the page whose medians are taken. */
const VISITORS = 5

const ms = (time: number): string => `${time.toFixed(0)} ms`
const ratio = ({ ratio, ratioLow, ratioHigh }: Timing): string =>
  `${ratio.toFixed(2)} (${ratioLow.toFixed(2)}-${ratioHigh.toFixed(2)})`
const time = ({ median, low, high }: Timing): string => `${ms(median)} (${low.toFixed(0)}-${high.toFixed(0)})`
const middle = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
const spread = (numbers: readonly number[]): string => {
  const inOrder = numbers.toSorted((a, b) => a - b)
  return `${inOrder[0].toFixed(0)}-${inOrder.at(-1)!.toFixed(0)}`
}
const several = async (count: number, measure: () => Promise<number>): Promise<number[]> => {
  const found: number[] = []
  for (let i = 0; i < count; i++) found.push(await measure())
  return found
}

/** A line of figures that several visits gave, in ms. */
const overVisits = (what: string, times: readonly number[], wanted: string): string[] => [
  what,
  `${ms(middle(times))} (${spread(times)})`,
  wanted,
]

/** The lines of a photo that was drawn for several visitors. */
const drawnLines = (title: string, found: readonly Drawn[], look: string, whole: string): string[][] => {
  const of = (what: keyof Drawn): number[] => found.map((one) => one[what])
  return [
    overVisits(`first look, ${title}`, of('look'), look),
    overVisits(`result, ${title}`, of('whole'), whole),
    overVisits(`longest task of the page’s thread, ${title}`, of('longest'), '100 ms'),
    [`layout shift (CLS), ${title}`, Math.max(...of('shift')).toFixed(3), '0.02'],
  ]
}

/** The parts by name, in the order of the report. */
export const parts: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  networks: async ({ rounds, threads, folder, table }) => {
    const rows: string[][] = []
    for (const network of networks) {
      for (const size of sizes) {
        const { timings, differences } = await compareNetwork(network, size, rounds, threads, folder)
        for (const timing of timings) {
          const difference = differences[timing.name]
          rows.push([
            network,
            `${size}x${size}`,
            timing.name,
            time(timing),
            ratio(timing),
            difference === undefined ? '' : difference.toFixed(4),
          ])
        }
      }
    }
    table(
      'Networks by themselves',
      'float32 in and out, in 8 bits bytes; random weights, for 8 bits calibrated on the picture; TensorFlow resizing where the network has it. Networks with normalisation are frozen for 8 bits. The ratio is to the first line of each group. Wanted for animegan-v2 at 512x512: exact 0.95, frozen 0.78, difference at most 1 level.',
      ['network', 'picture', 'run by', 'time (quartiles)', 'ratio (quartiles)', 'difference in levels of 255'],
      rows,
    )
    table(
      'live in place of AnimeGANv2',
      'Wanted at 512x512: 0.18.',
      ['picture', 'run by', 'time (quartiles)', 'ratio (quartiles)'],
      (await compareLive(512, rounds)).map((timing) => ['512x512', timing.name, time(timing), ratio(timing)]),
    )
    const lives: string[][] = []
    for (const [runtime, title] of Object.entries(runtimes)) {
      for (const timing of await compareWithFormer(runtime as keyof typeof runtimes, 512, rounds)) {
        lives.push([title, timing.name, time(timing), ratio(timing)])
      }
    }
    table(
      'live in place of the network that had its name',
      '512x512, bytes in and out, random weights. The ratio is to the first line of each group.',
      ['ONNX Runtime', 'network', 'time (quartiles)', 'ratio (quartiles)'],
      lives,
    )
  },
  page: async ({ rounds, folder, table }) => {
    const { timings, differences } = await compareInBrowser(rounds)
    table(
      'The page: live in a browser',
      'Headless Chromium, WASM with 2 threads, 512x512. The page’s engine is in its worker and computes in 8 bits where the style is calibrated; the others compute in floats, float32 in and out. The ratio is to the first line. Wanted: plain onnxruntime-web at least 0.91, TensorFlow.js at least 2.',
      ['run by', 'time (quartiles)', 'ratio (quartiles)', 'difference in levels of 255'],
      timings.map((timing) => [timing.name, time(timing), ratio(timing), String(differences[timing.name])]),
    )
    const views: string[][] = []
    for (const [line, slow, wanted] of [
      ['from a local server', false, '1000 ms'],
      ['with 4x CPU slow-down and 1.6 Mbit/s', true, '2500 ms'],
    ] as const) {
      const found = await firstViews(VISITORS, slow)
      const of = (what: keyof (typeof found)[number]): number[] => found.map((view) => view[what])
      views.push(
        overVisits(`largest paint (LCP), ${line}`, of('largest'), wanted),
        [`weight over the wire, ${line}`, `${middle(of('weight')).toFixed(0)} kB`, '120 kB'],
        [`layout shift (CLS), ${line}`, Math.max(...of('shift')).toFixed(3), '0.02'],
      )
    }
    table(
      'The page: first view',
      `New visitors at 390x844, without the service worker. Medians of ${VISITORS}, with the least and the most; of shifts the most.`,
      ['what', 'measured', 'wanted'],
      views,
    )
    const large = join(folder, 'large-visit.jpg')
    await enlarged(1000, 1000, large)
    const { cold, warm, chosen } = await drawnPhotos(large, VISITORS)
    table(
      'The page: a photo of 1000x1000',
      `From when it is opened, with its faces; the engine starts then, too. Medians of ${VISITORS} visitors, with the least and the most; of shifts the most. Cold: nothing in the cache; warm: everything kept; chosen: the same, but the button was pressed two seconds before, as by somebody who chooses a photo. Tasks from 50 ms on are counted, after loading.`,
      ['what', 'measured', 'wanted'],
      [
        ...drawnLines('cold', cold, '3000 ms', '13500 ms'),
        ...drawnLines('warm', warm, '1000 ms', '9500 ms'),
        ...drawnLines('chosen', chosen, '1000 ms', '9500 ms'),
      ],
    )
    const path = join(folder, 'visit.jpg')
    await enlarged(512, 512, path)
    const visits = await waitingTimes(path, VISITORS)
    table(
      'The page: until a photo of 512x512 is drawn',
      `From a local server, the page’s loading included. Medians of ${VISITORS} visitors, with the least and the most.`,
      ['visit', 'measured', 'wanted'],
      [
        overVisits('the first, nothing in the cache', visits.first, '6000 ms'),
        overVisits('the second', visits.second, '2500 ms'),
        overVisits('without a connection', visits.offline, '2500 ms'),
      ],
    )
  },
  photo: async ({ folder, table }) => {
    const path = join(folder, 'photo.jpg')
    await enlarged(4000, 3000, path)
    const runs: { total: number; glue: number }[] = []
    for (let i = 0; i < 3; i++) runs.push(await endToEnd(path, soraOfEveryPixel()))
    const reduced = await several(3, async () => (await endToEnd(path, sora())).total)
    const crop = join(folder, 'crop.jpg')
    await enlarged(2000, 2000, crop)
    table(
      'Whole pictures',
      'A JPEG of 12 megapixels with live, read, styled and encoded in one process; and a picture of 2000x2000 done in tiles against the same done whole (AnimeGANv2 with one set of frozen statistics).',
      ['what', 'measured', 'wanted'],
      [
        [
          '12 MP with live, which sees every pixel, from file to file',
          `${(middle(runs.map(({ total }) => total)) / 1000).toFixed(1)} s`,
          '',
        ],
        [
          'of that, decoding, encoding and glue',
          `${(100 * middle(runs.map(({ glue }) => glue))).toFixed(1)} %`,
          '20 %',
        ],
        ['12 MP with sora, whose network sees 1280 pixels', `${(middle(reduced) / 1000).toFixed(1)} s`, ''],
        ['live, tiles against whole', `${await seam(crop, soraOfEveryPixel(), 128)} levels`, '1 level'],
        ['animegan-v2, tiles against whole', `${await seam(crop, randomStyle('animegan-v2'), 256)} levels`, '1 level'],
      ],
    )
  },
  faces: async ({ rounds, folder, table }) => {
    const rows: string[][] = []
    for (const [what, width, height] of [
      ['1 MP', 1000, 1000],
      ['12 MP', 4000, 3000],
    ] as const) {
      const path = join(folder, 'face.jpg')
      await enlarged(width, height, path)
      for (const timing of await compareFaces(path, soraOfEveryPixel(), Math.min(rounds, 3))) {
        rows.push([what, timing.name, time(timing), ratio(timing)])
      }
    }
    for (const path of clipsOfPeople().filter((name) => /car|eat/.test(basename(name)))) {
      for (const timing of await compareFacesInFrames(path, sora(), Math.min(rounds, 3))) {
        rows.push([basename(path), timing.name, time(timing), ratio(timing)])
      }
    }
    table(
      'Faces',
      'The example photo, whose face is a quarter of it wide, with live; and 16 frames at 720p with sora, of cars, where there is no face (this is to add less than 0.1), and of one person. The ratio is to the first line of each group; finding faces is to add 0.08 to 12 MP.',
      ['picture', 'what', 'time (quartiles)', 'ratio (quartiles)'],
      rows,
    )
  },
  characters: async ({ table }) => {
    const found: (readonly [string, Awaited<ReturnType<typeof likenessOf>>])[] = []
    for (const path of portraits()) found.push([basename(path), await likenessOf(path)])
    if (found.length === 0) console.log('\ncharacters: left out: no photos beside the repository')
    else {
      table(
        'Characters: likeness',
        'The portraits of docs/characters in sora, long side 1024, from dark skin to light. Lightness (L of Lab) of lit skin in the photo, and as drawn; the share of the face that is ink; landmarks found again with `--proportions 0` (median, by the eyes’ distance), and irises (by an eye’s width). Wanted: lightness within 8, hue within 10 degrees, ink 0.4 %, landmarks 4 %, gaze 10 %.',
        ['portrait', 'skin, L', 'drawn, L more', 'hue turned', 'ink', 'landmarks off', 'gaze off'],
        found
          .toSorted(([, a], [, b]) => (a?.lightness ?? 101) - (b?.lightness ?? 101))
          .map(([name, one]) =>
            one
              ? [
                  name,
                  one.lightness.toFixed(0),
                  one.lighter.toFixed(1),
                  `${one.turned.toFixed(0)}°`,
                  `${(100 * one.ink).toFixed(2)} %`,
                  `${(100 * one.moved).toFixed(1)} %`,
                  `${(100 * one.gaze).toFixed(0)} %`,
                ]
              : [name, 'left to the style', '', '', '', '', ''],
          ),
      )
    }
    const clips = clipsOfPeople()
    const rows: string[][] = []
    for (const path of clips) {
      const one = await steadinessOf(path)
      if (one) {
        const { drawn, asCharacters, byStyle } = one
        rows.push([basename(path), `${(100 * drawn).toFixed(0)} %`, asCharacters.toFixed(2), byStyle.toFixed(2), '1.2'])
      }
    }
    if (rows.length > 0) {
      table(
        'Characters: clips',
        'Warping errors (Lai et al. 2018) of the first 20 frames around the first face, by those of the clip itself.',
        ['clip', 'faces drawn', 'drawn', 'redrawn by the style', 'wanted'],
        rows,
      )
    }
    const still = join(examples, 'portrait.jpg')
    const { source, drawn } = await tremblingOf(still)
    const { one, group, faces, frame } = await timesOf(join(examples, 'people.jpg'), join(examples, 'sign.mp4'))
    table(
      'Characters: steadiness and time',
      'A still head in a clip with noise: landmarks’ deviation by the width of the face. Times are medians of three in a warm process, beyond those without faces; for a clip, beyond those with faces redrawn by the style.',
      ['what', 'measured', 'wanted'],
      [
        ['landmarks of a still head, in the frames', `${(100 * source).toFixed(2)} %`, ''],
        ['the same, drawn', `${(100 * drawn).toFixed(2)} %`, '0.3 %'],
        ['a face of some 500 pixels', ms(one), '500 ms'],
        [`a group of ${faces}`, ms(group), '4000 ms'],
        ['a tracked face, for each frame', ms(frame), '60 ms'],
      ],
    )
  },
  process: async ({ folder, table }) => {
    const path = join(folder, 'small.jpg')
    await enlarged(512, 512, path)
    const help = await several(9, async () => (await userTime(animegan('--help'))) - (await userTime(['-e', '0'])))
    const whole = await several(
      9,
      async () => (await runProcess(animegan(path, '-o', join(folder, 'out.jpg'), '--force'))).wall,
    )
    table(
      'The command as a process',
      'Medians of nine, with the least and the most.',
      ['what', 'measured', 'wanted'],
      [
        ['`animegan --help`, user time more than `node -e 0`', `${ms(middle(help))} (${spread(help)})`, '200 ms'],
        ['one photo of 512x512, from start to end', `${ms(middle(whole))} (${spread(whole)})`, '1500 ms'],
      ],
    )
  },
  commands: async ({ folder, table }) => {
    const rows: string[][] = []
    for (const network of networks) {
      const style = join(folder, `${network}.safetensors`)
      writeFileSync(style, writeStyle(randomStyle(network)))
      for (const size of sizes) {
        const path = join(folder, `${size}.jpg`)
        await enlarged(size, size, path)
        const runs: { wall: number; peak: number }[] = []
        for (let i = 0; i < 3; i++)
          runs.push(await runProcess(animegan(path, '-s', style, '-o', join(folder, 'out.jpg'), '--force')))
        const peak = Math.max(...runs.map((run) => run.peak))
        rows.push([network, `${size}x${size}`, ms(middle(runs.map(({ wall }) => wall))), `${peak.toFixed(0)} MiB`])
      }
    }
    table(
      'Networks end to end',
      'A JPEG through the command as a process, start to end: medians of three, and the largest peak.',
      ['network', 'picture', 'end to end', 'peak resident memory'],
      rows,
    )
  },
  training: async ({ rounds, threads, table }) => {
    const rows: string[][] = []
    for (const phase of ['drawing', 'refinement']) {
      const { work, timings, peak } = await compareTraining(phase, rounds, threads)
      for (const timing of timings) {
        rows.push([
          phase,
          timing.name,
          time(timing),
          ratio(timing),
          ((2 * work[timing.name]) / (timing.median / 1000)).toFixed(0),
          timing.name === 'ours' ? `${peak.toFixed(0)} MiB` : '',
        ])
      }
    }
    table(
      'A training step',
      'The recipe `live`: 4 crops of 256x256, from bytes to new weights; with random weights and pictures. By default it learns by `percept`; before, by compact VGG-19. Rates are of the multiply-adds that convolutions cannot do without, twice each. Wanted: at most half the time of the former network, 200 GFLOP/s, no slower than PyTorch, under 6144 MiB. The peak is that of the measuring process, with all of these, the tables above included.',
      ['phase', 'run by', 'time (quartiles)', 'ratio (quartiles)', 'GFLOP/s', 'peak resident memory'],
      rows,
    )
  },
  large: async ({ folder, table }) => {
    const path = join(folder, 'large.jpg')
    await enlarged(10_000, 10_000, path)
    const v2 = join(folder, 'v2.safetensors')
    writeFileSync(v2, writeStyle(randomStyle('animegan-v2')))
    const live = join(folder, 'live.safetensors')
    writeFileSync(live, writeStyle(soraOfEveryPixel()))
    const rows: string[][] = []
    for (const [name, style] of [
      ['live, which sees every pixel', live],
      ['sora, whose network sees 1280 pixels', 'sora'],
      ['animegan-v2', v2],
    ] as const) {
      const { wall, peak } = await runProcess(
        animegan(path, '-s', style, '-o', join(folder, 'large.out.jpg'), '--force'),
      )
      rows.push([name, `${(wall / 1000).toFixed(0)} s`, `${peak.toFixed(0)} MiB`, '1430 MiB (1.5 GB)'])
    }
    table(
      '100 megapixels',
      'A JPEG of 10,000 x 10,000 through the command, once.',
      ['network', 'time', 'peak resident memory', 'wanted'],
      rows,
    )
  },
  clips: async ({ folder, table }) => {
    const [path, frames] = [join(folder, 'pan.mp4'), 60]
    panned(path, 1280, 720, frames)
    const rows: string[][] = []
    for (let round = 1; round <= 3; round++) {
      const { clip, network } = await paceOf(path, frames, join(folder, 'pan.out.mp4'))
      rows.push([`round ${round}`, clip.toFixed(2), network.toFixed(2), (clip / network).toFixed(2), '0.9'])
    }
    table(
      'A clip from file to file',
      `${frames} frames of 1280x720 with sound through the command as a process, start and end included, beside the network alone, measured before and after.`,
      ['', 'frames/s of the clip', 'frames/s of the network', 'ratio', 'wanted'],
      rows,
    )
    const shorts = [await memoryOver(folder, 20), await memoryOver(folder, 20)]
    const long = await memoryOver(folder, 600)
    shorts.push(await memoryOver(folder, 20))
    const short = shorts.toSorted((a, b) => a.peak - b.peak)[1]
    table(
      'A clip’s memory over its length',
      'Peak resident memory of the command, as the kernel says it: 320x180, 25 frames a second, of which every fifth is unlike the one before. Of three runs of 20 seconds that of the median.',
      ['clip', 'time', 'peak resident memory', 'ratio', 'wanted'],
      [
        ['20 seconds', `${(short.wall / 1000).toFixed(0)} s`, `${short.peak.toFixed(0)} MiB`, '1.00', ''],
        [
          '10 minutes',
          `${(long.wall / 1000).toFixed(0)} s`,
          `${long.peak.toFixed(0)} MiB`,
          (long.peak / short.peak).toFixed(2),
          '1.1',
        ],
      ],
    )
  },
  outlines: async ({ folder, table }) => {
    const clips = goodClips()
    if (clips.length === 0) console.log('\noutlines: left out: no clips beside the repository')
    const rows: string[][] = []
    for (const path of clips) {
      const { source, result } = await outlines(path, folder)
      const both = (of: 'frames' | 'duration'): string => `${source[of]} and ${result[of]}`
      const sound = source.sound === '' ? 'none' : source.sound === result.sound ? 'the same packets' : 'NOT the same'
      rows.push([basename(path), both('frames'), both('duration'), sound])
    }
    if (rows.length > 0) {
      table(
        'Whole clips',
        'Every frame of a clip through the command, drawn small; as ffprobe sees the source and the result. Wanted: the same.',
        ['clip', 'frames', 'seconds', 'sound'],
        rows,
      )
    }
  },
  flicker: async ({ table }) => {
    const clips = clipsOfPeople()
    if (clips.length === 0) console.log('\nflicker: left out: no clips with people beside the repository')
    const rows: string[][] = []
    for (const path of clips) {
      const { alone, clip } = await flickerOf(soraOfEveryPixel(), path, 640)
      rows.push([basename(path), 'live', alone.toFixed(2), '', clip.toFixed(2), '1.3'])
    }
    for (const path of clips.slice(0, 3)) {
      const { alone, frozen = Number.NaN, clip } = await flickerOf(randomStyle('animegan-v2'), path, 256)
      const [one, held, all] = [alone.toFixed(2), frozen.toFixed(2), clip.toFixed(2)]
      rows.push([basename(path), 'animegan-v2, random', one, held, all, (alone / 2).toFixed(2)])
    }
    if (rows.length > 0) {
      table(
        'Flicker',
        'Warping errors (Lai et al. 2018) of the first 24 frames by those of the clip itself. Wanted as a clip: 1.3 for live, half of frame by frame for animegan-v2, whose statistics vary little in clips of one light.',
        ['clip', 'style', 'frame by frame', 'statistics of the first frame', 'as a clip', 'wanted'],
        rows,
      )
    }
  },
  service: async ({ folder, table }) => {
    const seconds = 1
    const span = (time: number): string => (time < 60 ? `${time.toFixed(1)} s` : `${(time / 60).toFixed(0)} min`)
    table(
      'The service: simulated crowds',
      `Discrete events with a fixed seed: the crowd of 2021 for three hours, one visitor in ten with five pictures; ${seconds} s a picture and worker, previews 0.15 of that; four in five devices draw, in 6 s. Admission is the service's own.`,
      [
        'crowd',
        'policy',
        'pictures',
        'drawn',
        'on devices',
        'gone',
        'longest queue',
        'first picture, median and 95 %',
        'result',
        'taken over promised, 90 % and most',
      ],
      crowds(seconds).map(({ crowd, policy, result }) => [
        crowd,
        policy,
        String(result.pictures),
        String(result.served),
        String(result.onDevice),
        String(result.gone),
        String(result.longestQueue),
        result.first.map(span).join(', '),
        result.result.map(span).join(', '),
        result.overPromise.map((each) => each.toFixed(2)).join(', '),
      ]),
    )
    const [busy] = loadavg()
    const service = await startService(join(folder, 'service'))
    try {
      const single = await idle(service, 30)
      const many = await atOnce(service, 1000)
      const rate = await capacity(service, 20)
      const over = await overload(service, 10 * rate, 300)
      const others = await greedy(service, 2000, 20)
      const killed = await databaseKills(service, 20)
      const end = await endAndResume(join(folder, 'ended'), 12)
      table(
        'The service under load',
        `One worker, the embedded database, over loopback, from one process on the same machine. The machine's load average was ${busy.toFixed(1)} before and ${loadavg()[0].toFixed(1)} after: where other work runs, too, what a service can do changes from minute to minute, and so does how long jobs wait.`,
        ['what', 'measured', 'wanted'],
        [
          ['POST, 95 % of 30 small pictures on an idle service', ms(single.post), '100 ms'],
          ['until an idle worker takes it up, 95 %', ms(single.pickUp), '300 ms'],
          ['1,000 uploads at once', many.statuses, 'only 202, 429 and 503'],
          ['memory of the API meanwhile', `${many.memory.toFixed(0)} MiB`, '300 MB'],
          [
            `${(10 * rate).toFixed(0)} uploads of 512x512 a second for five minutes, ten times what it does`,
            `${over.admitted} admitted, ${over.refused} refused`,
            '',
          ],
          ['the longest wait that a new visitor is told', `${over.wait.toFixed(0)} s`, 'within 60 s'],
          ['`/healthz` meanwhile, 99 %', ms(over.health), '200 ms'],
          ['taken over promised, 90 % and most', over.within.map((each) => each.toFixed(2)).join(', '), '1.5, 2'],
          ['one client sends 2,000 pictures: previews of 20 others, 95 %', ms(others), '10000 ms'],
          ['20 kills of the database', `${killed.lost} of ${killed.acknowledged} lost`, '0'],
          ['the longest until it answers again', ms(killed.away), '5000 ms'],
          ['SIGTERM with 12 photos in work and waiting: ended after', ms(end.ended), '30000 ms'],
          ['not done after a new start', String(end.lost), '0'],
        ],
      )
    } finally {
      await service.close()
    }
  },
  teach: async ({ folder, threads, table }) => {
    const found = await teachPage(folder, threads)
    if (!found) return console.log('\nteach: left out: no art beside the repository')
    const { sample, step, ratio, memory, before, after } = found
    table(
      'Teaching a style in a browser',
      'Twelve pictures of cel’s art, from sora, in headless Chromium on WebAssembly; steps on Node take turns with it. The distance is that of `animegan evaluate` to all of the art, on photos not trained on, after 150 steps.',
      ['what', 'measured', 'wanted'],
      [
        ['from dropping the art to the first changed sample', `${sample.toFixed(1)} s`, '60 s'],
        ['a step', ms(step * 1000), ''],
        ['the same by the same step on Node', ratio.toFixed(2), '3.5'],
        ['memory of the tab, most', `${memory.toFixed(0)} MiB`, '1500 MB'],
        ['style distance, before', before.toFixed(3), ''],
        ['style distance, after', after.toFixed(3), `${((before * 2) / 3).toFixed(3)}`],
      ],
    )
  },
  install: async ({ folder, table }) => {
    const { seconds, packages } = await installation(folder)
    const all = packages.reduce((sum, { bytes }) => sum + bytes, 0)
    const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
    table(
      'Installing',
      'The packages of a release, installed from their files into an empty folder with a filled cache; bytes of files. Wanted: under 150 MB, of which the service with its database is 50.',
      ['', ''],
      [
        ['time', `${seconds.toFixed(1)} s`],
        ['in all', megabytes(all)],
        ...packages.slice(0, 6).map(({ name, bytes }) => [name, megabytes(bytes)]),
      ],
    )
  },
}
