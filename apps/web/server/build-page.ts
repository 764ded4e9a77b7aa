/** Builds the page with Vite if it is missing or older than its sources. */
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** The workspace's folder, found from this source file or from its build. */
const web = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../' : '../', import.meta.url))
const root = dirname(dirname(web))

export const pageFolder = join(web, 'dist', 'page')

const newest = (path: string): number => {
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs
  return Math.max(0, ...readdirSync(path).map((name) => (name === 'dist' ? 0 : newest(join(path, name)))))
}

const sources = [
  ...['src', 'public', 'build', 'server', 'examples', 'index.html', 'vite.config.ts', 'package.json'].map((name) =>
    join(web, name),
  ),
  ...['graph/src', 'models/src', 'core/src', 'video/src', 'browser/src', 'node/styles'].map((name) =>
    join(root, 'packages', name),
  ),
  join(root, 'examples'),
]

const isBuilt = (): boolean => {
  try {
    return statSync(join(pageFolder, 'index.html')).mtimeMs > Math.max(...sources.map(newest))
  } catch {
    return false
  }
}

/** Makes sure that `pageFolder` is up to date; returns true if it had to be built. */
export const buildPage = async (): Promise<boolean> => {
  if (isBuilt()) return false
  await build({ root: web, configFile: join(web, 'vite.config.ts'), logLevel: 'warn' })
  return true
}
