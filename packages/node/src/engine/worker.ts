/**
 * The worker thread that runs native ONNX Runtime, so that the caller's thread never blocks. Started by node-engine.ts
 * with the session options as its data; core's serveEngine does everything else.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { type EngineReply, type EngineRequest, serveEngine } from '@animegan/core/engine-host'
import { loadRuntime } from './runtime.ts'

if (!parentPort) throw new Error('worker: this file runs as a worker thread only')
const port = parentPort
const handle = serveEngine(
  { postMessage: (message, transfer) => port.postMessage(message, transfer && [...transfer]) },
  loadRuntime(),
  workerData,
  () => new Promise((resolve) => setImmediate(resolve)),
)
port.on('message', (request: EngineRequest) => handle(request))
// The answer to being started, see node-engine.ts.
port.postMessage({ id: 0, result: undefined } satisfies EngineReply)
