import type { ExceptionCount, TxRow } from './tx-log.ts'

export const minuteMs = 60_000

/** How often each class occurs in each minute, the oldest minute first, the most frequent class first. */
export function countByMinute(
  rows: Iterable<Pick<TxRow, 'startedAtMs' | 'exception' | 'category'>>,
): ExceptionCount[] {
  const counts: ExceptionCount[] = []
  for (const { startedAtMs, exception, category } of rows) {
    if (exception === undefined || category === undefined) continue
    counts.push({ minuteMs: minuteOf(startedAtMs), exception, category, count: 1 })
  }
  return addedUp(counts)
}

/** The beginning of the minute that a time falls in. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / minuteMs) * minuteMs
}

/** One count for each minute, class and category, in order. */
export function addedUp(counts: Iterable<ExceptionCount>): ExceptionCount[] {
  const sums = new Map<string, ExceptionCount>()
  for (const count of counts) {
    const key = `${count.minuteMs} ${count.category} ${count.exception}`
    const sum = sums.get(key)
    sums.set(key, sum === undefined ? count : { ...sum, count: sum.count + count.count })
  }
  return [...sums.values()].sort(
    (left, right) =>
      left.minuteMs - right.minuteMs ||
      right.count - left.count ||
      (left.exception < right.exception ? -1 : 1),
  )
}
