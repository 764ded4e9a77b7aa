/** The direction of imports: a package may import only from packages below it, and core and below know no platform. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../packages/', import.meta.url)
const allowed: Record<string, RegExp> = {
  graph: /^(\.|@bufbuild\/protobuf)/,
  models: /^(\.|@animegan\/graph$|fflate$|flatbuffers(\/js\/flexbuffers\.js)?$)/,
  core: /^(\.|@animegan\/(graph|models)$|onnxruntime-common$)/,
  video: /^(\.|@animegan\/core$|mediabunny$)/,
  train: /^(\.|node:|@animegan\/(graph|models|core)$|@bufbuild\/protobuf\/wire$|sharp$)/,
  cli: /^(\.|node:|@animegan\/(graph|models|core|train|video)$|onnxruntime-node$|sharp$|commander$|tinyglobby$|mediabunny$|@mediabunny\/server$)/,
  '../apps/web':
    /^(\.|@animegan\/(models|core|video)$|mediabunny$|onnxruntime-(common|web\/[\w.&?-]+)$|preact|@preact\/signals$|fflate$|virtual:)/,
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
