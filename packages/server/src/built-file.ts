/** Finds the built files that run as processes of their own. */
import { fileURLToPath } from 'node:url'

/**
 * The path of a file of the build, given relative to the package's `src` or `dist`. Tests run from source, but a process
 * needs the built file.
 *
 * @param from the `import.meta.url` of a file one folder below `src` or `dist`
 */
export const builtFile = (from: string, path: string): string =>
  fileURLToPath(new URL(from.endsWith('.ts') ? `../../dist/${path}` : `../${path}`, from))
