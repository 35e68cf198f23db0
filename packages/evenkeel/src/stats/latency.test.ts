import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addLatencies,
  cumulativeCounts,
  type Latency,
  latencyBoundMs,
  latencyBucket,
  latencyBucketCount,
  latencyOf,
  latencyQuantileMs,
} from './latency.ts'

/** What the semantic conventions of OpenTelemetry advise for `http.server.request.duration`, in seconds. */
const advisedSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

const durationMs = fc
  .double({ min: Math.log(1.001e-3), max: Math.log(1e7), noNaN: true })
  .map(logarithm => Math.exp(logarithm))

describe('latency buckets', () => {
  it('hold a duration between their bounds, the upper one included', () => {
    fc.assert(
      fc.property(durationMs, ms => {
        const bucket = latencyBucket(ms)

        expect(ms).toBeGreaterThan(latencyBoundMs(bucket - 1) * (1 - 1e-8))
        expect(ms).toBeLessThanOrEqual(latencyBoundMs(bucket) * (1 + 1e-8))
      }),
    )
  })

  it('have bounds that belong to them, each greater than the one before', () => {
    for (let bucket = 1; bucket < latencyBucketCount - 1; bucket++) {
      expect(latencyBucket(latencyBoundMs(bucket))).toBe(bucket)
      expect(latencyBoundMs(bucket)).toBeGreaterThan(latencyBoundMs(bucket - 1))
    }
  })

  it('have the bounds that OpenTelemetry advises among theirs', () => {
    const bounds = Array.from({ length: latencyBucketCount }, (_, bucket) => latencyBoundMs(bucket))

    expect(advisedSeconds.filter(seconds => !bounds.includes(seconds * 1000))).toEqual([])
  })

  it('take what is no duration, and what is too short or too long, without a gap', () => {
    expect([Number.NaN, -1, 0, 1e-3].map(latencyBucket)).toEqual([0, 0, 0, 0])
    expect([1e7 + 1, Number.POSITIVE_INFINITY].map(latencyBucket)).toEqual([
      latencyBucketCount - 1,
      latencyBucketCount - 1,
    ])
  })
})

describe('latencyQuantileMs', () => {
  it('is within 5 % of the true one', () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(durationMs, { minLength: 1, maxLength: 50 }), part, (durations, at) => {
        const sorted = durations.toSorted((left, right) => left - right)
        const truth = sorted[Math.max(1, Math.ceil(at * sorted.length)) - 1] as number

        const quantile = latencyQuantileMs(counted(durations), at) as number

        expect(Math.abs(quantile - truth) / truth).toBeLessThanOrEqual(0.05)
      }),
    )
  })

  it('is undefined of no durations', () => {
    expect(latencyQuantileMs([], 0.5)).toBeUndefined()
  })
})

describe('addLatencies', () => {
  it('is the same as counting all durations in one place, however they were split and in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.array(durationMs, { maxLength: 20 }), { maxLength: 6 }), parts => {
        const apart = parts.map(counted)

        expect(addLatencies(apart)).toEqual(counted(parts.flat()))
        expect(addLatencies(apart.toReversed())).toEqual(counted(parts.flat()))
        expect(addLatencies([addLatencies(apart.slice(0, 2)), addLatencies(apart.slice(2))])).toEqual(
          counted(parts.flat()),
        )
      }),
    )
  })
})

describe('cumulativeCounts', () => {
  it('is exact at the bounds that OpenTelemetry advises', () => {
    const boundsMs = advisedSeconds.map(seconds => seconds * 1000)
    fc.assert(
      fc.property(fc.array(durationMs, { maxLength: 50 }), durations => {
        const exact = boundsMs.map(bound => durations.filter(ms => ms <= bound).length)

        expect(cumulativeCounts(counted(durations), boundsMs)).toEqual(exact)
      }),
    )
  })
})

function counted(durations: readonly number[]): Latency {
  const counts = new Float64Array(latencyBucketCount)
  for (const ms of durations) counts[latencyBucket(ms)] = (counts[latencyBucket(ms)] as number) + 1
  return latencyOf(counts)
}
