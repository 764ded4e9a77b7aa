/**
 * Ctrl-C and its kin: files in the making are removed, and the process ends by the signal itself, at once, which a shell
 * reports as 130 and which also stops a loop that the command runs in.
 */
import { removePending } from '@animegan/node'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Prepares for signals; `before` runs first, for example to take a progress bar away. Returns what undoes it. */
export const onInterrupt = (before: () => void = () => {}): (() => void) => {
  const handler = (signal: NodeJS.Signals): void => {
    undo()
    before()
    removePending()
    // Not process.exit: it would wait for the engine's thread, and ONNX Runtime aborts when ended in the middle of a run.
    process.kill(process.pid, signal)
  }
  const undo = (): void => {
    for (const signal of SIGNALS) process.off(signal, handler)
  }
  for (const signal of SIGNALS) process.on(signal, handler)
  return undo
}
