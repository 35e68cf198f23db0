import type { LossDimension } from 'evenkeel/stats'
import { isWindowMinutes, type WindowMinutes } from '../outcomes/time-shown.ts'
import type { TimeWindow } from '../ui/time-window.ts'

/** What of the live page a link to it carries along. What isn't the default is said. */
export interface LiveSearch {
  /** The exception class that is looked at alone. */
  class?: string
  /** How much of the past is shown, in minutes. 5 where it isn't said. */
  window?: WindowMinutes
  /** The window that is looked at closely, in seconds since 1970: from (inclusive) to (exclusive). */
  from?: number
  to?: number
  /** By what the shares of the loss are told apart further. */
  by?: LossDimension
  /** The operation, caller or release whose share is open. */
  of?: string
  /** Whether the graph shows what would have been, had no call failed open. */
  closed?: true
}

/** Takes of an address what makes sense. */
export function parseLiveSearch(search: Record<string, unknown>): LiveSearch {
  const { class: exception, window, from, to, by, of, closed } = search
  return {
    ...(isText(exception) && { class: exception }),
    ...(isWindowMinutes(window) && window !== 5 && { window }),
    ...(isSecond(from) && isSecond(to) && from < to && { from, to }),
    ...(isDimension(by) && { by, ...(isText(of) && { of }) }),
    ...(closed === true && { closed }),
  }
}

/** The window that is looked at closely, if there is one. */
export function timeWindowOf({ from, to }: LiveSearch): TimeWindow | undefined {
  return from === undefined || to === undefined ? undefined : { fromSecond: from, toSecond: to }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isSecond(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function isDimension(value: unknown): value is LossDimension {
  return value === 'operation' || value === 'caller' || value === 'release'
}
