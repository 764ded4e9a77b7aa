/**
 * Draws pictures in a child process, which is started when needed and ended when it takes too much memory or time.
 * One piece of work at a time; others wait. Knows no jobs and no queue.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, constants, setPriority } from 'node:os'
import { builtFile } from '../built-file.ts'
import type { JobFailure, JobResult } from '../queue/job.ts'
import type { ArtistReply, ArtistRequest, Inspection, UploadFacts } from './protocol.ts'

/** The bounds of an artist. */
export interface ArtistOptions {
  /** Threads for the network; default: one for each core. */
  readonly threads?: number | undefined
  /** The most resident memory of its process, in MiB. It is watched on Linux only. */
  readonly memory: number
  /** Whether it leaves the processor to whoever else wants it, as drawing does for the API and the database. */
  readonly yields?: boolean | undefined
}

export interface Artist {
  /** Its process, which changes when it is started again. */
  readonly pid: number | undefined
  /** Starts the process, so that the first work does not wait for it. */
  start(): void
  /** Reads a file's header. */
  inspect(path: string, clip: Inspection): Promise<UploadFacts | JobFailure>
  /** Loads a style, draws a square with it, and says its side and the time that took. */
  warm(style: string): Promise<{ readonly side: number; readonly milliseconds: number }>
  /**
   * Draws a file into another. Rejects with a `Crash` if the process ended by itself.
   *
   * @param seconds the longest time that it may take
   */
  draw(
    request: Omit<ArtistRequest & { type: 'draw' }, 'type'>,
    seconds: number,
    onProgress: (fraction: number) => void,
  ): Promise<JobResult | JobFailure>
  /** Ends the process, and what it is doing. */
  close(): void
}

/** The process ended, without a reason of ours: because of the picture, or for want of memory elsewhere. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

/** The most of the process's memory that the network plans its tiles for, in MiB. */
const NETWORK_MEMORY = 512
const INSPECT_SECONDS = 10
const WARM_SECONDS = 120
/** How often the memory is looked at, in milliseconds. */
const WATCH_EVERY = 100

/** Creates an artist; its process starts with the first work. */
export const createArtist = ({ threads = availableParallelism(), memory, yields = false }: ArtistOptions): Artist => {
  let child: ChildProcess | undefined
  /** Resolves when the process has loaded: from then on its time counts. */
  let ready: Promise<unknown> = Promise.resolve()
  let last: Promise<unknown> = Promise.resolve()

  const started = (): ChildProcess => {
    if (child) return child
    const args = [threads, Math.min(NETWORK_MEMORY, Math.floor(memory / 4))].map(String)
    const process = fork(builtFile(import.meta.url, 'work/artist-process.js'), args, {
      // Not this process's own flags, which say how tests find the sources.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    // Where memory is short, the kernel is to end this process before any other of ours.
    if (process.pid) writeFile(`/proc/${process.pid}/oom_score_adj`, '1000').catch(() => {})
    if (process.pid && yields) yieldProcessor(process.pid)
    process.once('exit', () => {
      if (child === process) child = undefined
    })
    process.on('error', () => {})
    ready = new Promise((resolve, reject) => {
      process.once('message', resolve)
      process.once('exit', (code, signal) => reject(crashOf(code, signal)))
    })
    ready.catch(() => {})
    child = process
    return process
  }

  /** Sends a request and waits for its answer; the process is ended when a bound is passed. */
  const ask = async (
    request: ArtistRequest,
    seconds: number,
    onProgress: (fraction: number) => void = () => {},
  ): Promise<ArtistReply> => {
    const process = started()
    await ready
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(late)
        clearInterval(watch)
        process.off('message', receive)
        process.off('exit', gone)
        act()
      }
      const tooMuch = (detail: string): void =>
        settle(() => {
          child = undefined
          process.kill('SIGKILL')
          resolve({ type: 'failed', failure: { type: 'failed', detail } })
        })
      const receive = (reply: ArtistReply): void => {
        if (reply.type === 'progress') onProgress(reply.fraction)
        else settle(() => resolve(reply))
      }
      const gone = (code: number | null, signal: string | null): void => settle(() => reject(crashOf(code, signal)))
      const late = setTimeout(() => tooMuch(`it took longer than ${Math.round(seconds)} seconds`), seconds * 1000)
      const watch = setInterval(async () => {
        const used = await residentOf(process.pid)
        if (used > memory) tooMuch(`it took more than ${memory} MiB of memory`)
      }, WATCH_EVERY)
      process.on('message', receive)
      process.once('exit', gone)
      process.send(request, (error) => {
        if (error) gone(null, error.message)
      })
    })
  }

  /** Does a piece of work after those before it. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }

  return {
    get pid() {
      return child?.pid
    },
    start: started,
    inspect: (path, clip) =>
      inTurn(async () => {
        try {
          const reply = await ask({ type: 'inspect', path, clip }, INSPECT_SECONDS)
          if (reply.type === 'inspected') return reply.picture
          const { failure } = reply as { failure: JobFailure }
          return failure.type === 'failed' ? { ...failure, type: 'not-a-picture' } : failure
        } catch (error) {
          if (error instanceof Crash) return { type: 'not-a-picture', detail: 'picture: reading it ended the process' }
          throw error
        }
      }),
    warm: (style) =>
      inTurn(async () => {
        const reply = await ask({ type: 'warm', style }, WARM_SECONDS)
        if (reply.type === 'warmed') return reply
        throw new Error((reply as { failure: JobFailure }).failure.detail)
      }),
    draw: (request, seconds, onProgress) =>
      inTurn(async () => {
        const reply = await ask({ type: 'draw', ...request }, seconds, onProgress)
        return reply.type === 'drawn' ? reply.result : (reply as { failure: JobFailure }).failure
      }),
    close: () => {
      child?.kill('SIGKILL')
      child = undefined
    },
  }
}

const crashOf = (code: number | null, signal: string | null): Crash =>
  new Crash(`the drawing process ended with ${signal ?? `exit code ${code}`}`)

const yieldProcessor = (pid: number): void => {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // This process itself yields more than that.
  }
}

/** Resident memory of a process in MiB; 0 where it cannot be read. */
const residentOf = async (pid: number | undefined): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024
}
