import type { Stretch } from './series.ts'

/** What is kept for how long: sums over `width` seconds each, for at least `keepSeconds`. */
export interface Tier {
  readonly width: number
  readonly keepSeconds: number
}

/** A part of a stretch of time that is read from the sums of one width. */
export interface Span extends Stretch {
  readonly width: number
}

const daySeconds = 86_400

/** Finest first. A tier's width divides the next one's. */
export const tiers: readonly Tier[] = [
  { width: 1, keepSeconds: 7200 },
  { width: 60, keepSeconds: 30 * daySeconds },
  { width: 3600, keepSeconds: 92 * daySeconds },
  { width: daySeconds, keepSeconds: 92 * daySeconds },
]

/**
 * The stretch with its ends rounded down to what is still told apart at that age; at least one sum long. Two
 * stretches that touch still touch.
 */
export function rounded({ fromSecond, toSecond }: Stretch, nowSecond: number): Stretch {
  const from = roundedDown(Math.floor(fromSecond), nowSecond)
  const to = roundedDown(Math.ceil(toSecond), nowSecond)
  return { fromSecond: from, toSecond: Math.max(to, from + finestAt(from, nowSecond)) }
}

/** The stretch of the same length that ends where this one begins. */
export function justBefore({ fromSecond, toSecond }: Stretch): Stretch {
  return { fromSecond: fromSecond - (toSecond - fromSecond), toSecond: fromSecond }
}

/** The fewest sums that make up a rounded stretch: long ones inside, short ones at its ends. */
export function spansOf({ fromSecond, toSecond }: Stretch, widths: readonly number[]): Span[] {
  const spans: Span[] = []
  for (let second = fromSecond; second < toSecond; ) {
    const width =
      widths.findLast(each => second % each === 0 && second + each <= toSecond) ?? (widths[0] as number)
    const last = spans.at(-1)
    if (last?.width === width) spans[spans.length - 1] = { ...last, toSecond: second + width }
    else spans.push({ width, fromSecond: second, toSecond: second + width })
    second += width
  }
  return spans
}

function roundedDown(second: number, nowSecond: number): number {
  const width = finestAt(second, nowSecond)
  return Math.floor(second / width) * width
}

function finestAt(second: number, nowSecond: number): number {
  return tiers.find(({ keepSeconds }) => second >= nowSecond - keepSeconds)?.width ?? daySeconds
}
