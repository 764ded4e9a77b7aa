/**
 * The package.json of `@animegan/node` while npm packs it, in the folder that npm runs this in. `add` writes ONNX Runtime's
 * packages into it as optional dependencies, `remove` takes them out again. They are not there for good, because whoever
 * works on this repository has `onnxruntime-node` itself, and npm would fetch a second runtime beside it.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { runtimePackages } from './runtime-packages.ts'

const { optionalDependencies: _, ...manifest } = JSON.parse(readFileSync('package.json', 'utf8'))
const packages = Object.fromEntries(runtimePackages().map(({ name, version }) => [name, version]))
const result = process.argv[2] === 'add' ? { ...manifest, optionalDependencies: packages } : manifest
// Renamed when whole, as other programs may be reading it.
writeFileSync('package.json.new', `${JSON.stringify(result, null, 2)}\n`)
renameSync('package.json.new', 'package.json')
