import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LiveCount } from '../../../src/live/live-reading.ts'
import { dipLabels, peakLabels } from './graph-labels.ts'
import { outcomeSeries } from './outcome-series.ts'

const success = (count: number): LiveCount => ({
  kind: 'request',
  exception: undefined,
  category: undefined,
  count,
})
const failure = (exception: string, count: number): LiveCount => ({
  kind: 'action',
  exception,
  category: 'dependency',
  count,
})
const fault: LiveCount = { kind: 'request', exception: 'NotFound', category: 'client', count: 5 }
const calm = Array.from({ length: 4 }, () => [success(1)])

/** The series of a minute, of which `outcomes` are the last seconds. */
const minuteOf = (...outcomes: LiveCount[][]) =>
  outcomeSeries(
    outcomes.map((counts, at) => ({ second: 1001 - outcomes.length + at, outcomes: counts })),
    1_000_000,
    1,
  )

describe('the names at the dips', () => {
  it('say which class lowered the rate, and how often, at the lowest place', () => {
    const series = minuteOf(
      [success(9), failure('DiskFull', 1)],
      [success(1), failure('DiskFull', 1)],
      [success(9)],
    )

    expect(dipLabels(series)).toMatchObject([{ at: 59, on: 'rate', value: 50, text: 'DiskFull 2' }])
  })

  it('tell one dip from the next by some buckets in which all went well', () => {
    const series = minuteOf([failure('First', 1)], ...calm, [failure('Second', 1)])

    expect(dipLabels(series).map(({ text }) => text)).toEqual(['First 1', 'Second 1'])
  })

  it('name what flaps once', () => {
    const series = minuteOf([failure('DiskFull', 1)], ...calm.slice(1), [failure('DiskFull', 1)])

    expect(dipLabels(series).map(({ text }) => text)).toEqual(['DiskFull 2'])
  })

  it('see one dip where nothing was rated in between', () => {
    const series = minuteOf([failure('DiskFull', 1)], [fault], [failure('DiskFull', 1)])

    expect(dipLabels(series).map(({ text }) => text)).toEqual(['DiskFull 2'])
  })

  it('name the most frequent class and say how many others there are', () => {
    const series = minuteOf([failure('Rare', 1), failure('Often', 3), failure('Seldom', 2)])

    expect(dipLabels(series).map(({ text }) => text)).toEqual(['Often 3, 2 more'])
  })

  it('put the gravest dip first, so that it finds room', () => {
    const series = minuteOf([failure('Small', 1)], ...calm, [failure('Big', 9)])

    expect(dipLabels(series).map(({ text }) => text)).toEqual(['Big 9', 'Small 1'])
  })

  it('are none where only callers were at fault', () => {
    expect(dipLabels(minuteOf([fault, success(1)]))).toEqual([])
  })

  it('account for every failure that names a dip, whatever happens', () => {
    const counts = fc.array(fc.constantFrom(success(1), failure('A', 1), failure('B', 2), fault), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 60 }), outcomes => {
        const series = minuteOf(...outcomes)
        const labels = dipLabels(series)

        const isFailing = outcomes.flat().some(({ category }) => category === 'dependency')
        expect(labels.length > 0).toBe(isFailing)
        for (const { at, value } of labels) {
          expect(series.rates[at]).toBe(value)
          expect(value).toBeLessThan(100)
        }
      }),
    )
  })
})

describe('the name of a class that is looked at alone', () => {
  it('stands at its latest peak', () => {
    const { classes } = minuteOf([failure('A', 2)], [failure('A', 1)], [failure('A', 2)], [success(1)])

    expect(peakLabels(classes)).toMatchObject([{ at: 59, on: 'count', value: 2, text: 'A' }])
  })

  it('say where it was met, if it was on the way: one class may have several lines', () => {
    const met = { ...failure('A', 1), kind: 'step' as const }
    const { classes } = outcomeSeries([{ second: 999, outcomes: [failure('A', 2), met] }], 1_000_000, 1)

    expect(peakLabels(classes).map(({ text }) => text)).toEqual(['A', 'A (in steps)'])
  })
})
