import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plausibleUsage } from './bucket-usage.ts'

const dayMs = 86_400_000
const bucket = { name: 'photos', userId: 'a'.repeat(64), madeAtMs: 10 * dayMs }
const day = (number: number) => ({ fromMs: number * dayMs, toMs: (number + 1) * dayMs })
const longAfterMs = 10_000 * dayMs

describe('the usage of a bucket in the embedded cloud', () => {
  it('is the same whenever it is asked for, once the day is over', () => {
    expect(plausibleUsage(bucket, day(12), 13 * dayMs)).toEqual(plausibleUsage(bucket, day(12), longAfterMs))
  })

  it('differs from day to day, and from bucket to bucket', () => {
    const other = { ...bucket, name: 'backups' }

    const all = [day(12), day(13)].flatMap(each =>
      [bucket, other].map(({ ...one }) => plausibleUsage(one, each, longAfterMs).requests),
    )

    expect(new Set(all).size).toBe(4)
  })

  it('is nothing before the bucket was made, and nothing in the future', () => {
    const nothing = { requests: 0, objectCount: 0, storageBytes: 0, receivedBytes: 0, sentBytes: 0 }

    expect(plausibleUsage(bucket, day(9), longAfterMs)).toEqual(nothing)
    expect(plausibleUsage(bucket, day(12), 12 * dayMs)).toEqual(nothing)
  })

  it('grows in the course of a day, and what is stored from day to day', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.integer({ min: 10, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (name, number, part) => {
          const one = { ...bucket, name }
          const untilThen = plausibleUsage(one, day(number), (number + part) * dayMs)
          const whole = plausibleUsage(one, day(number), longAfterMs)
          const next = plausibleUsage(one, day(number + 1), longAfterMs)

          expect(untilThen.requests).toBeLessThanOrEqual(whole.requests)
          expect(untilThen.sentBytes).toBeLessThanOrEqual(whole.sentBytes)
          expect(whole.storageBytes).toBeLessThan(next.storageBytes)
          expect(Object.values(whole).every(Number.isSafeInteger)).toBe(true)
          expect(whole.objectCount > 0).toBe(whole.storageBytes > 0)
        },
      ),
      { numRuns: 200 },
    )
  })
})
