/** `train` as users run it: a run from pictures to a style, killed and resumed, and common mistakes. */
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compactFeatures, Workplace } from '../testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

const recipe = {
  format: 'animegan-recipe/1',
  title: 'tiny',
  description: 'For tests.',
  architecture: 'live',
  discriminator: 'live',
  gan: 'lsgan',
  size: 32,
  batch: 1,
  photoScale: [0.8, 1],
  styleScale: [1, 1],
  teacher: 'sora',
  adam: { beta1: 0.5, beta2: 0.99 },
  emaDecay: 0.9,
  gradientClipNorm: 0,
  phases: [
    { name: 'drawing', steps: 45, learningRate: 1e-3, generator: [{ loss: 'pixel', weight: 1, to: 'target' }] },
    {
      name: 'refinement',
      steps: 15,
      learningRate: 1e-4,
      generator: [
        { loss: 'content', weight: 1, to: 'photo', layer: 'conv4_4' },
        { loss: 'adversarial', weight: 1, shown: 'result-gray', target: 1 },
      ],
      discriminator: { learningRate: 1e-4, losses: [{ shown: 'style-gray', target: 1, weight: 1 }] },
    },
  ],
}

const base = [
  'train',
  '--style',
  'art',
  '--photos',
  'photos',
  '--recipe',
  'tiny.json',
  '--features',
  'vgg.safetensors',
  '--threads',
  '1',
]

beforeAll(async () => {
  mkdirSync(place.path('art'))
  mkdirSync(place.path('photos'))
  for (const i of [1, 2, 3]) {
    await place.picture(`art/${i}.png`, 40 + i, 40)
    await place.picture(`photos/${i}.png`, 60, 50 + i)
  }
  writeFileSync(place.path('photos', 'torn.jpg'), readFileSync(place.path('photos', '1.png')).subarray(0, 99))
  writeFileSync(place.path('vgg.safetensors'), compactFeatures())
  writeFileSync(place.path('tiny.json'), JSON.stringify(recipe))
})

/** The same with the perception network that is installed with the command. */
const offline = base.filter((word) => word !== '--features' && word !== 'vgg.safetensors')

