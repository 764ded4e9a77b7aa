/** Plain onnxruntime-web: the unoptimised network, float32 input and output, on the page's own thread. */

import { runtimeFiles } from '@animegan/browser'
import { bindParameters, encodeOnnx, input } from '@animegan/graph'
import { networkOf } from '@animegan/models'
import * as ort from 'onnxruntime-web/wasm'
import { enter, levels, normalised, picture, side, style, threads } from './contestant.ts'

const { architecture, options, weights } = await style()
const network = networkOf(architecture).build(input('picture', [1, 3, side, side]), options)
const { script, binary } = runtimeFiles('wasm')
ort.env.wasm.numThreads = threads
ort.env.wasm.wasmPaths = { mjs: script, wasm: binary }
const model = encodeOnnx({ result: bindParameters([network], weights)[0] })
const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] })

const pixels = side * side
const interleaved = normalised(picture())
const planes = Float32Array.from(
  { length: 3 * pixels },
  (_, i) => interleaved[(i % pixels) * 3 + Math.floor(i / pixels)],
)
const run = () => session.run({ picture: new ort.Tensor('float32', planes, [1, 3, side, side]) })
enter({
  run,
  result: async () => {
    const data = (await run()).result.data as Float32Array
    return levels(Float32Array.from({ length: 3 * pixels }, (_, i) => data[(i % 3) * pixels + Math.floor(i / 3)]))
  },
})
