/**
 * A lock file that names the process working on something, so that a second process does not start the same work. It is
 * removed when the work ends, also by Ctrl-C. A lock left by a killed process is recognised and taken over: no process
 * with its number and start time runs on this machine.
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { AnimeganError } from '@animegan/graph/error'
import { pendingFiles } from './whole-file.ts'

/** The process that holds the lock, as written in the file. */
interface Holder {
  readonly pid: number
  /** The start time of the process, in the system's own units; '' if it cannot be read. */
  readonly started: string
  readonly host: string
}

/**
 * Creates the lock file at a path and returns the function that releases it. Rejects with `busy` if a running process
 * of this machine holds the lock, and with the system's error if the file cannot be created.
 *
 * @param what how the message says what the holder does, as in `is already ${what} by process 7`
 */
export const takeLock = async (path: string, what = 'being made'): Promise<() => Promise<void>> => {
  const own: Holder = { pid: process.pid, started: await startOf(process.pid), host: hostname() }
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(path, JSON.stringify(own), { flag: 'wx' })
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 2) throw error
    }
    const holder = await readHolder(path)
    if (holder && (await isAlive(holder))) {
      throw new AnimeganError('busy', `is already ${what} by process ${holder.pid}: wait for it or end it`)
    }
    await rm(path, { force: true })
  }
  pendingFiles.add(path)
  return async () => {
    pendingFiles.delete(path)
    await rm(path, { force: true })
  }
}

const readHolder = async (path: string): Promise<Holder | undefined> => {
  try {
    const { pid, started, host } = JSON.parse(await readFile(path, 'utf8'))
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, started, host } : undefined
  } catch {
    return undefined
  }
}

/** Whether the process runs on this machine. The start time tells it from a later process with the same number. */
const isAlive = async ({ pid, started, host }: Holder): Promise<boolean> => {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return started === (await startOf(pid))
}

/** Field 22 of /proc/PID/stat on Linux: the ticks from the system's start to that of the process. */
const startOf = async (pid: number): Promise<string> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
