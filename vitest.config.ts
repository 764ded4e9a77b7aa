import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/longest-first.ts'

// Tests read the sources of every package, not their builds, so that a failing line is the line in the editor.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['node'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/{src,server,tests}/**/*.test.ts', 'tests/**/*.test.ts'],
    setupFiles: ['tests/seed.ts', 'tests/equality.ts'],
    // A test that hangs is ended; one on a slow or busy machine is not.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // Many tests wait for a browser or a process, so all cores are used, not all but one.
    maxWorkers: '100%',
  },
})
