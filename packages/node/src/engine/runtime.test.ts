import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadRuntime } from './runtime.ts'

const platformPackage = `@animegan/onnxruntime-${process.platform}-${process.arch}`
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'animegan-runtime-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const install = (name: string, program: string): void => {
  const place = join(folder, 'node_modules', name)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'index.js'), program)
}
const load = (): unknown => loadRuntime(pathToFileURL(join(folder, 'module.js')))

test('onnxruntime-node takes precedence over the package for this platform', () => {
  install(platformPackage, "exports.is = 'ours'")
  expect(load()).toEqual({ is: 'ours' })
  install('onnxruntime-node', "exports.is = 'theirs'")
  expect(load()).toEqual({ is: 'theirs' })
})

test('if there is none, the error says what to install', () => {
  expect(load).toThrow(new RegExp(`^expected ONNX Runtime for .* ${platformPackage} .* npm install onnxruntime-node$`))
})

test('a runtime that does not load is named, in one line', () => {
  install('onnxruntime-node', "throw new Error('libfoo.so:\\n no such file')")
  expect(load).toThrow(/^onnxruntime-node: expected ONNX Runtime for .*, found libfoo.so: no such file$/)
})
