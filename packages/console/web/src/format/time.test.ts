import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { axisTime, duration, lengthOfTime, percent, pointTime, relativeTime } from './time.ts'

describe('relativeTime', () => {
  it.each([
    [1_000_000, 'just now'],
    [997_000, '3 s ago'],
    [880_000, '2 min ago'],
    [1_090_000, 'in 2 min'],
    [1_000_000 - 7_200_000, '2 h ago'],
    [1_000_000 - 3 * 86_400_000, '3 days ago'],
  ])('says %d as "%s"', (atMs, words) => {
    expect(relativeTime(atMs, 1_000_000)).toBe(words)
  })
})

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [320.4, '320 ms'],
    [999.6, '1.0 s'],
    [4210, '4.2 s'],
    [59_960, '1 min 0 s'],
    [192_000, '3 min 12 s'],
    [7_500_000, '2 h 5 min'],
  ])('says %d ms as "%s"', (ms, words) => {
    expect(duration(ms)).toBe(words)
  })
})

describe('lengthOfTime', () => {
  it.each([
    [0, '0 s'],
    [41, '41 s'],
    [300, '5 min'],
    [65, '1 min 5 s'],
    [3600, '1 h'],
    [86_400, '1 day'],
    [7 * 86_400, '7 days'],
    [90_061, '1 day 1 h'],
  ])('says %d s as "%s"', (seconds, words) => {
    expect(lengthOfTime(seconds)).toBe(words)
  })
})

describe('percent', () => {
  it.each([
    [100, '100 %'],
    [99.9999, '99.99 %'],
    [99.95, '99.95 %'],
    [97.25, '97.3 %'],
    [0.001, '0.1 %'],
    [0, '0 %'],
  ])('says %d as "%s"', (rate, words) => {
    expect(percent(rate)).toBe(words)
  })

  it('says 100 only when nothing failed', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), (good, bad) => {
        expect(percent((100 * good) / (good + bad))).not.toMatch(/^100/)
      }),
    )
  })
})

describe('the time of a point', () => {
  const second = new Date(2026, 10, 22, 14, 5, 9).getTime() / 1000

  it('is told to the second where points are seconds apart, else with its day', () => {
    expect(pointTime(second, 5)).toBe('14:05:09')
    expect(pointTime(second, 900)).toMatch(/22.*14:05$/)
  })

  it('is told on an axis as a time of day, and as a day where a day begins or is passed over', () => {
    const midnight = new Date(2026, 10, 22).getTime() / 1000

    expect(axisTime(second, 30)).toBe('14:05:09')
    expect(axisTime(second, 3600)).toBe('14:05')
    expect(axisTime(midnight, 3600)).toContain('22')
    expect(axisTime(second, 86_400)).toContain('22')
  })
})
