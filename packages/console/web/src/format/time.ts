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

/** A length of time in whole seconds: "41 s", "5 min", "1 min 5 s", "24 h", "7 days". */
export function lengthOfTime(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), seconds >= 2 * 86_400 ? 'days' : 'day'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const
  const words = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return words.slice(0, 2).join(' ') || '0 s'
}

/** The full time, for whoever hovers over a relative one. */
export function absoluteTime(atMs: number): string {
  return new Date(atMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
}

/** The time of day, to the second. @param second seconds since 1970 */
export function clockTime(second: number): string {
  return new Date(second * 1000).toLocaleTimeString(undefined, { hour12: false })
}

/** The time of a point of a graph, as precise as its points are apart. @param second seconds since 1970 */
export function pointTime(second: number, bucketSeconds: number): string {
  if (bucketSeconds < 60) return clockTime(second)
  return new Date(second * 1000).toLocaleString(undefined, {
    ...dayAndMonth,
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
}

/** What an axis says at a place, where the places that are named are so far apart. @param second seconds since 1970 */
export function axisTime(second: number, apartSeconds: number): string {
  if (apartSeconds < 60) return clockTime(second)
  const time = new Date(second * 1000)
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0
  return apartSeconds >= 86_400 || isMidnight
    ? time.toLocaleDateString(undefined, dayAndMonth)
    : time.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false })
}

const dayAndMonth = { day: 'numeric', month: 'short' } as const

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
