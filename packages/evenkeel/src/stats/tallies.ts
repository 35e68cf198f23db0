import { addLatencies, type Latency } from './latency.ts'
import type { LossDimension, Tally } from './loss.ts'
import type { CallerCount, CountedSecond, OutcomeCount, OutcomeLatency } from './stats.ts'
import { transactionKinds } from './success-rate.ts'

/** What was counted under one release. */
export interface Counted extends Pick<CountedSecond, 'callers'> {
  readonly release: string
  readonly outcomes: readonly Ending[]
}

/** An operation's outcome, however long it took. */
export type Ending = Pick<OutcomeCount, 'kind' | 'operation' | 'exception' | 'category' | 'count'>

/** What a loss is made of, told apart by the dimension. */
export function talliesOf(counted: readonly Counted[], by: LossDimension | undefined): Tally[] {
  switch (by) {
    case undefined:
      return counted.flatMap(({ outcomes }) => outcomes.map(outcome => tallyOf(outcome, undefined)))
    case 'operation':
      return counted.flatMap(({ outcomes }) => outcomes.map(outcome => tallyOf(outcome, outcome.operation)))
    case 'release':
      return counted.flatMap(({ outcomes, release }) => outcomes.map(outcome => tallyOf(outcome, release)))
    case 'caller':
      return counted.flatMap(({ outcomes, callers }) => talliesByCaller(outcomes, callers))
  }
}

/** Callers are counted beside the outcomes: what is left of those is nobody's that is known. */
function talliesByCaller(outcomes: readonly Ending[], callers: readonly CallerCount[]): Tally[] {
  return [
    ...outcomes
      .filter(({ kind }) => transactionKinds.includes(kind))
      .map(outcome => tallyOf(outcome, undefined)),
    ...callers.map(caller => tallyOf(caller, caller.caller)),
    ...callers.map(caller => tallyOf({ ...caller, count: -caller.count }, undefined)),
  ]
}

function tallyOf({ kind, exception, category, count }: Ending | CallerCount, of: string | undefined): Tally {
  return { kind, exception, category, of, count }
}

/** The same combinations of several times or processes as one each, in whatever order they come. */
export function addOutcomes<Count extends OutcomeCount | OutcomeLatency>(outcomes: Iterable<Count>): Count[] {
  const sums = new Map<string, { outcome: Count; latencies: Latency[] }>()
  for (const outcome of outcomes) {
    const key = keyOf(outcome)
    const sum = sums.get(key)
    const latencies = 'latency' in outcome ? [outcome.latency] : []
    if (sum === undefined) {
      sums.set(key, { outcome, latencies })
      continue
    }
    const count = sum.outcome.count + outcome.count
    const durationMsSum = sum.outcome.durationMsSum + outcome.durationMsSum
    sum.outcome = { ...outcome, count, durationMsSum }
    sum.latencies.push(...latencies)
  }
  return [...sums.values()].map(({ outcome, latencies }) =>
    latencies.length > 1 ? { ...outcome, latency: addLatencies(latencies) } : outcome,
  )
}

/** The same callers of several times or processes as one each. */
export function addCallers(callers: Iterable<CallerCount>): CallerCount[] {
  const sums = new Map<string, CallerCount>()
  for (const caller of callers) {
    const key = JSON.stringify([caller.kind, caller.caller, caller.exception, caller.category])
    sums.set(key, { ...caller, count: caller.count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}

function keyOf({ kind, operation, exception, category, status }: OutcomeCount): string {
  return JSON.stringify([kind, operation, exception, category, status])
}
