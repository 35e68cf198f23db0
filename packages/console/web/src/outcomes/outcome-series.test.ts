import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LiveCount, LiveSecond } from '../../../src/live/live-reading.ts'
import { groupOrder } from './outcome-groups.ts'
import { outcomeSeries, withoutLongZeros } from './outcome-series.ts'
import { type WindowMinutes, windowsInMinutes } from './time-shown.ts'

const success = (count = 1, kind: LiveCount['kind'] = 'request'): LiveCount => ({
  kind,
  exception: undefined,
  category: undefined,
  count,
})
const thrown = (
  exception: string,
  category: LiveCount['category'],
  count = 1,
  kind: LiveCount['kind'] = 'request',
): LiveCount => ({ kind, exception, category, count })
const at = (second: number, ...outcomes: LiveCount[]): LiveSecond => ({ second, outcomes })

describe('outcomeSeries', () => {
  it('shows each second in the last minute, five seconds together in the last five, ten in the last 15', () => {
    const sizes = ([1, 5, 15] as const).map(window => {
      const { bucketSeconds, times } = outcomeSeries([], 1_000_000, window)
      return [bucketSeconds, times.length, times.at(-1)]
    })

    expect(sizes).toEqual([
      [1, 61, 1000],
      [5, 61, 1000],
      [10, 91, 1000],
    ])
  })

  it('keeps a bucket whole while the window moves on', () => {
    const seconds = [
      at(990, thrown('DiskFull', 'dependency', 2)),
      at(994, thrown('DiskFull', 'dependency', 1)),
    ]
    const bucketAt = (nowMs: number) => {
      const { times, classes } = outcomeSeries(seconds, nowMs, 5)
      return classes[0]?.counts[times.indexOf(990)]
    }

    expect([bucketAt(995_000), bucketAt(997_000), bucketAt(1_003_000)]).toEqual([3, 3, 3])
  })

  it('rates transactions: discards are in the good part, client faults in none, steps and calls no transactions', () => {
    const outcomes = [
      success(5),
      success(100, 'step'),
      thrown('Duplicate', 'discard', 1),
      thrown('NotFound', 'client', 50),
      thrown('DiskFull', 'dependency', 1),
      thrown('Bug', 'internal', 1, 'action'),
      thrown('Busy', 'dependency', 100, 'step'),
    ]
    const { rates } = outcomeSeries([at(1000, ...outcomes)], 1_000_000, 1)

    expect(rates.at(-1)).toBe(75)
  })

  it('has no rate where nothing can be rated', () => {
    const { rates } = outcomeSeries([at(1000, thrown('NotFound', 'client'))], 1_000_000, 1)

    expect(rates.at(-1)).toBeUndefined()
  })

  it('tells a class that ended transactions from the same class met in steps', () => {
    const seconds = [at(1000, thrown('Timeout', 'dependency', 2), thrown('Timeout', 'dependency', 7, 'step'))]
    const { classes } = outcomeSeries(seconds, 1_000_000, 1)

    expect(classes.map(({ group, total }) => [group, total])).toEqual([
      ['failures', 2],
      ['step', 7],
    ])
  })

  it('tells what was met on the way by where: steps, calls, branches, calls that failed open, and what that hid', () => {
    const kinds = ['if-failed-closed', 'fail-open', 'branch', 'call', 'step'] as const
    const met = kinds.map(kind => thrown('PlacesDown', 'dependency', 3, kind))
    const { classes, rates } = outcomeSeries([at(1000, ...met)], 1_000_000, 1)

    expect(classes.map(({ group, total }) => [group, total])).toEqual([
      ['step', 3],
      ['call', 3],
      ['branch', 3],
      ['fail-open', 3],
      ['if-failed-closed', 3],
    ])
    expect(rates.at(-1)).toBeUndefined()
  })

  it('tells what the success rate would at least have been, had no call failed open', () => {
    const outcomes = [
      success(8),
      thrown('Bug', 'internal', 2),
      thrown('PlacesDown', 'dependency', 3, 'if-failed-closed'),
      thrown('NoSuchPlace', 'client', 1, 'if-failed-closed'),
      thrown('Duplicate', 'discard', 1, 'if-failed-closed'),
    ]
    const { rates, ratesIfClosed } = outcomeSeries([at(1000, ...outcomes)], 1_000_000, 1)

    expect(rates.at(-1)).toBe(80)
    expect(ratesIfClosed.at(-1)).toBeCloseTo((100 * 4) / 9)
  })

  it('never falls below 0 where several calls of one transaction failed open', () => {
    const hidden = [
      thrown('PlacesDown', 'dependency', 1, 'if-failed-closed'),
      thrown('UsersDown', 'dependency', 1, 'if-failed-closed'),
    ]
    const { ratesIfClosed } = outcomeSeries([at(1000, success(1), ...hidden)], 1_000_000, 1)

    expect(ratesIfClosed.at(-1)).toBe(0)
  })

  it('lists failures first, then ignored ones, the most frequent first', () => {
    const seconds = [
      at(999, thrown('Rare', 'internal'), thrown('NotFound', 'client', 99), thrown('Often', 'dependency', 3)),
      at(1000, thrown('Duplicate', 'discard')),
    ]
    const { classes } = outcomeSeries(seconds, 1_000_000, 1)

    expect(classes.map(({ exception }) => exception)).toEqual(['Often', 'Rare', 'NotFound', 'Duplicate'])
  })

  it('counts everything within its window exactly once', () => {
    const counts = fc.record({
      kind: fc.constantFrom(
        'request',
        'action',
        'background',
        'step',
        'call',
        'branch',
        'fail-open',
        'if-failed-closed',
      ),
      exception: fc.constantFrom('A', 'B'),
      category: fc.constantFrom('client', 'discard', 'dependency', 'internal'),
      count: fc.nat(9),
    })
    const seconds = fc.uniqueArray(fc.record({ second: fc.nat(2000), outcomes: fc.array(counts) }), {
      selector: ({ second }) => second,
    })
    fc.assert(
      fc.property(seconds, fc.nat(2_000_000), fc.constantFrom(...windowsInMinutes), (all, nowMs, window) => {
        const { times, bucketSeconds, classes } = outcomeSeries(
          all as LiveSecond[],
          nowMs,
          window as WindowMinutes,
        )
        const [first = 0, last = 0] = [times[0], times.at(-1)]
        const expected = all
          .filter(({ second }) => second >= first && second < last + bucketSeconds)
          .flatMap(({ outcomes }) => outcomes.map(({ count }) => count))

        expect(sum(classes.map(({ total }) => total))).toBe(sum(expected))
        expect(classes.every(({ counts: one, total }) => sum(one) === total)).toBe(true)
        expect(new Set(classes.map(({ key }) => key)).size).toBe(classes.length)
        expect(classes.every(({ group }) => groupOrder.includes(group))).toBe(true)
      }),
    )
  })
})

describe('withoutLongZeros', () => {
  it('lets a line rise from zero, fall back to it, and end', () => {
    expect(withoutLongZeros([0, 0, 3, 0, 0, 0, 1])).toEqual([undefined, 0, 3, 0, undefined, 0, 1])
  })
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
