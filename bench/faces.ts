/**
 * Benchmarks face detection: which of the hand-counted faces are found, and how long it takes. bench/faces.json has the
 * counted faces of each picture, as centre and width in pixels; `--write` updates bench/FACES.md, keeping tables that
 * were not measured (`--only`).
 *
 *     npx tsc -b && node bench/dist/faces.js --only found,time --photos ../shared/data/photos --rounds 5 --write
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Face, Picture } from '@animegan/core'
import { createFaceDetector, createStylizer, faceFollowerOf } from '@animegan/core/parts'
import { decodePicture, encodePicture, faceModels, nodeEngine } from 'animegan'
import { describeMachine } from './machine.ts'
import { enlarged, sora, soraOfEveryPixel } from './pictures.ts'
import { compare, type Timing } from './rounds.ts'

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '../shared/data/photos' },
    only: { type: 'string', default: 'found,time' },
    rounds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
})

/** A counted face: its centre and width. */
type Counted = readonly [x: number, y: number, width: number]

/** In these crowds, faces below ten pixels were not counted, so detections below this width are not judged. */
const CROWDS = ['groups_ultralight/ul17.jpg', 'groups_ultralight/ul25.jpg']
const NOT_JUDGED_BELOW = 16

/** Whether a counted face is wide enough that the detector should find it. */
const isLarge = ([, , width]: Counted): boolean => width >= 24

const root = new URL('../../bench/', import.meta.url)
const counted: Record<string, Counted[]> = JSON.parse(readFileSync(new URL('faces.json', root), 'utf8'))
const engine = await nodeEngine({ backend: 'cpu' })
const detector = await createFaceDetector(await faceModels(), engine)

const open = async (path: string): Promise<Picture> => (await decodePicture(await readFile(path), path)).frames[0]

/** The distance of a found face from a counted one, in widths; infinite if their sizes differ too much. */
const distance = (face: Face, [x, y, width]: Counted): number => {
  const growth = face.box.width / width
  if (growth < 0.4 || growth > 2.5) return Number.POSITIVE_INFINITY
  return Math.hypot(face.box.x + face.box.width / 2 - x, face.box.y + face.box.height / 2 - y) / width
}

/** Numbers of counted faces that are found, each once; of false detections; and of detections that are not judged. */
const judge = (name: string, found: readonly Face[]): { hits: number; large: number; wrong: number; open: number } => {
  const pairs = found
    .flatMap((face) => (counted[name] ?? []).map((truth) => ({ face, truth, apart: distance(face, truth) })))
    .filter(({ apart }) => apart < 0.6)
    .sort((a, b) => a.apart - b.apart)
  const taken = new Set<unknown>()
  let [hits, large] = [0, 0]
  for (const { face, truth } of pairs) {
    if (taken.has(face) || taken.has(truth)) continue
    taken.add(face).add(truth)
    hits++
    if (isLarge(truth)) large++
  }
  const rest = found.filter((face) => !taken.has(face))
  const unjudged = CROWDS.includes(name) ? rest.filter(({ box }) => box.width < NOT_JUDGED_BELOW) : []
  return { hits, large, wrong: rest.length - unjudged.length, open: unjudged.length }
}

const folder = mkdtempSync(join(tmpdir(), 'animegan-faces-'))
/** The rows of times: detection compared with the whole processing of a large photo, and frames of a camera. */
const measure = async (): Promise<string[][]> => {
  const photo = join(folder, 'photo.jpg')
  await enlarged(4000, 3000, photo)
  const large = await open(photo)
  const stylizers = [await createStylizer(sora(), engine), await createStylizer(soraOfEveryPixel(), engine)]
  const frame = await open(join(values.photos, 'groups_ultralight/ul2.jpg'))
  const follower = faceFollowerOf(detector)
  let seconds = 0
  const rounds = Number(values.rounds)
  const shares: [Timing, Timing][] = []
  for (const stylizer of stylizers) {
    const [whole, share] = await compare(
      [
        {
          name: '12 MP with live, from file to file',
          run: async () => {
            const decoded = await decodePicture(await readFile(photo), photo)
            const styled = await stylizer.stylize(decoded.frames[0])
            return encodePicture([styled], { format: 'jpeg', name: photo }, decoded)
          },
        },
        { name: 'detection in it', run: () => detector.detect(large) },
      ],
      rounds,
    )
    shares.push([whole, share])
  }
  const FRAMES = 40
  const [camera] = await compare(
    [
      {
        name: 'frames',
        run: async () => {
          for (let i = 0; i < FRAMES; i++) {
            seconds += 1 / 30
            await follower.next(frame, seconds)
          }
        },
      },
    ],
    rounds,
  )

  return [
    ...shares.map(([whole, share], i) => [
      `detection, of the whole time of 12 MP with live, seen ${i === 0 ? 'at 1280 pixels, as by default' : 'whole'}`,
      `${(100 * share.ratio).toFixed(1)} % (${(100 * share.ratioLow).toFixed(1)}-${(100 * share.ratioHigh).toFixed(1)}) of ${(whole.median / 1000).toFixed(1)} s`,
      '8 %',
    ]),
    [
      `a camera frame of ${frame.width}x${frame.height} with four faces, mean of ${FRAMES}`,
      `${(camera.median / FRAMES).toFixed(1)} ms (${(camera.low / FRAMES).toFixed(1)}-${(camera.high / FRAMES).toFixed(1)})`,
      '15 ms',
    ],
  ]
}

