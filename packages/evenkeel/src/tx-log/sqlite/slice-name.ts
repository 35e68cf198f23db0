export const dayMs = 24 * 60 * 60 * 1000

/** The file of the slice that begins at this time: `tx-2026-11-22.db`, or `tx-2026-11-22T12-34-56-789.db` within a day. */
export function nameOfSlice(startMs: number): string {
  const [day, time] = new Date(startMs).toISOString().split('T') as [string, string]
  return startMs % dayMs === 0 ? `tx-${day}.db` : `tx-${day}T${time.slice(0, -1).replaceAll(/[:.]/g, '-')}.db`
}

const pattern = /^tx-([+\d]+-\d\d-\d\d)(?:T(\d\d)-(\d\d)-(\d\d)-(\d{3}))?\.db/

/** When the slice begins that a file is, or belongs to, as its write-ahead log does; undefined for any other file. */
export function startOfFile(name: string): number | undefined {
  const found = pattern.exec(name)
  if (found === null) return undefined
  const [, day, hours = '00', minutes = '00', seconds = '00', milliseconds = '000'] = found
  const startMs = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${milliseconds}Z`)
  return Number.isNaN(startMs) ? undefined : startMs
}

/** The beginning of a time's day, by UTC. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / dayMs) * dayMs
}

/** Where the slice begins that ids of this time belong to: no slice reaches beyond its day. */
export function startFor(timeMs: number, starts: readonly number[]): number {
  const dayStartMs = dayOf(timeMs)
  const latest = starts.findLast(startMs => startMs <= timeMs)
  return Math.max(latest ?? dayStartMs, dayStartMs)
}

/** Where a slice ends: where the next one begins, or its day ends. */
export function endOf(startMs: number, starts: readonly number[]): number {
  const next = starts.find(other => other > startMs) ?? Number.POSITIVE_INFINITY
  return Math.min(next, dayOf(startMs) + dayMs)
}
