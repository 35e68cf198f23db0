import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timesOf, windowsInMinutes } from '../outcomes/time-shown.ts'
import {
  anchorOf,
  bucketAt,
  bucketSecondsOf,
  isInView,
  placeOf,
  spanning,
  wholeOf,
  withMoved,
} from './time-window.ts'

/** Eleven points of five seconds each. */
const times = Array.from({ length: 11 }, (_, at) => 1000 + at * 5)

describe('a window that is drawn over the graph', () => {
  it('spans whole buckets, in whichever direction the mouse went', () => {
    const [left, right] = [bucketAt(0.2, times), bucketAt(0.5, times)]

    expect(spanning(left, right, times)).toEqual({ fromSecond: 1010, toSecond: 1030 })
    expect(spanning(right, left, times)).toEqual({ fromSecond: 1010, toSecond: 1030 })
  })

  it('is one bucket where the mouse has hardly moved', () => {
    expect(spanning(bucketAt(0.5, times), bucketAt(0.52, times), times)).toEqual({
      fromSecond: 1025,
      toSecond: 1030,
    })
  })

  it('begins half a bucket before its first point, which stands in its middle', () => {
    expect(placeOf(1010, times)).toBeCloseTo((10 - 2.5) / 50)
    expect(placeOf(1030, times)).toBeCloseTo((30 - 2.5) / 50)
  })

  it('is out of view when the graph has moved on', () => {
    expect(isInView({ fromSecond: 980, toSecond: 1001 }, times)).toBe(true)
    expect(isInView({ fromSecond: 980, toSecond: 1000 }, times)).toBe(false)
  })
})

describe('an end that is moved by keys', () => {
  const window = { fromSecond: 1010, toSecond: 1030 }

  it('goes bucket by bucket', () => {
    expect(withMoved(window, 'from', -1, times)).toEqual({ fromSecond: 1005, toSecond: 1030 })
    expect(withMoved(window, 'to', 2, times)).toEqual({ fromSecond: 1010, toSecond: 1040 })
  })

  it('goes first to where a bucket begins', () => {
    const odd = { fromSecond: 1012, toSecond: 1031 }

    expect(withMoved(odd, 'from', -1, times).fromSecond).toBe(1010)
    expect(withMoved(odd, 'to', 1, times).toSecond).toBe(1035)
  })

  it('leaves a window of at least one bucket, within the graph', () => {
    const seconds = fc.integer({ min: 1_700_000_000, max: 1_800_000_000 })
    fc.assert(
      fc.property(
        seconds,
        fc.constantFrom(...windowsInMinutes),
        fc.array(
          fc.tuple(fc.constantFrom('from' as const, 'to' as const), fc.integer({ min: -300, max: 300 })),
        ),
        (nowSecond, minutes, moves) => {
          const shown = timesOf(nowSecond * 1000, minutes)
          const whole = wholeOf(shown)
          let moved = spanning(bucketAt(0.3, shown), bucketAt(0.6, shown), shown)
          for (const [edge, buckets] of moves) moved = withMoved(moved, edge, buckets, shown)

          expect(moved.toSecond - moved.fromSecond).toBeGreaterThanOrEqual(bucketSecondsOf(shown))
          expect(moved.fromSecond).toBeGreaterThanOrEqual(whole.fromSecond)
          expect(moved.toSecond).toBeLessThanOrEqual(whole.toSecond)
        },
      ),
    )
  })

  it('leaves the other end where it is when it is dragged', () => {
    const other = bucketAt(0.1, times)

    expect(spanning(anchorOf('from', window, times), other, times)).toEqual({ ...window, fromSecond: other })
    expect(spanning(anchorOf('to', window, times), 1040, times)).toEqual({ ...window, toSecond: 1045 })
  })
})
