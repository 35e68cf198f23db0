import type { TxSummary } from '../../../src/live/live-reading.ts'
import type { TailedRows } from '../../../src/records/log-tail.ts'

/** What is known of a log that is followed. */
export interface Tail {
  /** Newest first. */
  readonly rows: readonly TxSummary[]
  /** How many came too fast to be told. */
  readonly skipped: number
}

export const emptyTail: Tail = { rows: [], skipped: 0 }

/** So many rows stay in view; older ones are found by searching. */
const rowsKept = 200

/** The tail with what was told since. A stream that was interrupted begins with rows that are known already. */
export function withTailed(tail: Tail, { transactions, skipped }: TailedRows): Tail {
  const known = new Set(transactions.map(({ id }) => id))
  const rows = [...transactions, ...tail.rows.filter(({ id }) => !known.has(id))]
  return {
    // Ids sort by the time of their making.
    rows: rows.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, rowsKept),
    skipped: tail.skipped + skipped,
  }
}
