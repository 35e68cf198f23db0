/** A stretch of time that is looked at closely, in seconds since 1970: from (inclusive) to (exclusive). */
export interface TimeWindow {
  readonly fromSecond: number
  readonly toSecond: number
}

/** One of the two ends of a window. */
export type Edge = 'from' | 'to'

/** How many seconds are one point of a graph with these times. */
export function bucketSecondsOf([first = 0, second = first + 1]: readonly number[]): number {
  return second - first
}

/** The whole stretch that a graph with these times shows. */
export function wholeOf(times: readonly number[]): TimeWindow {
  return { fromSecond: times[0] ?? 0, toSecond: (times.at(-1) ?? 0) + bucketSecondsOf(times) }
}

/**
 * How far from a graph's left edge a window's end is drawn, from 0 to 1. A point stands in the middle of its bucket, so
 * that what happened in it lies half a bucket to each side.
 */
export function placeOf(second: number, times: readonly number[]): number {
  const [first = 0, last = first + 1] = [times[0], times.at(-1)]
  return within(0, (second - bucketSecondsOf(times) / 2 - first) / (last - first), 1)
}

/** When the bucket begins that is drawn nearest to a place. */
export function bucketAt(place: number, times: readonly number[]): number {
  return times[Math.round(within(0, place, 1) * (times.length - 1))] ?? 0
}

/** The window from the earlier to the end of the later of two buckets. */
export function spanning(oneSecond: number, otherSecond: number, times: readonly number[]): TimeWindow {
  return {
    fromSecond: Math.min(oneSecond, otherSecond),
    toSecond: Math.max(oneSecond, otherSecond) + bucketSecondsOf(times),
  }
}

/** The bucket at the end of a window that stays where it is while the other end is moved. */
export function anchorOf(edge: Edge, { fromSecond, toSecond }: TimeWindow, times: readonly number[]): number {
  return edge === 'from' ? toSecond - bucketSecondsOf(times) : fromSecond
}

/** The window with one end moved by so many buckets, to where a bucket begins: never out of the graph, nor past the other end. */
export function withMoved(
  window: TimeWindow,
  edge: Edge,
  buckets: number,
  times: readonly number[],
): TimeWindow {
  const width = bucketSecondsOf(times)
  const whole = wholeOf(times)
  const second = edge === 'from' ? window.fromSecond : window.toSecond
  const onGrid = buckets > 0 ? Math.floor(second / width) : Math.ceil(second / width)
  const moved = (onGrid + buckets) * width
  return edge === 'from'
    ? { ...window, fromSecond: Math.min(Math.max(moved, whole.fromSecond), window.toSecond - width) }
    : { ...window, toSecond: Math.max(Math.min(moved, whole.toSecond), window.fromSecond + width) }
}

/** Whether a window can be seen in the graph, if only in part. */
export function isInView({ fromSecond, toSecond }: TimeWindow, times: readonly number[]): boolean {
  const whole = wholeOf(times)
  return fromSecond < whole.toSecond && toSecond > whole.fromSecond
}

function within(min: number, value: number, max: number): number {
  return Math.max(min, Math.min(value, max))
}
