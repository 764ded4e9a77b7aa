/**
 * Measures installing `animegan`: the packages of a release, packed from this checkout and installed from their files
 * into an empty folder.
 */
import { mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Installed, neededBy } from 'animegan-scripts/installed'
import { npm } from 'animegan-scripts/npm'
import { pack } from 'animegan-scripts/pack'
import { runtimePackages } from 'animegan-scripts/runtime-packages'

/** The time of an installation, with npm's cache filled by a previous one, and the installed files. */
export const installation = async (folder: string): Promise<{ seconds: number; packages: Installed[] }> => {
  const platforms = runtimePackages().filter(
    ({ platform, arch }) => platform === process.platform && arch === process.arch,
  )
  mkdirSync(join(folder, 'tarballs'))
  const tarballs = await pack(join(folder, 'tarballs'), platforms)
  const into = async (name: string): Promise<string> => {
    const place = join(folder, name)
    mkdirSync(place)
    await npm(place, ['install', '--no-audit', '--no-fund', ...tarballs.map(({ path }) => relative(place, path))])
    return place
  }
  await into('first')
  const start = performance.now()
  const place = await into('installed')
  return { seconds: (performance.now() - start) / 1000, packages: neededBy('animegan', place) }
}
