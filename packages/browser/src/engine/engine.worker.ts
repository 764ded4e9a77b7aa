/**
 * The worker that runs ONNX Runtime: its first message names the backend, its second is the binary; core's serveEngine
 * handles the rest. Started by browser-engine.ts.
 */
import { type EngineReply, type EngineRequest, type Runtime, serveEngine } from '@animegan/core/engine-host'
import type { Env } from 'onnxruntime-common'
import type { Backend } from './backend.ts'

/** The first message. */
export interface Start {
  readonly backend: Backend
  readonly threads: number
  readonly script: string
}

/** The second message: ONNX Runtime's binary. */
export type Binary = Uint8Array<ArrayBuffer>

/** The worker's one message that is not a reply: the graphics device is lost. */
export interface Lost {
  readonly lost: string
}

const port = self as unknown as {
  postMessage(message: EngineReply | Lost, transfer?: readonly ArrayBuffer[]): void
  onmessage: ((event: { data: unknown }) => void) | null
}

/** Resolves after the waiting messages; timers would be throttled. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })

const start = async ({ backend, threads, script }: Start): Promise<(request: EngineRequest) => void> => {
  const ort = backend === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm')
  const env = ort.env as Env
  env.wasm.numThreads = threads
  env.wasm.wasmPaths = { mjs: script }
  env.wasm.wasmBinary = (await binary).buffer
  env.logLevel = 'error'
  const handle = serveEngine(
    port as never,
    ort as unknown as Runtime,
    {
      executionProviders: [backend],
      graphOptimizationLevel: 'all',
      // Tiles come in several sizes, and a memory plan would be kept for each.
      enableMemPattern: false,
      logSeverityLevel: 3,
    },
    nextTurn,
  )
  if (backend === 'wasm') return handle
  let watching = false
  return (request) => {
    if (request.type === 'run' && !watching) {
      watching = true
      void watchDevice(env)
    }
    handle(request)
  }
}

const watchDevice = async (env: Env): Promise<void> => {
  const device = (await env.webgpu.device) as { lost?: Promise<{ message: string }> } | undefined
  const lost = await device?.lost
  if (lost) port.postMessage({ lost: lost.message })
}

let handle: Promise<(request: EngineRequest) => void> | undefined
let receiveBinary = (_: Binary): void => {}
const binary = new Promise<Binary>((resolve) => {
  receiveBinary = resolve
})

port.onmessage = ({ data }) => {
  if (!handle) {
    handle = start(data as Start)
    return
  }
  if (data instanceof Uint8Array) {
    receiveBinary(data as Binary)
    return
  }
  const request = data as EngineRequest
  handle.then(
    (serve) => serve(request),
    (error: Error) => {
      if ('id' in request) port.postMessage({ id: request.id, error: error.message })
    },
  )
}
