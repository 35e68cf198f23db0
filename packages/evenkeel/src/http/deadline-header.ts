/** On a request: for how many whole milliseconds its caller goes on waiting. A duration, since clocks differ. */
export const deadlineHeader = 'evenkeel-deadline-ms'

/** Longer than any request waits: what goes beyond is cut to it, so that sums with a clock stay exact. */
const remainingMsMax = 24 * 60 * 60 * 1000

/** The header's text for a deadline, in milliseconds since 1970; 0 when it has passed. */
export function formatDeadline(deadlineMs: number, nowMs: number): string {
  return String(Math.max(0, Math.min(Math.floor(deadlineMs - nowMs), remainingMsMax)))
}

/**
 * The deadline that a header tells, in milliseconds since 1970 by our own clock, or undefined if it tells none:
 * what isn't a whole number of milliseconds is no deadline. At most a day ahead, whatever it says.
 */
export function parseDeadline(
  header: string | readonly string[] | null | undefined,
  nowMs: number,
): number | undefined {
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header)) return undefined
  return nowMs + Math.min(Number(header), remainingMsMax)
}
