/** The direction of imports: a package may import only from packages below it, and none but the command and what stands apart for Node knows it. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../packages/', import.meta.url)
const allowed: Record<string, RegExp> = {
  graph: /^(\.|@bufbuild\/protobuf)/,
  models: /^(\.|@animegan\/graph$|fflate$|flatbuffers$)/,
  core: /^(\.|@animegan\/(graph|models)$|onnxruntime-common$)/,
  video: /^(\.|@animegan\/core$|mediabunny$)/,
  train: /^(\.(?!.*\/node\/)|@animegan\/(graph|models|core)$|@bufbuild\/protobuf\/wire$)/,
  'train/src/node': /^(\.\/|node:|@animegan\/(graph|core|train)$|sharp$)/,
  node: /^(\.|node:|@animegan\/(graph|models|core|train|video)$|onnxruntime-node$|sharp$|mediabunny$|@mediabunny\/server$)/,
  cli: /^(\.|node:|@animegan\/(graph|models|core|train(\/node)?|video|node)$|sharp$|commander$|tinyglobby$|mediabunny$)/,
  '../apps/web':
    /^(\.|@animegan\/(models|core|video)$|mediabunny$|onnxruntime-(common|web\/[\w.&?-]+)$|preact|@preact\/signals$|fflate$|virtual:)/,
}

const importsOf = (source: string): string[] =>
  [
    ...source.matchAll(
      /(?:^import |^\} from |^export [^'\n]* from |\bimport\()'([^']+)'|^import [^'\n]* from '([^']+)'/gm,
    ),
  ].map((match) => match[1] ?? match[2]!)

/** The folder of a name's sources: a package's, or one inside that stands apart. */
const sourcesOf = (name: string): string => (name.includes('/src/') ? `${name}/` : `${name}/src/`)

describe.each(Object.keys(allowed))('packages/%s', (name) => {
  const folder = new URL(sourcesOf(name), root)
  const apart = Object.keys(allowed)
    .map(sourcesOf)
    .filter((other) => other !== sourcesOf(name) && other.startsWith(sourcesOf(name)))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      /\.tsx?$/.test(file) &&
      !file.endsWith('.test.ts') &&
      !file.endsWith('testing.ts') &&
      !apart.some((inner) => (sourcesOf(name) + file).startsWith(inner)),
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
