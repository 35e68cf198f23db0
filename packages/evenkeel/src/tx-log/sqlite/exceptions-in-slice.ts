import type { DatabaseSync } from 'node:sqlite'
import { type TxId, txIdTimeMs } from '../../filters/tx-id.ts'
import { addedUp, minuteMs, minuteOf } from '../count-by-minute.ts'
import type { ExceptionCount } from '../tx-log.ts'
import { type Skew, timeConditions, timePart } from './slice-query.ts'

interface Window {
  readonly fromMs: number
  readonly toMs: number
}

/** How often each class of exception ended transactions of a slice in each minute of the window. */
export function exceptionsInSlice(database: DatabaseSync, window: Window, skew: Skew): ExceptionCount[] {
  const outcomes = database
    .prepare("select id, exception, category from outcome where exception != ''")
    .all() as unknown as Outcome[]
  const counts: ExceptionCount[] = []
  for (const { id, exception, category } of outcomes) {
    for (const { startedAtMs, count } of startsOf(database, id, window, skew)) {
      counts.push({ minuteMs: minuteOf(startedAtMs), exception, category, count })
    }
  }
  return addedUp(counts)
}

interface Outcome {
  readonly id: number
  readonly exception: string
  readonly category: ExceptionCount['category']
}

/** Transactions with one outcome that started at this time, or in the rest of its minute. */
interface Starts {
  readonly startedAtMs: number
  readonly count: number
}

function* startsOf(database: DatabaseSync, outcome: number, window: Window, skew: Skew): Generator<Starts> {
  yield* startsByIds(database, outcome, window)
  // Nearly always none differs from its id.
  if (skew.minMs !== 0 || skew.maxMs !== 0) yield* startsBesideIds(database, outcome, window, skew)
}

/**
 * Of those that started at the time in their ids. A minute is a range of the index, which is only counted: to sort
 * ids by their minutes would take ten times as long. From minute to minute it goes by the next id that is there.
 */
function* startsByIds(database: DatabaseSync, outcome: number, window: Window): Generator<Starts> {
  const where = 'outcome = ? and id >= ? and id < ? and started_at_ms is null'
  const next = database.prepare(`select id from tx where ${where} order by id limit 1`)
  const counted = database.prepare(`select count(*) as count from tx where ${where}`)
  const to = timePart(Math.ceil(window.toMs))
  let from = timePart(Math.ceil(window.fromMs))
  for (;;) {
    const found = next.get(outcome, from, to) as { id: TxId } | undefined
    if (found === undefined) return
    const startedAtMs = txIdTimeMs(found.id)
    from = timePart(Math.ceil(Math.min(minuteOf(startedAtMs) + minuteMs, window.toMs)))
    yield { startedAtMs, count: Number(counted.get(outcome, found.id, from)?.['count']) }
  }
}

function startsBesideIds(
  database: DatabaseSync,
  outcome: number,
  window: Window,
  skew: Skew,
): Iterable<Starts> {
  const conditions = timeConditions(window, skew)
  return database
    .prepare(`
      select started_at_ms as startedAtMs, count(*) as count from tx
      where outcome = ? and started_at_ms is not null and ${conditions.map(({ sql }) => sql).join(' and ')}
      group by started_at_ms
    `)
    .iterate(outcome, ...conditions.flatMap(({ values }) => values)) as unknown as Iterable<Starts>
}
