/** Builds the page with Vite if it is missing or older than its sources. */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
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
  ...[
    'graph/src',
    'models/src',
    'core/src',
    'video/src',
    'pictures/src',
    'browser/src',
    'node/styles',
    'server/src/page',
  ].map((name) => join(root, 'packages', name)),
  join(root, 'examples'),
]

const isBuilt = (): boolean => {
  try {
    return statSync(join(pageFolder, 'index.html')).mtimeMs > Math.max(...sources.map(newest))
  } catch {
    return false
  }
}

/** Whoever builds holds this folder; others wait. */
const lock = join(web, 'dist', 'page.lock')
/** No build takes this long, in milliseconds, so an older lock is left over from a killed one. */
const STALE = 60_000

/** Makes sure that `pageFolder` is up to date; returns true if it had to be built. Rejects when others build for ever. */
export const buildPage = async (): Promise<boolean> => {
  mkdirSync(join(web, 'dist'), { recursive: true })
  for (let tries = 0; tries < 240; tries++) {
    try {
      mkdirSync(lock)
    } catch {
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
      if (since !== undefined && Date.now() - since > STALE) rmSync(lock, { recursive: true, force: true })
      else await new Promise((resolve) => setTimeout(resolve, 500))
      continue
    }
    try {
      if (isBuilt()) return false
      await build({ root: web, configFile: join(web, 'vite.config.ts'), logLevel: 'warn' })
      return true
    } finally {
      rmSync(lock, { recursive: true, force: true })
    }
  }
  throw new Error('others have been building the page for two minutes')
}
