import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/test/longest-first.ts'

// Without it, Vitest leaves one core to itself, which on two cores halves the tests. It hardly needs one.
const maxWorkers = '100%'

/** Nobody waits in these tests: what takes so long hangs, however busy the machine is. */
const testTimeout = 60_000

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/{src,build,web}/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'apps/*/test/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
            'examples/**/*.test.ts',
            'docs/**/*.test.ts',
          ],
          exclude: [...configDefaults.exclude, 'packages/evenkeel/**'],
          testTimeout,
          // What a file leaves behind in its process meets the next one. In return the panel is loaded once and not two hundred times.
          isolate: false,
          maxWorkers,
        },
      },
      {
        test: {
          // Its tests put things in the place of globals, and ids go on from the latest time that any clock has shown: each file has a process of its own.
          name: 'library',
          include: ['packages/evenkeel/{src,build}/**/*.test.ts'],
          testTimeout,
          maxWorkers,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['apps/*/test/**/*.e2e.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They wait for browsers and processes half of their time. More at once, and these would wait for one another.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'long',
          include: [
            'packages/*/build/**/*.long.ts',
            'packages/*/src/**/*.long.ts',
            'apps/*/src/**/*.long.ts',
            'apps/*/test/**/*.long.ts',
            'scripts/**/*.long.ts',
          ],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
