/**
 * Handles Ctrl-C and similar signals: removes unfinished files and ends the process at once by the signal itself, which
 * a shell reports as 130 and which also stops a shell loop around the command.
 */
import { removePending } from '@animegan/node'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Installs signal handlers; `before` runs first, for example to remove a progress bar. Returns a function that
 * uninstalls them.
 */
export const onInterrupt = (before: () => void = () => {}): (() => void) => {
  const handler = (signal: NodeJS.Signals): void => {
    undo()
    before()
    removePending()
    // Not process.exit: it would wait for the engine's thread, and ONNX Runtime aborts when ended during a run.
    process.kill(process.pid, signal)
  }
  const undo = (): void => {
    for (const signal of SIGNALS) process.off(signal, handler)
  }
  for (const signal of SIGNALS) process.on(signal, handler)
  return undo
}
