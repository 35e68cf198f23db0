import type { Gate } from './scope.ts'

export interface BranchesOptions {
  /** Closed as soon as a branch has failed: no other begins. */
  readonly gate: Gate
  /** How many are under way at once. */
  readonly concurrency: number
}

/**
 * Runs branches side by side, in their order as far as there is room.
 *
 * @returns what each came to, in the order of the names
 * @throws what the first to fail threw, when what was under way in the others has settled
 */
export async function runBranches(
  branches: { readonly [name: string]: () => Promise<unknown> },
  { gate, concurrency }: BranchesOptions,
): Promise<{ [name: string]: unknown }> {
  const names = Object.keys(branches)
  const waiting = Object.entries(branches)
  const results = new Map<string, unknown>()
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined && !gate.isClosed; next = waiting.shift()) {
      const [name, branch] = next
      results.set(name, await branch())
    }
  }
  const workers = Array.from({ length: Math.min(concurrency, names.length) }, async () => {
    try {
      await work()
    } catch (thrown) {
      gate.close()
      throw thrown
    }
  })
  try {
    // The first to be rejected is the first in the journal: results come out in its order, one at a time.
    await Promise.all(workers)
  } catch (thrown) {
    await gate.settled()
    throw thrown
  }
  return Object.fromEntries(names.map(name => [name, results.get(name)]))
}
