/**
 * ONNX Runtime for browsers, run in Node, against ONNX Runtime for Node: a style's network in 8 bits gives the same levels on
 * both, to the last one, so that the page draws what the command draws.
 */
import { readFile } from 'node:fs/promises'
import { loadStyle, type Style } from '@animegan/core'
import * as node from 'onnxruntime-node'
import * as web from 'onnxruntime-web/wasm'
import { expect, it } from 'vitest'
import type { Runtime } from '../../../core/src/engine-host.ts'
import { levelScalesOf } from '../../../core/src/level-scales.ts'
import { quantizedModel } from '../../../core/src/program.ts'
import { testPicture } from '../../../core/src/testing.ts'
import { networkStyle } from '../../../models/src/style.ts'

web.env.wasm.numThreads = 1

const { width, height, data } = testPicture(96, 64)

const levelsOn = async (runtime: Runtime, provider: string, style: Style): Promise<Uint8Array> => {
  const model = quantizedModel(networkStyle(style), levelScalesOf(style)!)
  const session = await runtime.InferenceSession.create(model, { executionProviders: [provider] })
  const picture = new runtime.Tensor('uint8', data.slice(), [1, height, width, 3])
  const { result } = await session.run({ picture })
  await session.release()
  return result.data as Uint8Array
}

it.each(['cel', 'sora'])('%s', async (name) => {
  const style = loadStyle(await readFile(new URL(`../../../node/styles/${name}.safetensors`, import.meta.url)))
  const [there, here] = [await levelsOn(web, 'wasm', style), await levelsOn(node, 'cpu', style)]
  expect(there).toEqual(here)
  expect(new Set(here).size).toBeGreaterThan(50)
})
