import { describe, expect, it } from 'vitest'
import { isWindowMinutes, timesOf, timesShown, windowsInMinutes } from './time-shown.ts'

describe('the times that the graph shows', () => {
  it.each(windowsInMinutes)('are %s minutes in no more points than can be told apart', minutes => {
    const times = timesOf(1_700_000_123_456, minutes)
    const { bucketSeconds } = timesShown[minutes]
    const [first = 0, last = 0] = [times[0], times.at(-1)]

    expect(times.length).toBeLessThanOrEqual(200)
    expect(last - first).toBe(minutes * 60)
    expect(times.every(time => time % bucketSeconds === 0)).toBe(true)
    expect(last).toBeLessThanOrEqual(1_700_000_123)
    expect(last + bucketSeconds).toBeGreaterThan(1_700_000_123)
  })

  it('are no other ones, whatever an address says', () => {
    expect([15, 1440, 2, '15', undefined, Number.NaN].map(isWindowMinutes)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ])
  })
})
