import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RetryBudget } from './retry-budget.ts'

describe('RetryBudget', () => {
  it('allows a share of the requests, and the floor', () => {
    const budget = new RetryBudget({ share: 0.5, floorPerSecond: 0.2, windowMs: 10_000, now: () => 0 })
    for (let request = 0; request < 6; request++) budget.countRequest()

    expect(retriesTaken(budget)).toBe(3 + 2)
  })

  it('allows the floor where nothing is asked', () => {
    expect(retriesTaken(new RetryBudget({ floorPerSecond: 3, windowMs: 2000, now: () => 0 }))).toBe(6)
  })

  it('allows nothing without either', () => {
    const budget = new RetryBudget({ share: 0, floorPerSecond: 0 })
    budget.countRequest()

    expect(budget.takeRetry()).toBe(false)
  })

  it('fills up again as time passes', () => {
    let nowMs = 0
    const budget = new RetryBudget({ share: 0, floorPerSecond: 1, windowMs: 10_000, now: () => nowMs })
    expect(retriesTaken(budget)).toBe(10)

    nowMs = 9_999
    expect(retriesTaken(budget)).toBe(0)
    nowMs = 10_000
    expect(retriesTaken(budget)).toBe(10)
  })

  it('never allows more within its window than the share and the floor, whatever happens when', () => {
    const events = fc.array(
      fc.record({
        kind: fc.constantFrom('request', 'retry', 'retry'),
        afterMs: fc.integer({ min: 0, max: 3000 }),
      }),
      { maxLength: 200 },
    )
    const options = fc.record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      floorPerSecond: fc.double({ min: 0, max: 3, noNaN: true }),
      windowMs: fc.integer({ min: 100, max: 10_000 }),
    })
    fc.assert(
      fc.property(events, options, (all, { share, floorPerSecond, windowMs }) => {
        let nowMs = 0
        const budget = new RetryBudget({ share, floorPerSecond, windowMs, now: () => nowMs })
        const requests: number[] = []
        const retries: number[] = []
        for (const { kind, afterMs } of all) {
          nowMs += afterMs
          if (kind === 'request') {
            budget.countRequest()
            requests.push(nowMs)
            continue
          }
          // What was allowed once may be more than would be allowed later, when the requests that paid for it have gone.
          if (!budget.takeRetry()) continue
          retries.push(nowMs)
          // The window's oldest slice goes as a whole, so that nine tenths of it are counted at any time.
          const within = (times: number[], ms: number) => times.filter(time => time > nowMs - ms).length
          const allowed = share * within(requests, windowMs) + (floorPerSecond * windowMs) / 1000
          expect(within(retries, windowMs * 0.9)).toBeLessThanOrEqual(allowed + 1e-9)
        }
      }),
    )
  })
})

function retriesTaken(budget: RetryBudget): number {
  let taken = 0
  while (budget.takeRetry()) taken++
  return taken
}
