/**
 * `npm run pack -- FOLDER`: packs everything that a release publishes as tarballs in a folder. Run it in a fresh clone,
 * because existing build outputs are packed unchanged.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm } from './npm.ts'
import { root } from './root.ts'
import { type RuntimePackage, runtimePackages, writeRuntimePackage } from './runtime-packages.ts'

/** A packed package. */
export interface Tarball {
  readonly name: string
  /** Its tarball. */
  readonly path: string
  /** The files in it, relative to the package. */
  readonly files: readonly string[]
}

/** Packs every package of the workspace that is not private, and ONNX Runtime for the platforms. */
export const pack = async (folder: string, platforms: readonly RuntimePackage[]): Promise<Tarball[]> => {
  const packages = readdirSync(new URL('packages/', root)).filter(
    (each) => !JSON.parse(readFileSync(new URL(`packages/${each}/package.json`, root), 'utf8')).private,
  )
  const tarballs = await packIn(
    fileURLToPath(root),
    folder,
    packages.flatMap((each) => ['-w', `packages/${each}`]),
  )
  for (const platform of platforms) {
    const temporary = mkdtempSync(join(tmpdir(), 'animegan-runtime-'))
    try {
      writeRuntimePackage(platform, temporary)
      tarballs.push(...(await packIn(temporary, folder, [])))
    } finally {
      rmSync(temporary, { recursive: true })
    }
  }
  return tarballs
}

const packIn = async (cwd: string, folder: string, args: readonly string[]): Promise<Tarball[]> => {
  const answer = JSON.parse(
    await npm(cwd, [
      'pack',
      '--json',
      '--foreground-scripts=false',
      '--pack-destination',
      relative(cwd, folder),
      ...args,
    ]),
  )
  const packed: { name: string; filename: string; files: { path: string }[] }[] = Object.values(answer)
  return packed.map(({ name, filename, files }) => ({
    name,
    path: join(folder, filename),
    files: files.map(({ path }) => path),
  }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? 'dist')
  mkdirSync(folder, { recursive: true })
  for (const { path } of await pack(folder, runtimePackages())) console.log(path)
}
