import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Rate, RateLimiter } from './rate-limiter.ts'

function limiter(rate: Rate) {
  const clock = { ms: 1_000_000 }
  const limits = new RateLimiter(rate, () => clock.ms)
  const takeMany = (times: number) => Array.from({ length: times }, () => limits.take('a'))
  return { clock, limits, takeMany }
}

describe('RateLimiter', () => {
  it('gives a burst at once, and then one turn after the other', () => {
    const { clock, limits, takeMany } = limiter({ perSecond: 20, burst: 60 })

    expect(takeMany(60)).toEqual(Array(60).fill(0))
    expect(limits.take('a')).toBe(50)
    clock.ms += 50
    expect(takeMany(2)).toEqual([0, 50])
  })

  it('gives each key its own turns', () => {
    const { limits, takeMany } = limiter({ perSecond: 1, burst: 1 })
    takeMany(2)

    expect(limits.take('b')).toBe(0)
  })

  it('locks nobody out when the clock is set back', () => {
    const { clock, limits, takeMany } = limiter({ perSecond: 10, burst: 5 })
    takeMany(5)
    clock.ms -= 3_600_000

    expect(limits.take('a')).toBeLessThanOrEqual(600)
    clock.ms += 600
    expect(limits.take('a')).toBe(0)
  })

  it('keeps nothing of keys that could take a whole burst', () => {
    const { clock, limits } = limiter({ perSecond: 10, burst: 5 })
    for (let key = 0; key < 100; key++) limits.take(String(key))
    clock.ms += 1_000

    limits.take('another')
    expect(limits.size).toBe(1)
  })

  const rate = fc.record({
    perSecond: fc.integer({ min: 1, max: 50 }),
    burst: fc.integer({ min: 1, max: 20 }),
  })
  const pauses = fc.array(fc.nat(200), { minLength: 1, maxLength: 150 })

  it('never gives more than burst and rate allow, in any span of time', () => {
    fc.assert(
      fc.property(rate, pauses, (rate, pauses) => {
        const { clock, limits } = limiter(rate)
        const takenAtMs: number[] = []
        for (const pauseMs of pauses) {
          clock.ms += pauseMs
          if (limits.take('a') === 0) takenAtMs.push(clock.ms)
        }

        for (const [from, fromMs] of takenAtMs.entries()) {
          for (const [more, toMs] of takenAtMs.slice(from).entries()) {
            const allowed = rate.burst + ((toMs - fromMs) / 1000) * rate.perSecond
            expect(more + 1).toBeLessThanOrEqual(allowed + 1e-6)
          }
        }
      }),
    )
  })

  it('gives a turn to who waits as long as told, and not before', () => {
    fc.assert(
      fc.property(rate, pauses, (rate, pauses) => {
        const { clock, limits } = limiter(rate)
        for (const pauseMs of pauses) {
          clock.ms += pauseMs
          const waitMs = limits.take('a')
          if (waitMs === 0) continue
          clock.ms += waitMs - 1
          expect(limits.take('a')).toBe(1)
          clock.ms += 1
          expect(limits.take('a')).toBe(0)
        }
      }),
    )
  })

  it('gives every turn to who asks no more often than the rate', () => {
    fc.assert(
      fc.property(rate, rate => {
        const { clock, limits } = limiter(rate)
        for (let turn = 0; turn < 100; turn++) {
          expect(limits.take('a')).toBe(0)
          clock.ms += 1000 / rate.perSecond
        }
      }),
    )
  })
})
