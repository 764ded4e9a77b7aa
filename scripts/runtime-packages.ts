/**
 * Makes the packages with native ONNX Runtime for users of `@animegan/node`: one for each platform of the npm package
 * `onnxruntime-node`, with its JavaScript, that platform's libraries, and no install script. They are made from the
 * installed `onnxruntime-node` when a release is packed; the repository contains only their licences.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './root.ts'

/** One platform's package. */
export interface RuntimePackage {
  /** The name that @animegan/node looks for in engine/runtime.ts. */
  readonly name: string
  /** ONNX Runtime's version. */
  readonly version: string
  /** A value of process.platform. */
  readonly platform: string
  /** A value of process.arch. */
  readonly arch: string
}

const source = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
const { version }: { version: string } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
const binaries = join(source, 'bin', 'napi-v6')

/**
 * Files that none of our backends needs: a second copy of macOS's library, named by its full version, and DirectML,
 * which Windows' library loads only on request.
 */
const UNNEEDED = /^(libonnxruntime\.\d+\.\d+\.\d+\.dylib|DirectML\.dll)$/

/** The packages that can be made from the installed `onnxruntime-node`. */
export const runtimePackages = (): RuntimePackage[] =>
  readdirSync(binaries).flatMap((platform) =>
    readdirSync(join(binaries, platform)).map((arch) => ({
      name: `@animegan/onnxruntime-${platform}-${arch}`,
      version,
      platform,
      arch,
    })),
  )

/**
 * Writes the files of one package into an empty folder. Throws if the licences of this version are not in the
 * repository.
 */
export const writeRuntimePackage = ({ name, platform, arch }: RuntimePackage, folder: string): void => {
  const licences = fileURLToPath(new URL(`scripts/onnxruntime-${version}/`, root))
  if (!existsSync(licences))
    throw new Error(
      `${licences}: expected LICENSE and ThirdPartyNotices.txt of this release of ONNX Runtime, found none`,
    )
  cpSync(licences, folder, { recursive: true })
  const inside = join('bin', 'napi-v6', platform, arch)
  cpSync(join(source, inside), join(folder, inside), {
    recursive: true,
    filter: (file) => !UNNEEDED.test(file.split(/[/\\]/).at(-1) as string),
  })
  mkdirSync(join(folder, 'dist'))
  for (const file of readdirSync(join(source, 'dist')).filter((each) => each.endsWith('.js')))
    cpSync(join(source, 'dist', file), join(folder, 'dist', file))
  const { repository, homepage, bugs, engines } = JSON.parse(
    readFileSync(new URL('packages/node/package.json', root), 'utf8'),
  )
  const manifest = {
    name,
    version,
    description: `ONNX Runtime ${version} for ${platform} on ${arch}: a part of the npm package onnxruntime-node.`,
    license: 'MIT',
    repository: { ...repository, directory: 'scripts' },
    homepage,
    bugs,
    type: 'commonjs',
    main: 'dist/index.js',
    engines,
    os: [platform],
    cpu: [arch],
    libc: platform === 'linux' ? ['glibc'] : undefined,
    preferUnplugged: true,
    dependencies: { 'onnxruntime-common': version },
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(join(folder, 'README.md'), readme({ name, platform, arch }))
}

const readme = ({ name, platform, arch }: Omit<RuntimePackage, 'version'>): string => `# ${name}

[ONNX Runtime](https://onnxruntime.ai) ${version} by Microsoft (MIT) for Node on ${platform}, ${arch}: the files of the npm package
[onnxruntime-node](https://www.npmjs.com/package/onnxruntime-node) for this platform, unchanged, without an install script.
npm installs it with [animegan](https://www.npmjs.com/package/animegan); nothing else should depend on it.
`
