/** The direction of imports: a package may import only from packages below it, and core and below know no platform. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../packages/', import.meta.url)
const allowed: Record<string, RegExp> = {
  graph: /^(\.|@bufbuild\/protobuf)/,
  models: /^(\.|@animegan\/graph$|fflate$|flatbuffers$)/,
  core: /^(\.|@animegan\/(graph|models)$|onnxruntime-common$)/,
  train: /^(\.|node:|@animegan\/(graph|models|core)$|@bufbuild\/protobuf\/wire$|sharp$)/,
  cli: /^(\.|node:|@animegan\/(graph|models|core|train)$|onnxruntime-node$|sharp$|commander$|tinyglobby$|mediabunny$|@mediabunny\/server$)/,
  '../apps/web':
    /^(\.|@animegan\/(models|core)$|onnxruntime-(common|web\/[\w.&?-]+)$|preact|@preact\/signals$|fflate$|virtual:)/,
}

const importsOf = (source: string): string[] =>
  [
    ...source.matchAll(
      /(?:^import |^\} from |^export [^'\n]* from |\bimport\()'([^']+)'|^import [^'\n]* from '([^']+)'/gm,
    ),
  ].map((match) => match[1] ?? match[2]!)

describe.each(Object.keys(allowed))('packages/%s', (name) => {
  const folder = new URL(`${name}/src/`, root)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts') && !file.endsWith('testing.ts'),
  )

  it.each(files)('%s imports only from layers below', (file) => {
    const bad = importsOf(readFileSync(new URL(file, folder), 'utf8')).filter((name_) => !allowed[name]!.test(name_))
    expect(bad).toEqual([])
  })

  it.each(files)('%s opens with a paragraph on what it is', (file) => {
    const source = readFileSync(new URL(file, folder), 'utf8')
    const exempt = file.endsWith('index.ts') || file.endsWith('_pb.ts')
    expect(exempt || /^(#!.*\n)?\/\*\*/.test(source)).toBe(true)
  })
})

it('the parts of video that a page can share know neither Node nor the rest of the command', () => {
  const video = new URL('cli/src/video/', root)
  const shared = 'colour encoder frame moov-times muxer orient parts reader render split-view tone-map yuv'.split(' ')
  const local = new RegExp(`^(\\./(${shared.join('|')})\\.ts|@animegan/core|mediabunny)$`)
  for (const name of shared) {
    const imports = importsOf(readFileSync(new URL(`${name}.ts`, video), 'utf8'))
    expect(
      imports.filter((from) => !local.test(from)),
      name,
    ).toEqual([])
  }
})

it('sees the imports that it checks', () => {
  const source = [
    "import { a } from './a.ts'",
    "import {\n  b,\n} from '../b.ts'",
    "import 'side-effect'",
    "export * from 'c'",
    "const d = await import('node:fs')",
    "command('import').description('from')",
  ]
  expect(importsOf(source.join('\n'))).toEqual(['./a.ts', '../b.ts', 'side-effect', 'c', 'node:fs'])
})
