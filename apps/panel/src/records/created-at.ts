let lastMicros = 0

/**
 * A time of creation, RFC 3339 with microseconds and `Z` (`2026-11-22T01:20:41.285018Z`). Each is later
 * than the one before, so that things sort by it in the order in which they were made; only a clock that
 * was set back by more than a second is believed.
 */
export function newCreatedAt(nowMs: number = Date.now()): string {
  const nowMicros = Math.floor(nowMs) * 1000
  const isOrdinary = nowMicros > lastMicros || lastMicros - nowMicros > 1_000_000
  lastMicros = isOrdinary ? nowMicros : lastMicros + 1
  const untilTheSecond = new Date(Math.floor(lastMicros / 1000)).toISOString().slice(0, -'000Z'.length)
  return `${untilTheSecond}${String(lastMicros % 1_000_000).padStart(6, '0')}Z`
}
