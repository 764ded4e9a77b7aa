/** npm as a program that other scripts run. Not a way around it: what it installs and packs is up to npm. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Runs npm in a folder and returns what it wrote to standard output. The environment is the caller's, without what an npm
 * that started the caller put there. Arguments hold no spaces, as on Windows they pass through a shell.
 */
export const npm = async (folder: string, args: readonly string[]): Promise<string> => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || /^npm_config_registry$/i.test(name)),
  )
  const { stdout } = await run('npm', args, {
    cwd: folder,
    env,
    shell: process.platform === 'win32',
    maxBuffer: 64 * 2 ** 20,
  })
  return stdout
}
