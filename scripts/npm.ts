/** Runs the npm program for other scripts; npm itself decides what to install and pack. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Runs npm in a folder and returns its standard output. The environment is the caller's, without the variables set by
 * an npm that started the caller. Arguments must not contain spaces, because on Windows they pass through a shell.
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
