import type { LiveReading } from '../../../src/live/live-reading.ts'

const secondsKept = 15 * 60
const rowsKept = 50

/** The reading that results when `update`, which holds only what has changed, is laid over `reading`. */
export function withUpdate(reading: LiveReading, update: LiveReading): LiveReading {
  const oldestSecond = Math.floor(update.now / 1000) - secondsKept
  return {
    now: update.now,
    seconds: merged(reading.seconds, update.seconds, ({ second }) => second)
      .filter(({ second }) => second >= oldestSecond)
      .sort((a, b) => a.second - b.second),
    transactions: newest(merged(reading.transactions, update.transactions, ({ id }) => id)),
    actions: newest(merged(reading.actions, update.actions, ({ id }) => id)),
    overview: update.overview,
    residue: update.residue,
    findings: update.findings,
  }
}

function merged<T>(old: readonly T[], changed: readonly T[], keyOf: (one: T) => string | number): T[] {
  const byKey = new Map(old.map(one => [keyOf(one), one]))
  for (const one of changed) byKey.set(keyOf(one), one)
  return [...byKey.values()]
}

/** Ids sort by the time of their making. */
function newest<T extends { readonly id: string }>(rows: T[]): T[] {
  return rows.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, rowsKept)
}
