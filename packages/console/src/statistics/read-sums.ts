import type { SecondOfOutcomes, Series, Stretch, StretchWidth } from 'evenkeel/stats'

const sumWidths: readonly StretchWidth[] = [86_400, 3600, 60]

/**
 * What was counted in a stretch of time, the oldest first, in the longest sums that add up to buckets of so many
 * seconds: each under the second that it begins with.
 */
export async function readSums(
  series: Series,
  stretch: Stretch,
  bucketSeconds: number,
): Promise<readonly SecondOfOutcomes[]> {
  const width = sumWidths.find(each => bucketSeconds % each === 0)
  if (width === undefined) return series.seconds(stretch.fromSecond, stretch.toSecond)
  const sums = await series.stretches(stretch, width)
  return sums.map(({ fromSecond, outcomes }) => ({ second: fromSecond, outcomes }))
}

const hourSeconds = 3600

/**
 * How long the sums may be that a window is read in: a series keeps seconds for two hours only, and what is long needn't
 * be told to the minute. Times are in seconds since 1970.
 */
export function sumSecondsFor(from: number, to: number, nowSecond: number): number {
  if (to - from > 48 * hourSeconds) return hourSeconds
  return from >= nowSecond - 2 * hourSeconds ? 1 : 60
}
