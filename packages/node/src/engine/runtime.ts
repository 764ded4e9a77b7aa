/**
 * Finds the installed native ONNX Runtime: the npm package `onnxruntime-node` if the project has it (with CUDA, or
 * custom-built), else the package for this platform, which npm installs with this one. Knows nothing of sessions.
 */
import { createRequire } from 'node:module'
import type { Runtime } from '@animegan/core'
import { reasonOf } from '../text.ts'

const platform = `${process.platform}-${process.arch}`

/** Loads it, resolving packages from the module `from`. Throws a one-line error if there is none for this platform. */
export const loadRuntime = (from: string | URL = import.meta.url): Runtime => {
  const require = createRequire(from)
  const names = ['onnxruntime-node', `@animegan/onnxruntime-${platform}`]
  const installed = names.find((name) => {
    try {
      return require.resolve(name)
    } catch {
      return undefined
    }
  })
  if (!installed)
    throw new Error(
      `expected ONNX Runtime for ${platform} in the package ${names[1]} or ${names[0]}, found neither; run npm install without --omit=optional, or npm install ${names[0]}`,
    )
  try {
    return require(installed)
  } catch (error) {
    throw new Error(`${installed}: expected ONNX Runtime for ${platform}, found ${reasonOf(error)}`, { cause: error })
  }
}
