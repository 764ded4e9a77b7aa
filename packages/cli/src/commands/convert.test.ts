/** Importing weights and exporting models: fixtures of the originals, our own style, and malicious files. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { floats, input, interpret } from '@animegan/graph'
import { networkOf, networkStyle, readStyle } from '@animegan/models'
import * as ort from 'onnxruntime-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exportedModel } from '../../../models/src/testing.ts'
import { Workplace } from '../testing.ts'

const fixture = (name: string): Buffer =>
  gunzipSync(readFileSync(new URL(`../../../models/fixtures/${name}.gz`, import.meta.url)))

let at: Workplace
beforeEach(() => {
  at = new Workplace()
})
afterEach(() => at.remove())

it("imports PyTorch weights, with the user's licence", async () => {
  writeFileSync(at.path('generator.pt'), fixture('pytorch-v2.pt'))
  const { code, stderr } = await at.run(['import', 'generator.pt', '--title', 'Mine', '--licence', 'CC-BY-4.0'])
  expect(stderr).toMatch(/AnimeGANv2 \(animegan-v2\), 2,143,552 weights, .*licence CC-BY-4\.0/)
  expect(code).toBe(0)
  const style = readStyle(readFileSync(at.path('generator.safetensors')))
  expect(style).toMatchObject({ architecture: 'animegan-v2', title: 'Mine', licence: 'CC-BY-4.0' })
  const again = await at.run(['import', 'generator.pt'])
  expect([again.code, again.stderr]).toEqual([
    1,
    'animegan: generator.safetensors: already there; --force overwrites it\n',
  ])
})

it('imports a TensorFlow checkpoint by any of its names, and reports a missing file', async () => {
  writeFileSync(at.path('g.ckpt.index'), fixture('tensorflow-v1.index'))
  const alone = await at.run(['import', 'g.ckpt.index'])
  expect([alone.code, alone.stderr]).toEqual([
    1,
    'animegan: g.ckpt.index: expected g.ckpt.data-00000-of-00001 next to it, found none\n',
  ])
  writeFileSync(at.path('g.ckpt.data-00000-of-00001'), fixture('tensorflow-v1.data'))
  for (const name of ['g.ckpt', 'g.ckpt.index', 'g.ckpt.data-00000-of-00001']) {
    const { code, stderr } = await at.run(['import', name, '-o', 'out.safetensors', '--force'])
    expect(stderr).toContain('animegan-v1')
    expect(code).toBe(0)
  }
  expect(networkStyle(readStyle(readFileSync(at.path('out.safetensors')))).options.resize).toBe('asymmetric')
  // The folder, and its `checkpoint` file, which contains the path at training time.
  mkdirSync(at.path('saved'))
  for (const end of ['index', 'data-00000-of-00001'])
    renameSync(at.path(`g.ckpt.${end}`), at.path(`saved/g.ckpt.${end}`))
  writeFileSync(
    at.path('saved/checkpoint'),
    'model_checkpoint_path: "/home/them/g.ckpt"\nall_model_checkpoint_paths: "x"\n',
  )
  for (const name of ['saved', 'saved/checkpoint']) {
    expect((await at.run(['import', name, '-o', 'out.safetensors', '--force'])).code).toBe(0)
  }
  const none = await at.run(['import', '.'])
  expect([none.code, none.stderr]).toEqual([
    1,
    "animegan: .: expected a weight file, found a folder without TensorFlow's file 'checkpoint'\n",
  ])
})

it('draws with weights that are given as a style; a checkpoint has to be imported', async () => {
  await at.picture('a.png')
  writeFileSync(at.path('generator.pt'), fixture('pytorch-v2.pt'))
  const { code, stderr } = await at.run(['a.png', '--style', 'generator.pt', '--size', '64'])
  expect([code, stderr]).toEqual([0, expect.stringContaining('a.anime.png')])
  writeFileSync(at.path('g.ckpt.index'), fixture('tensorflow-v1.index'))
  mkdirSync(at.path('saved'))
  writeFileSync(at.path('saved/checkpoint'), 'model_checkpoint_path: "g.ckpt"\n')
  for (const name of ['g.ckpt.index', 'g.ckpt', 'saved']) {
    const part = await at.run(['a.png', '--style', name, '-o', 'b.png'])
    expect([part.code, part.stderr]).toEqual([
      2,
      `animegan: --style ${name}: expected a style in one file, found part of a checkpoint: animegan import ${name} turns it into a style\n`,
    ])
  }
})

describe('models that others made', () => {
  it('recognises AnimeGANv3 in an .onnx of the original', async () => {
    writeFileSync(at.path('Shinkai.onnx'), exportedModel('tf2onnx-v3-opset17.onnx'))
    const { code, stderr } = await at.run(['import', 'Shinkai.onnx', '--licence', 'CC-BY-4.0'])
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/AnimeGANv3 \(animegan-v3\), 1,027,520 weights, resize asymmetric/),
    ])
    expect(readStyle(readFileSync(at.path('Shinkai.safetensors')))).toMatchObject({
      title: 'Shinkai',
      architecture: 'animegan-v3',
    })
  })

  it('runs any other as it is, from its own file or from a style', async () => {
    await at.picture('a.png')
    writeFileSync(at.path('mild.onnx'), exportedModel('torch-legacy-mild-opset17.onnx'))
    const { code, stderr } = await at.run(['import', 'mild.onnx'])
    expect([code, stderr]).toEqual([0, expect.stringContaining('runs as it is, sizes in multiples of 4')])
    expect((await at.run(['a.png', '--style', 'mild.onnx', '-o', 'one.png'])).code).toBe(0)
    expect((await at.run(['a.png', '--style', 'mild.safetensors', '-o', 'two.png'])).code).toBe(0)
    expect(readFileSync(at.path('two.png')).equals(readFileSync(at.path('one.png')))).toBe(true)
    const about = await at.run(['styles', 'info', 'mild.safetensors'])
    expect([about.code, about.stdout.toString()]).toEqual([0, expect.stringContaining('onnx')])
    // Nothing writes over another program's file.
    const over = await at.run(['calibrate', 'mild.onnx', '--photos', '.'])
    expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('as mild.onnx is no style file')])
    const calibrated = await at.run(['calibrate', 'mild.safetensors', '--photos', '.', '-o', 'c.safetensors'])
    expect([calibrated.code, calibrated.stderr.trim().split('\n').length]).toEqual([1, 1])
    expect(calibrated.stderr).toContain('foreign model')
  })

  it('refuses a hostile one in one line', async () => {
    await at.picture('a.png')
    const looped = exportedModel('torch-legacy-mild-opset17.onnx', ({ graph }) => {
      const [node] = graph?.node.filter(({ opType }) => opType === 'Conv') ?? []
      node.opType = 'Loop'
    })
    writeFileSync(at.path('bad.onnx'), looped)
    for (const args of [
      ['a.png', '--style', 'bad.onnx'],
      ['import', 'bad.onnx', '-o', 'out.safetensors'],
    ]) {
      const { code, stderr } = await at.run(args)
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^animegan: bad\.onnx: [^\n]*Loop[^\n]*\n$/)])
    }
    expect(at.files()).toEqual(['a.png', 'bad.onnx'])
  })
})

it("exports a model that gives the network's results, and imports it again", async () => {
  expect((await at.run(['export', 'sora', '-o', 'sora.onnx'])).code).toBe(0)
  const style = networkStyle(readStyle(readFileSync(new URL('../../../node/styles/sora.safetensors', import.meta.url))))
  const shape = [1, 3, 16, 24]
  const picture = floats(
    Float32Array.from({ length: 1152 }, (_, i) => Math.sin(i)),
    shape,
  )
  const session = await ort.InferenceSession.create(at.path('sora.onnx'))
  const { result } = await session.run({ picture: new ort.Tensor('float32', picture.data, shape) })
  const network = networkOf('live').build(input('picture', shape), style.options)
  const [wanted] = interpret([network], { picture, ...Object.fromEntries(style.weights) })
  expect(result.dims).toEqual(shape)
  const off = (wanted.data as Float32Array).map((x, i) => Math.abs(x - (result.data as Float32Array)[i]))
  expect(Math.max(...off)).toBeLessThan(1e-5)
  const { code, stderr } = await at.run(['import', 'sora.onnx', '-o', 'again.safetensors'])
  expect(stderr).toContain('865,164 weights')
  expect(code).toBe(0)
  expect(networkStyle(readStyle(readFileSync(at.path('again.safetensors')))).weights).toEqual(style.weights)
})

describe('malicious files', () => {
  const sora = (): Buffer => readFileSync(new URL('../../../node/styles/sora.safetensors', import.meta.url))
  const lying = (): Buffer => {
    const bytes = Buffer.from(sora())
    bytes.writeBigUInt64LE(2n ** 60n)
    return bytes
  }
  /** Python's pickle, protocol 2, of an object whose __reduce__ is os.system('touch PATH'). */
  const pickled = (path: string): Buffer =>
    Buffer.concat([
      Buffer.from([0x80, 2]),
      Buffer.from('cposix\nsystem\n'),
      Buffer.from([0x58, path.length + 6, 0, 0, 0]),
      Buffer.from(`touch ${path}`),
      Buffer.from([0x85, 0x52, 0x2e]),
    ])

  it.each<[string, (at: Workplace) => Buffer, RegExp]>([
    ['a truncated style', () => sora().subarray(0, 100_000), /safetensors: expected/],
    ['a length of 2^60', lying, /expected/],
    ['a pickle that calls os.system', ({ folder }) => pickled(`${folder}/harm`), /posix\.system|expected/],
    ['rubbish', () => Buffer.from('rubbish'.repeat(1000)), /expected/],
    ['nothing', () => Buffer.alloc(0), /expected/],
  ])('%s is refused in one line, and is not executed', async (_what, bytes, words) => {
    await at.picture('a.png')
    writeFileSync(at.path('bad.safetensors'), bytes(at))
    for (const args of [
      ['a.png', '--style', 'bad.safetensors'],
      ['import', 'bad.safetensors', '-o', 'out.safetensors'],
    ]) {
      const { code, stderr } = await at.run(args)
      expect(code).toBe(1)
      expect(stderr.trim().split('\n')).toHaveLength(1)
      expect(stderr).toMatch(/^animegan: bad\.safetensors: /)
      expect(stderr).toMatch(words)
    }
    expect(at.files()).toEqual(['a.png', 'bad.safetensors'])
    expect(existsSync(at.path('harm'))).toBe(false)
  })
})
