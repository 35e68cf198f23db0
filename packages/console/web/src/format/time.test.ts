import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { duration, percent, relativeTime } from './time.ts'

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
