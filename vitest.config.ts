import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/longest-first.ts'

/** Tests of what knows no system: they set no mocks and no variables, and start no processes or threads that outlast them. */
const pure = 'packages/{graph,models,core,video,pictures,train}/src/**/*.test.ts'

// Tests read the sources of every package, not their builds, so that a failing line is the line in the editor.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['node'] } },
  test: {
    setupFiles: ['tests/seed.ts', 'tests/equality.ts'],
    // A test that hangs is ended; one on a slow or busy machine is not.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // All cores, not all but one; half as many again took as long.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/{src,server,tests}/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, pure],
        },
      },
      // One process runs many of them: to start one for each and load the sources anew took a third of their time.
      { extends: true, test: { name: 'together', include: [pure], isolate: false } },
    ],
  },
})
