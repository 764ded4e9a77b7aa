/** PyTorch as a peer, in a separate process that runs once on each request. Absent if Python has no torch. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Contestant } from './rounds.ts'

/** A peer that is ready to run. */
export interface Peer extends Contestant {
  close(): void
}

/**
 * Starts a script of peers/ with its arguments and the number of threads; undefined if there is no Python with torch.
 * ANIMEGAN_BENCH_PYTHON names another Python.
 */
export const pytorch = async (name: string, args: readonly string[], threads: number): Promise<Peer | undefined> => {
  const script = fileURLToPath(new URL(`../peers/${name}`, import.meta.url))
  const python = process.env.ANIMEGAN_BENCH_PYTHON ?? 'python3'
  const child = spawn(python, [script, ...args, String(threads)], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done) return undefined
  return {
    name: `PyTorch ${first.value.split(' ')[1]}`,
    run: async () => {
      child.stdin.write('run\n')
      if ((await lines.next()).done) throw new Error('PyTorch ended')
    },
    close: () => child.stdin.end(),
  }
}
