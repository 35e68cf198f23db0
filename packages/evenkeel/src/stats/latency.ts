/**
 * Durations in buckets that are the same everywhere, so that histograms of any processes and times add up.
 *
 * The buckets are log-linear, like those of HdrHistogram and circllhist (https://arxiv.org/abs/2001.06561): every
 * decade is cut at 1, 1.1 … 2.5, 2.75 … 5, 5.5 … 10. No bucket is wider than a tenth of its lower bound, so that its
 * middle is within 5 % of every duration in it; and the bounds that OpenTelemetry advises for HTTP (5, 10, 25, 50,
 * 75 ms …) are among them, so that what is exported is exact.
 */
export const latencyBucketCount = 2 + 10 * 35

/** The counts of one combination's durations: pairs of bucket and count, by ascending bucket. */
export type Latency = readonly number[]

const underflow = 0
const overflow = latencyBucketCount - 1
const perDecade = 35
/** Each decade's lower bound in milliseconds, from 1 µs on, and the end of the last one: 10,000 seconds. */
const decadesMs = [1e-3, 1e-2, 1e-1, 1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7] as const
const perMs = [1e3, 1e2, 1e1, 1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const

/** The bucket of a duration: the one whose bounds it lies between, the upper one included. */
export function latencyBucket(durationMs: number): number {
  if (!(durationMs > 1e-3)) return underflow
  if (durationMs > 1e7) return overflow
  let decade = durationMs > 10 ? 4 : 0
  while (durationMs > (decadesMs[decade + 1] as number)) decade++
  const mantissa = durationMs * (perMs[decade] as number)
  // What arithmetic adds to a duration that is exactly a bound must not lift it over that bound.
  const exact = mantissa - 1e-9
  if (exact < 2.5) return 1 + decade * perDecade + Math.max(0, Math.floor((exact - 1) * 10))
  if (exact < 5) return 16 + decade * perDecade + Math.floor((exact - 2.5) * 4)
  return 26 + decade * perDecade + Math.floor((exact - 5) * 2)
}

/** The upper bound of a bucket, in milliseconds; the bound itself is in it. */
export function latencyBoundMs(bucket: number): number {
  if (bucket === underflow) return 1e-3
  if (bucket >= overflow) return Number.POSITIVE_INFINITY
  const decade = Math.floor((bucket - 1) / perDecade)
  const at = ((bucket - 1) % perDecade) + 1
  const mantissa = at <= 15 ? (10 + at) / 10 : at <= 25 ? (10 + at - 15) / 4 : (10 + at - 25) / 2
  // Divided by a power of ten, not multiplied by a fraction: 0.025 stays 0.025.
  return decade < 3 ? mantissa / (perMs[decade] as number) : mantissa * (decadesMs[decade] as number)
}

/** Sums of any number of latencies, in whatever order they come. */
export function addLatencies(latencies: Iterable<Latency>): Latency {
  let sum: Latency = []
  for (const latency of latencies) sum = sum.length === 0 ? latency : addTwo(sum, latency)
  return sum
}

/** Goes through both at once, since both are sorted: this is done for every combination of a day, every minute. */
function addTwo(left: Latency, right: Latency): Latency {
  const sum: number[] = []
  let [at, rightAt] = [0, 0]
  while (at < left.length || rightAt < right.length) {
    const bucket = left[at] ?? Number.POSITIVE_INFINITY
    const rightBucket = right[rightAt] ?? Number.POSITIVE_INFINITY
    let count = 0
    if (bucket <= rightBucket) {
      count += left[at + 1] as number
      at += 2
    }
    if (rightBucket <= bucket) {
      count += right[rightAt + 1] as number
      rightAt += 2
    }
    sum.push(Math.min(bucket, rightBucket), count)
  }
  return sum
}

/**
 * The duration that the given part of all durations does not exceed, in milliseconds, within 5 %; undefined when
 * there are none. Durations beyond 10,000 seconds count as that.
 *
 * @param part from 0 to 1: 0.5 for the median
 */
export function latencyQuantileMs(latency: Latency, part: number): number | undefined {
  let total = 0
  for (let at = 1; at < latency.length; at += 2) total += latency[at] as number
  if (total === 0) return undefined
  const rank = Math.max(1, Math.ceil(part * total))
  let below = 0
  let at = 0
  for (; at < latency.length - 2; at += 2) {
    below += latency[at + 1] as number
    if (below >= rank) break
  }
  return middleMs(latency[at] as number)
}

/** How many of the durations are not longer than each bound: exact if the bounds are bounds of buckets. */
export function cumulativeCounts(latency: Latency, boundsMs: readonly number[]): number[] {
  return boundsMs.map(boundMs => {
    const last = latencyBucket(boundMs)
    let count = 0
    for (let at = 0; at < latency.length && (latency[at] as number) <= last; at += 2) {
      count += latency[at + 1] as number
    }
    return count
  })
}

/** The buckets that aren't empty, of counts that are kept by bucket. */
export function latencyOf(counts: ArrayLike<number>): Latency {
  const latency: number[] = []
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket] as number
    if (count > 0) latency.push(bucket, count)
  }
  return latency
}

/** The value whose relative error is the same at both bounds. */
function middleMs(bucket: number): number {
  if (bucket === underflow) return 1e-3
  if (bucket === overflow) return 1e7
  const [from, to] = [latencyBoundMs(bucket - 1), latencyBoundMs(bucket)]
  return (2 * from * to) / (from + to)
}