/** Lines of a run's losses, without times. */
const lossesOf = (folder: string): unknown[] =>
  readFileSync(place.path(folder, 'losses.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as object), seconds: undefined }))

describe('a run', () => {
  beforeAll(async () => {
    const { code, stderr } = await place.run([...base, '-o', 'whole', '--licence', 'CC0-1.0'])
    expect(stderr).toContain('torn.jpg: left out: ')
    expect(stderr).toMatch(/step 60 of 60, refinement, .* s\/step, .*step-0000060\.jpg/)
    expect(stderr).toMatch(/distance to the art .*: -?\d\.\d{3} ± \d\.\d{3}; before, the photos themselves: -?\d\./)
    expect(code).toBe(0)
  })

  it('writes a style, a report, a sheet, events and checkpoints', () => {
    const files = place.files('whole').map((path) => path.replace(/tfevents\.[\d.]+$/, 'tfevents'))
    expect(files).toEqual([
      'checkpoints/step-0000050.safetensors',
      'checkpoints/step-0000060.safetensors',
      'events.out.tfevents',
      'losses.jsonl',
      'report.html',
      'run.json',
      'sheets/step-0000060.jpg',
      'whole.safetensors',
    ])
    const report = readFileSync(place.path('whole', 'report.html'), 'utf8')
    expect(report).toContain('src="sheets/step-0000060.jpg"')
    const pixel = lossesOf('whole')
      .slice(0, 45)
      .map((line) => (line as { losses: Record<string, number> }).losses['generator.pixel'])
    const mean = (some: number[]): number => some.reduce((sum, loss) => sum + loss, 0) / some.length
    expect(mean(pixel.slice(-5))).toBeLessThan(0.5 * mean(pixel.slice(0, 5)))
  })

  it('makes a style that draws pictures, with its licence', async () => {
    const drawn = await place.run(['--style', 'whole/whole.safetensors', 'photos/1.png', '-o', 'drawn.png'])
    expect(drawn.code).toBe(0)
    const info = await place.run(['styles', 'info', 'whole/whole.safetensors'])
    expect(info.stdout.toString()).toMatch(/CC0-1\.0/)
    expect(info.stdout.toString()).toMatch(/60 steps of 1 crops of 32 px, seed 1/)
  })

  it('can start from a style and continue training it', async () => {
    const from = [...base, '--from', 'whole/whole.safetensors']
    const { code, stderr } = await place.run([...from, '-o', 'further', '--steps', '2'])
    expect([code, stderr]).toEqual([0, expect.stringContaining('step 2 of 2')])
    expect(stderr).toContain('; before, the style it began with: ')
    const pixel = (folder: string) =>
      (lossesOf(folder)[0] as { losses: Record<string, number> }).losses['generator.pixel']
    expect(pixel('further')).toBeLessThan(0.8 * pixel('whole'))
    expect((await place.run(['train', '--resume', 'further', '--steps', '3'])).code).toBe(0)
    const info = await place.run(['styles', 'info', 'further/further.safetensors'])
    expect(info.stdout.toString()).toContain('3 steps of 1 crops of 32 px, seed 1, from whole.safetensors')
    const other = await place.run([...from, '-o', 'other', '--arch', 'animegan-v2-lite'])
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('--from: expected a style of animegan-v2-lite, found whole/whole.safetensors, of live'),
    ])
  })

  it('needs no perception network, and can be watched in a browser until it ends', async () => {
    let page: Promise<string> | undefined
    let url = ''
    const { code, stderr } = await place.run([...offline, '-o', 'watched', '--steps', '70', '--watch'], {
      watch: (told) => {
        url = /^watch it at (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(told)?.[1] ?? ''
        if (/step 50 of 70/.test(told)) page ??= fetch(url).then((response) => response.text())
      },
    })
    expect([code, stderr]).toEqual([0, expect.stringContaining('step 70 of 70')])
    expect(await page).toMatch(/<dt>Steps<\/dt><dd>\d+ of 1 crops/)
    await expect(fetch(url)).rejects.toThrow()
  })

  it('killed without warning and resumed, gives the same bits', async () => {
    const killed = await place.run([...base, '-o', 'killed/whole', '--licence', 'CC0-1.0'], {
      watch: (stderr, kill) => {
        if (/step 50 of/.test(stderr)) setTimeout(() => kill('SIGKILL'), 300)
      },
    })
    expect(killed.signal).toBe('SIGKILL')
    expect(place.files('killed/whole')).not.toContain('sheets/step-0000060.jpg')
    // As if it had been killed in the middle of a line.
    appendFileSync(place.path('killed', 'whole', 'losses.jsonl'), '{"step":99,"pha')
    const resumed = await place.run(['train', '--resume', 'killed/whole', '--threads', '1'])
    expect(resumed.code).toBe(0)
    expect(lossesOf('killed/whole')).toEqual(lossesOf('whole'))
    const read = (folder: string) => readFileSync(place.path(folder, 'whole.safetensors'))
    expect(read('killed/whole').equals(read('whole'))).toBe(true)
  })

  it.skipIf(process.platform === 'win32')(
    'interrupted by Ctrl-C, ends with a checkpoint and says how to continue',
    async () => {
      let sent = false
      const { code, stderr } = await place.run([...base, '-o', 'polite', '--steps', '5000'], {
        watch: (stderr_, kill) => {
          if (sent || !/step 50 of 5000/.test(stderr_)) return
          sent = true
          kill('SIGINT')
        },
      })
      expect(code).toBe(130)
      expect(stderr).toContain('continue with: animegan train --resume polite')
      const done = lossesOf('polite').length
      expect(done).toBeLessThan(100)
      expect(place.files('polite/checkpoints').at(-1)).toBe(`step-${String(done).padStart(7, '0')}.safetensors`)
    },
  )

  it('already finished, does nothing', async () => {
    const again = await place.run(['train', '--resume', 'whole', '--threads', '1'])
    expect(again.code).toBe(0)
    expect(again.stderr).toContain('nothing left to do')
  })
})

describe('a mistake', () => {
  const cases: [string, string[], number, RegExp][] = [
    [
      'no style',
      ['train', '--photos', 'photos', '-o', 'x'],
      2,
      /expected --style, a folder of pictures to learn from, found none/,
    ],
    ['no output', ['train', '--style', 'art', '--photos', 'photos'], 2, /expected -o, a folder for the run/],
    [
      'an unknown recipe',
      [...base, '--recipe', 'lives', '-o', 'x'],
      2,
      /expected a file or one of .*live.*did you mean live\?/,
    ],
    [
      'an unknown teacher',
      [...base, '--teacher', 'ghibli', '-o', 'x7'],
      2,
      /--teacher: expected one of sora, cel, pepper, yoru, found 'ghibli'/,
    ],
    [
      'a recipe that changes a style, without one',
      [...base, '--recipe', 'teach', '-o', 'x8'],
      2,
      /--recipe teach: expected --from, a style to begin with, such as sora, found none/,
    ],
    ['an empty folder', [...base, '--style', 'empty', '-o', 'x1'], 1, /empty: expected pictures, found no files/],
    [
      'a path that is not a folder',
      [...base, '--photos', 'nowhere', '-o', 'x2'],
      1,
      /nowhere: expected a folder of pictures, found ENOENT/,
    ],
    ['an invalid feature file', [...base, '--features', 'photos/1.png', '-o', 'x3'], 1, /photos\/1\.png: /],
    [
      'a style instead of features',
      [...base, '--features', 'whole/whole.safetensors', '-o', 'x4'],
      1,
      /expected the weights of VGG-19/,
    ],
    [
      'features that are not there',
      [...base, '--features', 'compact-vgg19', '-o', 'x5'],
      2,
      /--features: not installed; get it with: animegan styles add compact-vgg19/,
    ],
    ['a folder with a run', [...base, '-o', 'whole'], 1, /found one; continue it with --resume whole/],
    [
      'no run to resume',
      ['train', '--resume', 'art'],
      1,
      /art: expected the folder of a run \(with run\.json\), found none/,
    ],
    [
      'another style for a run',
      ['train', '--resume', 'whole', '--style', 'art'],
      2,
      /expected a run with its original options, found --style/,
    ],
    [
      'a recipe with a mistake',
      [...base, '--recipe', 'slip.json', '-o', 'x6'],
      1,
      /slip\.json: .*recipe\.size: expected a multiple of 32, found 33/,
    ],
  ]

  it.each(cases)('%s is reported in one line', async (_, args, code, message) => {
    mkdirSync(place.path('empty'), { recursive: true })
    writeFileSync(place.path('slip.json'), JSON.stringify({ ...recipe, size: 33 }))
    const outcome = await place.run(args)
    expect(outcome.stderr.trim()).toMatch(message)
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
    expect(outcome.code).toBe(code)
    expect(place.files().filter((path) => path.startsWith('x'))).toEqual([])
  })

  it('such as the checkpoint of another network is reported, and nothing is lost', async () => {
    const plan = JSON.parse(readFileSync(place.path('whole', 'run.json'), 'utf8')) as { recipe: object; limits: object }
    mkdirSync(place.path('other', 'checkpoints'), { recursive: true })
    writeFileSync(
      place.path('other', 'run.json'),
      JSON.stringify({ ...plan, recipe: { ...plan.recipe, architecture: 'animegan-v2-lite' }, limits: { steps: 70 } }),
    )
    copyFileSync(
      place.path('whole/checkpoints/step-0000060.safetensors'),
      place.path('other/checkpoints/step-0000060.safetensors'),
    )
    const { code, stderr } = await place.run(['train', '--resume', 'other'])
    expect(stderr.trim().split('\n').at(-1)).toMatch(/it belongs to another recipe/)
    expect(code).toBe(1)
    expect(place.files('other/checkpoints')).toEqual(['step-0000060.safetensors'])
  })
})
