/** A day in Europe/Zurich, in milliseconds since 1970. */
export interface ZurichDay {
  readonly fromMs: number
  /** The first moment of the next one. */
  readonly toMs: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/**
 * The days from one date to another, both inclusive. Of 23 or 25 hours is one on which the clocks are changed.
 *
 * @param first as in `2026-11-22`, from 1970 on
 */
export function zurichDays(first: string, last: string): readonly ZurichDay[] {
  const days: ZurichDay[] = []
  for (let date = utcMidnight(first); date <= utcMidnight(last); date += dayMs) {
    days.push({ fromMs: zurichMidnight(date), toMs: zurichMidnight(date + dayMs) })
  }
  return days
}

/** How many days these are. */
export function countDays(first: string, last: string): number {
  return (utcMidnight(last) - utcMidnight(first)) / dayMs + 1
}

/** Whether a text is a date as in `2026-11-22`, from 1970 on. */
export function isDate(text: string): boolean {
  if (!/^(19[7-9]\d|[2-9]\d{3})-\d{2}-\d{2}$/.test(text)) return false
  const ms = utcMidnight(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

function utcMidnight(date: string): number {
  return Date.parse(`${date}T00:00:00Z`)
}

/** Since 1970 Zurich is one hour before UTC, or two in summer, and the clocks are never changed at midnight. */
function zurichMidnight(utcMidnightMs: number): number {
  const inWinter = utcMidnightMs - hourMs
  return clock.format(inWinter) === '00' ? inWinter : utcMidnightMs - 2 * hourMs
}

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Zurich',
  hour: '2-digit',
  hourCycle: 'h23',
})
