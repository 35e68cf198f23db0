import { alwaysNamed, groupNames } from './outcome-groups.ts'
import type { ClassSeries, OutcomeSeries } from './outcome-series.ts'

/** A name that is written onto the graph. */
export interface GraphLabel {
  /** The bucket that it belongs to. */
  readonly at: number
  /** What it names: a dip of the success rate, or the peak of a class. */
  readonly on: 'rate' | 'count'
  /** The success rate in percent at the dip's lowest place, or the count at the peak. */
  readonly value: number
  readonly text: string
  /** The class whose colour it is written in. */
  readonly series: ClassSeries
}

/**
 * The names of what lowered the success rate, one per dip, those with the most failures first: where there
 * is no room for all, the gravest are written.
 */
export function dipLabels({ rates, classes }: OutcomeSeries): readonly GraphLabel[] {
  const failures = classes.filter(({ group }) => group === 'failures')
  return dipsOf(rates)
    .flatMap(buckets => dipLabel(rates, failures, buckets))
    .sort((a, b) => b.total - a.total)
    .map(({ label }) => label)
}

/** The names of `classes` at their peaks: for classes that are looked at alone. */
export function peakLabels(classes: readonly ClassSeries[]): readonly GraphLabel[] {
  return classes
    .filter(({ total }) => total > 0)
    .map(series => {
      const value = Math.max(...series.counts)
      return { at: series.counts.lastIndexOf(value), on: 'count', value, text: nameOf(series), series }
    })
}

/** One class may have several lines: those that were met on the way say where. */
function nameOf({ exception, group }: ClassSeries): string {
  return alwaysNamed.includes(group) ? exception : `${exception} (${groupNames[group].toLowerCase()})`
}

function dipLabel(
  rates: OutcomeSeries['rates'],
  failures: readonly ClassSeries[],
  buckets: readonly number[],
): { label: GraphLabel; total: number }[] {
  const counted = failures
    .map(series => ({ series, count: countIn(series, buckets) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
  const [most, ...others] = counted
  if (most === undefined) return []
  const at = buckets.reduce((a, b) => (rateAt(rates, b) < rateAt(rates, a) ? b : a))
  const more = others.length === 0 ? '' : `, ${others.length} more`
  return [
    {
      label: {
        at,
        on: 'rate',
        value: rateAt(rates, at),
        text: `${most.series.exception} ${most.count}${more}`,
        series: most.series,
      },
      total: counted.reduce((sum, { count }) => sum + count, 0),
    },
  ]
}

/** So many buckets at 100 don't end a dip yet: what flaps is one trouble, and is named once. */
const calmBucketsMax = 3

/** The stretches of trouble, each as its buckets below 100. Silence alone doesn't end one, however long it is. */
function dipsOf(rates: OutcomeSeries['rates']): readonly (readonly number[])[] {
  const dips: number[][] = []
  let calmBuckets = 0
  for (const [at, rate] of rates.entries()) {
    if (rate === undefined) continue
    if (rate === 100) {
      calmBuckets++
      continue
    }
    const dip = dips.at(-1)
    if (dip === undefined || calmBuckets > calmBucketsMax) dips.push([at])
    else dip.push(at)
    calmBuckets = 0
  }
  return dips
}

function rateAt(rates: OutcomeSeries['rates'], at: number): number {
  return rates[at] ?? 100
}

function countIn({ counts }: ClassSeries, buckets: readonly number[]): number {
  return buckets.reduce((sum, at) => sum + (counts[at] ?? 0), 0)
}
