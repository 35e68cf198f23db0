import type { OutcomeCount } from 'evenkeel/stats'

/** How one function of a step ended, over all actions of a kind. */
export interface StepOutcomes {
  /** `<action>/<step>`, with ` find` or ` undo` behind it where it is one. */
  readonly operation: string
  /** How often it ran, each attempt counted. */
  readonly runs: number
  /** How often it ended with each class of exceptions. */
  readonly exceptions: { readonly [exception: string]: number }
}

/** Every step and undo that was counted, by operation. */
export function stepOutcomes(counts: readonly OutcomeCount[]): readonly StepOutcomes[] {
  const byOperation = Map.groupBy(
    counts.filter(({ kind }) => kind === 'step'),
    ({ operation }) => operation,
  )
  return [...byOperation]
    .map(([operation, ends]) => outcomesOf(operation, ends))
    .toSorted((left, right) => (left.operation < right.operation ? -1 : 1))
}

function outcomesOf(operation: string, ends: readonly OutcomeCount[]): StepOutcomes {
  const exceptions: Record<string, number> = {}
  for (const { exception, count } of ends) {
    if (exception !== undefined) exceptions[exception] = (exceptions[exception] ?? 0) + count
  }
  return { operation, runs: ends.reduce((sum, { count }) => sum + count, 0), exceptions }
}
