import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Proofs first, so that in the end no worker is left alone with one of them. Vitest does so by itself with what took long
 * the last time; where it runs for the first time, as in CI, it goes by the size of the files, and those of proofs are small.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = Map.groupBy(await super.sort(files), ({ project }) => project.name)
    return [...projects.values()].flatMap(sorted => [
      ...sorted.filter(isProof),
      ...sorted.filter(file => !isProof(file)),
    ])
  }
}

function isProof({ moduleId }: TestSpecification): boolean {
  return /[.-]proofs?\.test\.ts$/.test(moduleId)
}
