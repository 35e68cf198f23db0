import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rounded, spansOf } from './span.ts'

const widths = [1, 60, 3600, 86_400]
const now = 20_000 * 86_400 + 12 * 3600 + 34 * 60 + 56

describe('spansOf', () => {
  it('takes long sums inside and short ones at the ends', () => {
    const stretch = { fromSecond: 3600 - 61, toSecond: 2 * 3600 + 2 }

    expect(spansOf(stretch, widths)).toEqual([
      { width: 1, fromSecond: 3539, toSecond: 3540 },
      { width: 60, fromSecond: 3540, toSecond: 3600 },
      { width: 3600, fromSecond: 3600, toSecond: 7200 },
      { width: 1, fromSecond: 7200, toSecond: 7202 },
    ])
  })

  it('covers every second once, and few sums are many days', () => {
    const second = fc.integer({ min: now - 92 * 86_400, max: now })
    fc.assert(
      fc.property(second, second, (one, another) => {
        const stretch = { fromSecond: Math.min(one, another), toSecond: Math.max(one, another) }

        let reached = stretch.fromSecond
        let sums = 0
        for (const { width, fromSecond, toSecond } of spansOf(stretch, widths)) {
          expect(fromSecond).toBe(reached)
          expect(fromSecond % width).toBe(0)
          reached = toSecond
          sums += (toSecond - fromSecond) / width
        }

        expect(reached).toBe(stretch.toSecond)
        expect(sums).toBeLessThanOrEqual(2 * (59 + 59 + 23) + 92)
      }),
    )
  })
})

describe('rounded', () => {
  it('leaves what is young to the second, and older ends to the minute, the hour and the day', () => {
    const rounding = (age: number) => {
      const { fromSecond, toSecond } = rounded({ fromSecond: now - age, toSecond: now }, now)
      expect(toSecond).toBe(now)
      return now - age - fromSecond
    }

    expect(rounding(7200)).toBe(0)
    expect(rounding(7201)).toBe((now - 7201) % 60)
    expect(rounding(31 * 86_400)).toBe((now - 31 * 86_400) % 3600)
    expect(rounding(93 * 86_400)).toBe((now - 93 * 86_400) % 86_400)
  })

  it('keeps stretches touching that touch', () => {
    const second = fc.integer({ min: now - 100 * 86_400, max: now })
    fc.assert(
      fc.property(fc.uniqueArray(second, { minLength: 3, maxLength: 3 }), seconds => {
        const [a, b, c] = seconds.toSorted((left, right) => left - right) as [number, number, number]
        fc.pre(b - a >= 86_400 && c - b >= 86_400)

        expect(rounded({ fromSecond: a, toSecond: b }, now).toSecond).toBe(
          rounded({ fromSecond: b, toSecond: c }, now).fromSecond,
        )
      }),
    )
  })

  it('never leaves nothing of a stretch', () => {
    const old = now - 3 * 86_400
    expect(rounded({ fromSecond: old, toSecond: old + 1 }, now)).toEqual({
      fromSecond: Math.floor(old / 60) * 60,
      toSecond: Math.floor(old / 60) * 60 + 60,
    })
  })
})
