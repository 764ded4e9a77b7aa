/**
 * Compiles core's kernels from AssemblyScript to WebAssembly, and writes them as text into the package, so that neither those who install it nor
 * bundlers need a file beside the code: `npm run kernels`.
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'
import { root } from './root.ts'

/** The module that holds the compiled kernels. */
export const compiledKernels = new URL('packages/core/src/kernels/code.ts', root)

/** The compiled kernels as that module. Rejects with the compiler's messages. */
export const kernelsModule = async (): Promise<string> => {
  const files = new Map<string, Uint8Array | string>()
  const { error, stderr } = await main(
    [
      'packages/core/kernels/index.ts',
      ...['--outFile', 'kernels.wasm', '--baseDir', fileURLToPath(root)],
      ...['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
      // No vectors go in or out of the module, which the compiler warns of.
      ...['--enable', 'simd', '--disableWarning', '112'],
    ],
    { writeFile: (name, contents) => void files.set(name, contents) },
  )
  if (error) throw new Error(`the kernels do not compile: ${stderr.toString()}`, { cause: error })
  const code = Buffer.from(files.get('kernels.wasm') as Uint8Array).toString('base64')
  return `/** The compiled kernels, made by \`npm run kernels\` from packages/core/kernels. Not to be edited. */\nexport const code =\n  '${code}'\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(compiledKernels, await kernelsModule())
