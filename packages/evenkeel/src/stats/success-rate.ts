import type { OutcomeCount, OutcomeKind } from './stats.ts'

/** The kinds that are transactions. Steps and calls are parts of one, and would count it twice. */
export const transactionKinds: readonly OutcomeKind[] = ['request', 'action', 'background']

/**
 * (successes + discards) ÷ (successes + discards + failures), from 0 to 1; undefined when there is none
 * of them. Client faults are in neither part: they can't move it, up or down.
 */
export function successRate(
  counts: Iterable<Pick<OutcomeCount, 'kind' | 'category' | 'count'>>,
  { kinds = transactionKinds }: { kinds?: readonly OutcomeKind[] } = {},
): number | undefined {
  let kept = 0
  let failed = 0
  for (const { kind, category, count } of counts) {
    if (!kinds.includes(kind)) continue
    if (category === undefined || category === 'discard') kept += count
    else if (category !== 'client') failed += count
  }
  return kept + failed === 0 ? undefined : kept / (kept + failed)
}