try {
  const rows: string[][] = []
  const totals = new Map<
    string,
    { faces: number; hits: number; large: number; largeHits: number; wrong: number; open: number }
  >()
  for (const name of values.only.includes('found') ? Object.keys(counted) : []) {
    const found = await detector.detect(await open(join(values.photos, name)))
    const { hits, large, wrong, open: unjudged } = judge(name, found)
    const faces = counted[name].length
    console.error(`${name}: ${hits} of ${faces} found, ${wrong} false`)
    rows.push([name, String(faces), String(hits), String(wrong), unjudged ? String(unjudged) : ''])
    const set = name.split('/')[0]
    const total = totals.get(set) ?? { faces: 0, hits: 0, large: 0, largeHits: 0, wrong: 0, open: 0 }
    totals.set(set, {
      faces: total.faces + faces,
      hits: total.hits + hits,
      large: total.large + counted[name].filter(isLarge).length,
      largeHits: total.largeHits + large,
      wrong: total.wrong + wrong,
      open: total.open + unjudged,
    })
  }

  const times = values.only.includes('time') ? await measure() : []
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const path = fileURLToPath(new URL('FACES.md', root))
  const before = readFileSync(path, 'utf8').split('\n')
  /** A table; if it was not measured now, with the rows from the file. */
  const table = (part: 'found' | 'time', header: readonly string[], lines: readonly (readonly string[])[]): string => {
    const head = [line(header), line(header.map(() => '---'))]
    if (values.only.includes(part)) return [...head, ...lines.map(line)].join('\n')
    const kept = before.slice(before.indexOf(head[0]) + head.length)
    return [...head, ...kept.slice(0, kept.indexOf(''))].join('\n')
  }
  const percent = (part: number, of: number): string => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`
  const text = [
    '# Faces',
    '',
    `Written by \`node bench/dist/faces.js --write\` on ${describeMachine()}.`,
    '',
    'Faces were counted by eye in enlarged pictures (`faces.json`: middle and width of each, drawn around boxes proposed by',
    'YuNet, with its mistakes taken out and what it missed put in). In the crowds of ul17 and ul25 the hundreds of faces',
    'less than ten pixels wide are not counted, and what is found of them is listed as not judged.',
    'Pictures with no counted face have none, or none that can be seen (a cap from above).',
    'Boxes of seven large faces that YuNet missed are this detector’s own, looked at by eye. Its thresholds were chosen on these',
    'same pictures, so on others it may do worse.',
    '',
    table(
      'found',
      ['pictures', 'faces', 'found', 'of 24 pixels and more', 'found', 'false', 'not judged'],
      [...totals].map(([set, { faces, hits, large, largeHits, wrong, open: unjudged }]) => [
        set,
        String(faces),
        `${hits} (${percent(hits, faces)})`,
        String(large),
        `${largeHits} (${percent(largeHits, large)})`,
        `${wrong} (${percent(wrong, hits + wrong)})`,
        String(unjudged),
      ]),
    ),
    '',
    table('time', ['time', 'median (quartiles)', 'wanted'], times),
    '',
    table('found', ['picture', 'faces', 'found', 'false', 'not judged'], rows),
    '',
  ].join('\n')
  console.log(text)
  if (values.write) writeFileSync(path, text)
} finally {
  await engine.close()
  rmSync(folder, { recursive: true })
}
