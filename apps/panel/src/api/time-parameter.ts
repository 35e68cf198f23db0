import { wrongField } from './validate.ts'

/**
 * A time in ISO 8601, as a query gives it, in the form in which the records keep times. Generous: date and time may be
 * separated by a space, the time may be left out or shortened, digits of the second are as many as one likes, and
 * without a zone it is UTC.
 *
 * @returns undefined if it isn't given
 * @throws {ValidationException} it is no such time
 */
export function timeParameter(query: unknown, name: string): string | undefined {
  const text = (query as { readonly [name: string]: unknown })[name]
  if (text === undefined || text === '') return undefined
  const time = typeof text === 'string' ? parseTime(text.trim()) : undefined
  if (time !== undefined) return time
  throw wrongField(name, 'Must be one date and time in ISO 8601, as in 2026-11-22T01:20:41Z.')
}

// A plus sign that was not escaped arrives as a space.
const pattern =
  /^(\d{4}-\d{2}-\d{2})(?:[tT ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?(?:([zZ])|([+ -])(\d{2}):?(\d{2})?)?$/

function parseTime(text: string): string | undefined {
  const parts = pattern.exec(text)
  if (parts === null) return undefined
  const [, date, hours = '00', minutes = '00', seconds = '00', fraction = '', , sign, ...offset] = parts
  const dayMs = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(dayMs) || new Date(dayMs).toISOString().slice(0, 10) !== date) return undefined
  const clock = [hours, minutes, seconds].map(Number) as [number, number, number]
  const [offsetHours = 0, offsetMinutes = 0] = offset.map(part => Number(part ?? 0))
  // The day may end with 24:00:00, and a minute with a leap second: both are the moment after.
  if (clock[0] > 24 || clock[1] > 59 || clock[2] > 60 || offsetHours > 23 || offsetMinutes > 59)
    return undefined
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000 * (sign === '-' ? -1 : 1)
  const ms = dayMs + ((clock[0] * 60 + clock[1]) * 60 + clock[2]) * 1000 - offsetMs
  // Beyond these, times have no four digits for their year, and do not sort as texts.
  if (ms < firstMs || ms > lastMs) return undefined
  const untilTheSecond = new Date(ms).toISOString().slice(0, -'.000Z'.length)
  return `${untilTheSecond}.${fraction.slice(0, 6).padEnd(6, '0')}Z`
}

const firstMs = Date.parse('0000-01-01T00:00:00Z')
const lastMs = Date.parse('9999-12-31T23:59:59Z')
