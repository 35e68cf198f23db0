import { expect, it } from 'vitest'
import type { TestSpecification, Vitest } from 'vitest/node'
import { LongestFirst } from './longest-first.ts'

it('proofs are run first, each project’s before its other files', async () => {
  const files = [
    file('unit', 'records/quota.test.ts'),
    file('unit', 'actions/proofs/server-proofs.test.ts'),
    file('library', 'actions/retry.test.ts'),
    file('library', 'actions/branches.proof.test.ts'),
    file('library', 'testing/proof-reading.test.ts'),
  ]

  const sorted = await new LongestFirst(withoutHistory).sort(files)

  expect(sorted.map(({ moduleId }) => moduleId)).toEqual([
    'actions/branches.proof.test.ts',
    'actions/retry.test.ts',
    'testing/proof-reading.test.ts',
    'actions/proofs/server-proofs.test.ts',
    'records/quota.test.ts',
  ])
})

/** A file as far as it is looked at for its place. */
function file(project: string, moduleId: string): TestSpecification {
  const config = { sequence: { groupOrder: 0 }, isolate: true }
  return { moduleId, project: { name: project, config } } as TestSpecification
}

/** All files took the same time. */
const withoutHistory = {
  cache: { getTestSpecificationResult: () => ({ failed: false, duration: 1 }) },
} as unknown as Vitest
