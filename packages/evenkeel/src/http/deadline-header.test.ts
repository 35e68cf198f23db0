import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDeadline, parseDeadline } from './deadline-header.ts'

const dayMs = 24 * 60 * 60 * 1000

describe('the deadline header', () => {
  it('carries the remaining time, whatever the two clocks say', () => {
    const clock = fc.integer({ min: 0, max: 2 ** 42 })
    fc.assert(
      fc.property(fc.nat(dayMs), clock, clock, (remainingMs, callersMs, oursMs) => {
        const header = formatDeadline(callersMs + remainingMs, callersMs)

        expect(parseDeadline(header, oursMs)).toBe(oursMs + remainingMs)
      }),
    )
  })

  it('tells whole milliseconds, and 0 for what has passed', () => {
    expect(formatDeadline(1500.9, 1000)).toBe('500')
    expect(formatDeadline(900, 1000)).toBe('0')
    expect(parseDeadline('0', 1000)).toBe(1000)
  })

  it('reaches at most a day ahead', () => {
    expect(formatDeadline(Number.POSITIVE_INFINITY, 0)).toBe(String(dayMs))
    expect(parseDeadline('999999999999999', 5)).toBe(5 + dayMs)
  })

  it.each([undefined, null, '', '-1', '1.5', '1e3', ' 1', '0x10', '1234567890123456', ['1', '2']])(
    'takes %j for none',
    header => {
      expect(parseDeadline(header, 1000)).toBeUndefined()
    },
  )

  it('takes any text for a deadline within the day, or for none', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const deadlineMs = parseDeadline(text, 1000)

        expect(deadlineMs === undefined || (deadlineMs >= 1000 && deadlineMs <= 1000 + dayMs)).toBe(true)
      }),
    )
  })
})
