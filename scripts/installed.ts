/**
 * Lists what npm has installed into a folder: a package with all its dependencies, and the size of each. Installs
 * nothing.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/** An installed package. */
export interface Installed {
  readonly name: string
  /** Size of its files. */
  readonly bytes: number
  readonly hasInstallScript: boolean
}

/** A package's entry in npm's lock file. */
interface Locked {
  readonly hasInstallScript?: true
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** A package installed in a folder, with all its dependencies, the largest first. */
export const neededBy = (name: string, folder: string): Installed[] => {
  const packages: Record<string, Locked> = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages
  const sizes = sizesIn(join(folder, 'node_modules'))
  const found = new Map<string, Installed>()
  const visit = (each: string): void => {
    const locked = packages[`node_modules/${each}`]
    if (!locked || found.has(each)) return
    found.set(each, { name: each, bytes: sizes.get(each) ?? 0, hasInstallScript: locked.hasInstallScript ?? false })
    for (const other of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })) visit(other)
  }
  visit(name)
  return [...found.values()].sort((a, b) => b.bytes - a.bytes)
}

/** Size of the files of each package below a `node_modules`, in bytes. */
const sizesIn = (folder: string): Map<string, number> => {
  const sizes = new Map<string, number>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const [scope, name] = relative(folder, path).split(/[/\\]/)
    const owner = scope.startsWith('@') ? `${scope}/${name}` : scope
    sizes.set(owner, (sizes.get(owner) ?? 0) + statSync(path).size)
  }
  return sizes
}
