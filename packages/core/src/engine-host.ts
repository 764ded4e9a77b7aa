/**
 * The worker's side of an engine: owns the ONNX Runtime, loads models and runs them, one message at a time. The caller
 * passes the runtime (onnxruntime-node or onnxruntime-web) under onnxruntime-common's types; the port is anything with
 * postMessage. The other side is remote-engine.ts. Exported by itself, so that a worker loads nothing else.
 */
import type { DType, Value } from '@animegan/graph'
import type { InferenceSession, InferenceSessionFactory, Tensor, TensorConstructor } from 'onnxruntime-common'

/** The part of a MessagePort, a Worker or a worker's global scope that both sides need. */
export interface EnginePort {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void
}

/** Requests to the engine. `cancel` withdraws a run that has not begun, by its id. */
export type EngineRequest =
  | { readonly id: number; readonly type: 'load'; readonly model: Uint8Array }
  | {
      readonly id: number
      readonly type: 'run'
      readonly session: number
      readonly feeds: Readonly<Record<string, Value>>
    }
  | { readonly id: number; readonly type: 'release'; readonly session: number }
  | { readonly type: 'cancel'; readonly run: number }

export type EngineReply =
  | { readonly id: number; readonly result: number | Record<string, Value> | undefined }
  | { readonly id: number; readonly error: string }

export interface Runtime {
  readonly InferenceSession: InferenceSessionFactory
  readonly Tensor: TensorConstructor
}

/** The buffers that a value fills completely, which can be transferred; other values are copied. */
export const memoryOf = (values: Readonly<Record<string, Value>>): ArrayBuffer[] => {
  const found = new Set<ArrayBuffer>()
  for (const { data } of Object.values(values)) {
    const { buffer } = data
    if (buffer instanceof ArrayBuffer && data.byteLength === buffer.byteLength) found.add(buffer)
  }
  return [...found]
}

/**
 * Handles requests one after another; pass it every message that the port receives.
 *
 * @param nextTurn resolves when all waiting messages have been received: a run blocks the thread, and cancellations
 * sent meanwhile must arrive before the next run begins
 */
export const serveEngine = (
  port: EnginePort,
  runtime: Runtime,
  options: InferenceSession.SessionOptions,
  nextTurn: () => Promise<void>,
): ((request: EngineRequest) => void) => {
  const sessions = new Map<number, InferenceSession>()
  const cancelled = new Set<number>()
  let queue = Promise.resolve()

  const handle = async (request: Exclude<EngineRequest, { type: 'cancel' }>): Promise<EngineReply> => {
    const { id } = request
    if (request.type === 'load') {
      sessions.set(id, await runtime.InferenceSession.create(request.model, options))
      return { id, result: id }
    }
    const session = sessions.get(request.session)
    if (!session) throw new Error('the session is released')
    if (request.type === 'release') {
      sessions.delete(request.session)
      await session.release()
      return { id, result: undefined }
    }
    await nextTurn()
    if (cancelled.delete(id)) return { id, error: 'the run was taken back' }
    const feeds: Record<string, Tensor> = {}
    for (const [name, { dtype, data, shape }] of Object.entries(request.feeds)) {
      feeds[name] = new runtime.Tensor(dtype, data as Float32Array, shape)
    }
    const fetched = await session.run(feeds)
    const result: Record<string, Value> = {}
    for (const [name, tensor] of Object.entries(fetched)) {
      result[name] = { dtype: tensor.type as DType, shape: tensor.dims, data: tensor.data as Float32Array }
    }
    return { id, result }
  }

  return (request) => {
    if (request.type === 'cancel') {
      cancelled.add(request.run)
      return
    }
    queue = queue.then(async () => {
      try {
        const reply = await handle(request)
        // Nothing else uses the results, so they are transferred, not copied.
        port.postMessage(reply, 'result' in reply && typeof reply.result === 'object' ? memoryOf(reply.result) : [])
      } catch (error) {
        port.postMessage({ id: request.id, error: (error as Error).message } satisfies EngineReply)
      }
    })
  }
}
