/**
 * Changes the package.json of `@animegan/node` while npm packs it, in the folder where npm runs this. `add` adds ONNX
 * Runtime's packages as optional dependencies, `remove` removes them. They are not there permanently, because
 * developers of this repository have `onnxruntime-node` itself, and npm would fetch a second runtime.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { runtimePackages } from './runtime-packages.ts'

const { optionalDependencies: _, ...manifest } = JSON.parse(readFileSync('package.json', 'utf8'))
const packages = Object.fromEntries(runtimePackages().map(({ name, version }) => [name, version]))
const result = process.argv[2] === 'add' ? { ...manifest, optionalDependencies: packages } : manifest
// Renamed when complete, because other programs may be reading it.
writeFileSync('package.json.new', `${JSON.stringify(result, null, 2)}\n`)
renameSync('package.json.new', 'package.json')
