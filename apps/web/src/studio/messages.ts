/** The messages between the page (remote.ts) and a worker whose functions it calls by name (serve.ts). */
import type { ProblemCode } from './problem.ts'

/** A worker's functions: a table of what each takes and returns. */
export type Table<Calls> = { readonly [Name in keyof Calls]: { args: readonly unknown[]; result: unknown } }

export type ToWorker<Calls> =
  | { readonly id: number; readonly call: keyof Calls; readonly args: readonly unknown[] }
  | { readonly cancel: number }

export type FromWorker<Progress> =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly problem: ProblemCode; readonly detail: string }
  | { readonly id: number; readonly progress: Progress }
