/**
 * A file that says which process works on something, so that a second one keeps off. It goes with the work, by Ctrl-C too; what a
 * killed process left is recognised, as nobody of its number that was started then is alive on this machine.
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { AnimeganError } from '@animegan/core'
import { pendingFiles } from './whole-file.ts'

/** Whose the lock is, as it is written in the file. */
interface Holder {
  readonly pid: number
  /** When it was started, in the system's own count; '' where there is none to be read. */
  readonly started: string
  readonly host: string
}

/**
 * Takes the lock that is the file of this path, and gives what lets go of it. Rejects with `busy` where a living process of this machine
 * has it, and as the system does where no file can be made.
 */
export const takeLock = async (path: string): Promise<() => Promise<void>> => {
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
      throw new AnimeganError('busy', `is being made already, by process ${holder.pid}: wait for it, or end it`)
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

/** Whether it runs on this machine; a number that was given again since is another process. */
const isAlive = async ({ pid, started, host }: Holder): Promise<boolean> => {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return started === (await startOf(pid))
}

/** Linux's 22nd field of a process: the ticks from the system's start to its own. */
const startOf = async (pid: number): Promise<string> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
