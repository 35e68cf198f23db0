import type { TxId } from 'evenkeel'
import type { TxLog, TxQuery, TxRow } from 'evenkeel/tx-log'

/** Some transactions, newest first. */
export interface TransactionsPage {
  readonly transactions: readonly TxRow[]
  /** What the next page is asked for with; undefined on the last one. It may be there and turn out empty. */
  readonly before: TxId | undefined
}

export interface EndedWithinQuery extends Omit<TxQuery, 'fromMs' | 'toMs'> {
  /** Ended at or after, in milliseconds since 1970. */
  readonly endedFromMs: number
  /** Ended before. */
  readonly endedToMs: number
  /** On whose behalf it ran, as statistics tell callers apart: of the principal `project:7/token:ci`, the project. */
  readonly caller?: string
}

/** A transaction that took longer than this is not found by its end. */
const longestMs = 60 * 60_000
const rowsRead = 200
/** So many rows are looked through for one page, which takes some ten milliseconds. */
const readsMax = 10

/**
 * The transactions that ended within a window, which is when they were counted: the graph's dip is made of these, and
 * an action in it may have started minutes before. The log finds by start, so that more is read than is answered.
 */
export async function endedWithin(
  log: TxLog,
  { endedFromMs, endedToMs, caller, limit = 50, before: first, ...conditions }: EndedWithinQuery,
): Promise<TransactionsPage> {
  const transactions: TxRow[] = []
  let before = first
  for (let read = 0; read < readsMax; read++) {
    const rows = await log.query({
      ...conditions,
      ...(before !== undefined && { before }),
      fromMs: endedFromMs - longestMs,
      toMs: endedToMs,
      limit: rowsRead,
    })
    for (const row of rows) {
      before = row.id
      const endedAtMs = row.startedAtMs + row.durationMs
      if (endedAtMs < endedFromMs || endedAtMs >= endedToMs || !isOf(caller, row)) continue
      transactions.push(row)
      if (transactions.length === limit) return { transactions, before }
    }
    if (rows.length < rowsRead) return { transactions, before: undefined }
  }
  return { transactions, before }
}

function isOf(caller: string | undefined, { principal }: TxRow): boolean {
  return caller === undefined || principal === caller || principal?.startsWith(`${caller}/`) === true
}
