/**
 * A release as users get it: everything is packed, installed together into an empty folder with only the npm registry,
 * and used from there.
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core'
import { publint } from 'publint'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { neededBy } from '../scripts/installed.ts'
import { npm } from '../scripts/npm.ts'
import { pack, type Tarball } from '../scripts/pack.ts'
import { runtimePackages } from '../scripts/runtime-packages.ts'

const run = promisify(execFile)
const MEGABYTE = 1e6

/** Maximum size of an installed `animegan` with all its dependencies, on Linux x64. */
const LARGEST = 195 * MEGABYTE

/** Whether only those have a problem who resolve packages of ES modules as older tools do: attw's profile `esm-only`. */
const isForOthers = (problem: Problem): boolean =>
  'resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)

const runtime = runtimePackages().filter(({ platform, arch }) => platform === process.platform && arch === process.arch)
const reachable = spawnSync('npm', ['view', 'onnxruntime-common', 'version', '--fetch-retries=0'], {
  shell: process.platform === 'win32',
  timeout: 20_000,
})
const missing =
  runtime.length === 0
    ? ` (skipped: there is no ONNX Runtime for ${process.platform}-${process.arch})`
    : reachable.status === 0
      ? ''
      : ' (skipped: the npm registry cannot be reached)'

describe.skipIf(missing)(`the packages of a release${missing}`, () => {
  const tarballFolder = mkdtempSync(join(tmpdir(), 'animegan-packed-'))
  const folder = mkdtempSync(join(tmpdir(), 'animegan-installed-'))
  let tarballs: Tarball[]
  let seconds: number

  beforeAll(async () => {
    tarballs = await pack(tarballFolder, runtime)
    const start = performance.now()
    const files = tarballs.map(({ path }) => relative(folder, path))
    await npm(folder, ['install', '--no-audit', '--no-fund', ...files])
    seconds = (performance.now() - start) / 1000
  }, 600_000)
  afterAll(() => {
    rmSync(tarballFolder, { recursive: true })
    rmSync(folder, { recursive: true })
  })

  test('contain their licence and no tests', () => {
    for (const { name, files } of tarballs) {
      expect(files, name).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
      expect(files.filter((file) => /test|fixture|tsbuildinfo/.test(file))).toEqual([])
    }
  })

  test('have the page for the service, compressed', () => {
    const { files } = tarballs.find(({ name }) => name === '@animegan/server') as Tarball
    expect(files).toEqual(expect.arrayContaining(['page/index.html', 'page/service-worker.js.gz']))
    expect(files.some((file) => /^page\/assets\/ort-wasm.*\.wasm\.gz$/.test(file))).toBe(true)
  })

  test('state their repository', () => {
    for (const { name } of tarballs)
      expect(manifestOf(name), name).toMatchObject({
        license: 'MIT',
        repository: { type: 'git', url: expect.stringMatching(/^git\+https:/) },
        homepage: expect.stringMatching(/^https:/),
        bugs: expect.stringMatching(/^https:/),
      })
  })

  // By what their commands do: to start these for every package took twenty seconds.
  test('pass publint and attw', async () => {
    for (const { name, path } of tarballs) {
      const tarball = new Uint8Array(readFileSync(path))
      const { messages } = await publint({ pack: { tarball: tarball.buffer }, level: 'warning', strict: true })
      expect(messages, name).toEqual([])
      const analysis = await checkPackage(createPackageFromTarballData(tarball))
      const faults = analysis.types ? analysis.problems.filter((problem) => !isForOthers(problem)) : []
      expect(faults, name).toEqual([])
      expect(Boolean(analysis.types), name).toBe(manifestOf(name).exports !== undefined)
    }
  }, 300_000)

  test('include ONNX Runtime for all its platforms', () => {
    const wanted = Object.fromEntries(runtimePackages().map(({ name, version }) => [name, version]))
    expect(Object.keys(wanted)).toContain('@animegan/onnxruntime-linux-x64')
    expect(manifestOf('@animegan/node').optionalDependencies).toEqual(wanted)
  })

  test('install the command without running a script', () => {
    expect(neededBy('animegan', folder).filter(({ hasInstallScript }) => hasInstallScript)).toEqual([])
  })

  test(`take less than ${LARGEST / MEGABYTE} MB`, () => {
    const needed = neededBy('animegan', folder)
    const all = needed.reduce((sum, { bytes }) => sum + bytes, 0)
    const table = needed.map(({ name, bytes }) => `  ${megabytes(bytes)}  ${name}`)
    console.log(
      `installed in ${seconds.toFixed(0)} s: animegan is ${megabytes(all)} MB, of which\n${table.slice(0, 9).join('\n')}`,
    )
    if (`${process.platform}-${process.arch}` === 'linux-x64') expect(all).toBeLessThan(LARGEST)
  })

  test('draw a photo', async () => {
    const photo = fileURLToPath(new URL('../examples/portrait.jpg', import.meta.url))
    await sharp(photo).resize(320).toFile(join(folder, 'photo.jpg'))
    await npm(folder, ['exec', '--offline', 'animegan', 'photo.jpg'])
    const { data, info } = await sharp(join(folder, 'photo.anime.jpg')).raw().toBuffer({ resolveWithObject: true })
    const { data: original } = await sharp(join(folder, 'photo.jpg')).raw().toBuffer({ resolveWithObject: true })
    expect(info.width).toBe(320)
    const difference = data.reduce((sum, value, i) => sum + Math.abs(value - original[i]), 0) / data.length
    expect(difference).toBeGreaterThan(2)
    expect(difference).toBeLessThan(60)
  }, 120_000)

  test('can be imported', async () => {
    const names = tarballs.map(({ name }) => name)
    const program = `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(await import(name)).length)`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder })
    const exported = stdout.trim().split('\n')
    expect(exported.map((line) => line.split(' ')[0])).toEqual(names)
    expect(exported.filter((line) => line.endsWith(' 0'))).toEqual([])
  })

  const manifestOf = (name: string) =>
    JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'))
})

const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1).padStart(5)
