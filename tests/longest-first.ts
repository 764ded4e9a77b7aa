/**
 * The order of the test files: folders whose tests start browsers, processes or training come first, because a long file that begins
 * last is waited for alone. Within a folder it is Vitest's: by earlier times where there are some, else by the size of the file.
 * Files that share a process come last and in a row, for Vitest ends a process when another kind of file is next.
 */
import { join, relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const folders = ['apps/web/tests', 'packages/cli', 'tests', 'packages/train'].map((folder) => join(folder, '/'))

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      const path = relative(this.ctx.config.root, moduleId)
      const found = folders.findIndex((folder) => path.startsWith(folder))
      const shared = project.config.isolate ? 0 : folders.length + 1
      return shared + (found < 0 ? folders.length : found)
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}
