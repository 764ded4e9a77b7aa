/** Describes the machine and the versions that the figures are from. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, totalmem } from 'node:os'

const require = createRequire(import.meta.url)

const versionOf = (name: string): string => {
  // Not every package exports its package.json.
  const main = require.resolve(name)
  const root = main.slice(0, main.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}/`.length)
  return JSON.parse(readFileSync(`${root}package.json`, 'utf8')).version
}

const instructions = (): string => {
  try {
    const flags = new Set(readFileSync('/proc/cpuinfo', 'utf8').split(/\s+/))
    return flags.has('avx512f') ? 'AVX-512' : flags.has('avx2') ? 'AVX2' : 'no AVX2'
  } catch {
    return 'instructions unknown'
  }
}

/** One line about the machine. */
export const describeMachine = (): string => {
  const cores = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return (
    `${cores[0]?.model.trim()}, ${cores.length} cores, ${instructions()}, ${memory} GiB; ` +
    `Node ${process.versions.node}, onnxruntime-node ${versionOf('onnxruntime-node')}, ${process.platform}`
  )
}
