import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Category } from '../exceptions/exception.ts'
import type { OutcomeKind } from './stats.ts'
import { successRate } from './success-rate.ts'

describe('successRate', () => {
  it('is the share of successes and discards among all but client faults', () => {
    const counts = [
      counted(undefined, 6),
      counted('discard', 1),
      counted('dependency', 2),
      counted('internal', 1),
    ]

    expect(successRate(counts)).toBe(0.7)
  })

  it('is undefined when nothing counts', () => {
    expect(successRate([])).toBeUndefined()
    expect(successRate([counted('client', 5)])).toBeUndefined()
  })

  it('counts transactions only, since steps and calls are parts of one', () => {
    const counts = [
      counted(undefined, 1, 'request'),
      counted(undefined, 1, 'action'),
      counted(undefined, 1, 'background'),
      counted('internal', 7, 'step'),
      counted('internal', 7, 'call'),
    ]

    expect(successRate(counts)).toBe(1)
  })

  it('counts the kinds that it is asked about', () => {
    const counts = [
      counted(undefined, 5, 'request'),
      counted(undefined, 1, 'step'),
      counted('dependency', 1, 'step'),
    ]

    expect(successRate(counts, { kinds: ['step'] })).toBe(0.5)
  })

  it('is never moved by client faults, and lowered by failures only', () => {
    const number = fc.nat({ max: 1_000_000 })
    fc.assert(
      fc.property(number, number, number, number, number, (successes, discards, failures, bugs, faults) => {
        const counts = [
          counted(undefined, successes + 1),
          counted('discard', discards),
          counted('dependency', failures),
          counted('internal', bugs),
        ]
        const rate = successRate(counts) as number

        expect(successRate([...counts, counted('client', faults)])).toBe(rate)
        expect(successRate([...counts, counted('discard', 1)])).toBeGreaterThanOrEqual(rate)
        expect(successRate([...counts, counted('internal', 1)])).toBeLessThan(rate)
        expect(rate === 1).toBe(failures + bugs === 0)
      }),
    )
  })
})

function counted(category: Category | undefined, count: number, kind: OutcomeKind = 'request') {
  return { kind, category, count }
}
