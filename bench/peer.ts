/** Programs in Python as peers, each in a separate process that runs once on each request. Absent if not installed. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Contestant } from './rounds.ts'

/** A peer that is ready to run. */
export interface Peer extends Contestant {
  close(): void
}

/**
 * Starts a script of peers/ with its arguments and the number of threads. It is ready when it prints its name; undefined
 * if it does not, as where Python lacks what it imports. ANIMEGAN_BENCH_PYTHON names another Python.
 */
export const peer = async (name: string, args: readonly string[], threads: number): Promise<Peer | undefined> => {
  const script = fileURLToPath(new URL(`../peers/${name}`, import.meta.url))
  const python = process.env.ANIMEGAN_BENCH_PYTHON ?? 'python3'
  const child = spawn(python, [script, ...args, String(threads)], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done) return undefined
  return {
    name: first.value,
    run: async () => {
      child.stdin.write('run\n')
      if ((await lines.next()).done) throw new Error(`${first.value} ended`)
    },
    close: () => child.stdin.end(),
  }
}
