import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countDays, isDate, zurichDays } from './zurich-days.ts'

const hourMs = 3_600_000
const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const local = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Zurich',
  dateStyle: 'short',
  timeStyle: 'medium',
})
const dates = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map(date => dateOf(date.getTime()))

describe('a day in Zurich', () => {
  it('begins at midnight there, in winter an hour before UTC, in summer two', () => {
    const [winter] = zurichDays('2020-01-01', '2020-01-01')
    const [summer] = zurichDays('2020-07-01', '2020-07-01')

    expect(new Date(winter?.fromMs ?? 0).toISOString()).toBe('2019-12-31T23:00:00.000Z')
    expect(new Date(winter?.toMs ?? 0).toISOString()).toBe('2020-01-01T23:00:00.000Z')
    expect(new Date(summer?.fromMs ?? 0).toISOString()).toBe('2020-06-30T22:00:00.000Z')
  })

  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
    ['2026-11-22', 24],
  ])('on %s has %i hours', (date, hours) => {
    const [day] = zurichDays(date, date)

    expect(((day?.toMs ?? 0) - (day?.fromMs ?? 0)) / hourMs).toBe(hours)
  })

  it('whichever it is, reads as its date from its first moment to its last', () => {
    fc.assert(
      fc.property(dates, date => {
        const [day, ...more] = zurichDays(date, date)

        expect(more).toEqual([])
        expect(local.format(day?.fromMs)).toBe(`${date} 00:00:00`)
        expect(local.format((day?.toMs ?? 0) - 1)).toBe(`${date} 23:59:59`)
        expect([23, 24, 25]).toContain(((day?.toMs ?? 0) - (day?.fromMs ?? 0)) / hourMs)
      }),
      { numRuns: 500 },
    )
  })

  it('is followed by the next one without a gap, both ends of what is asked for included', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 0, max: 400 }), (first, more) => {
        const last = dateOf(Date.parse(first) + more * 24 * hourMs)

        const days = zurichDays(first, last)

        expect(days).toHaveLength(more + 1)
        expect(countDays(first, last)).toBe(more + 1)
        for (const [at, day] of days.slice(1).entries()) expect(day.fromMs).toBe(days[at]?.toMs)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a date', () => {
  it.each(['2026-11-22', '2024-02-29', '1970-01-01', '9999-12-31'])('can be %s', text => {
    expect(isDate(text)).toBe(true)
  })

  it.each(['2026-02-29', '2026-13-01', '1969-12-31', '26-11-22', '2026-11-22T00:00:00Z', ' 2026-11-22', ''])(
    'is not %j',
    text => {
      expect(isDate(text)).toBe(false)
    },
  )
})
