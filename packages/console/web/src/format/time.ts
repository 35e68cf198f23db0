/** A time as people say it, against the server's present: "3 s ago", "in 2 min", "just now". */
export function relativeTime(atMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - atMs) / 1000)
  if (seconds === 0) return 'just now'
  return seconds > 0 ? `${coarse(seconds)} ago` : `in ${coarse(-seconds)}`
}

/** A length of time with the precision that one can make use of: "0.4 ms", "320 ms", "4.2 s", "3 min 12 s". */
export function duration(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The full time, for whoever hovers over a relative one. */
export function absoluteTime(atMs: number): string {
  return new Date(atMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
}

/** The time of day, to the second. @param second seconds since 1970 */
export function clockTime(second: number): string {
  return new Date(second * 1000).toLocaleTimeString(undefined, { hour12: false })
}

/** A rate in percent that says 100 only when it is: "100 %", "99.98 %", "97.3 %". */
export function percent(rate: number): string {
  if (rate === 100 || rate === 0) return `${rate} %`
  // Rounding must not turn the last failure, or the last success, into none.
  if (rate > 99.9) return `${Math.min(rate, 99.99).toFixed(2)} %`
  return `${Math.max(rate, 0.1).toFixed(1)} %`
}

function coarse(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}
