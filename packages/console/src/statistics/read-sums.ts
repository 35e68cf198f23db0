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
