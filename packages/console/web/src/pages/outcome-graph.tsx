import { useMemo, useState } from 'react'
import type { LiveReading } from '../../../src/live/live-reading.ts'
import { clockTime, percent } from '../format/time.ts'
import { dipLabels, peakLabels } from '../outcomes/graph-labels.ts'
import { Colors, groupDashes, groupNames, groupWidths, inWords } from '../outcomes/graph-look.ts'
import {
  type ClassSeries,
  type OutcomeSeries,
  outcomeSeries,
  type WindowMinutes,
  withoutLongZeros,
} from '../outcomes/outcome-series.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { PlainTable } from '../ui/plain-table.tsx'
import { Plot } from '../ui/plot.tsx'
import { Legend } from './legend.tsx'

export interface OutcomeGraphProps {
  reading: LiveReading
  windowMinutes: WindowMinutes
  onWindow: (windowMinutes: WindowMinutes) => void
  /** The class that is shown alone, if one is. */
  exception: string | undefined
  onException: (exception: string | undefined) => void
}

const windows = [
  { value: 1, name: '1 min' },
  { value: 5, name: '5 min' },
  { value: 15, name: '15 min' },
] as const

/** The one graph that names the exception behind any dip. */
export function OutcomeGraph({
  reading,
  windowMinutes,
  onWindow,
  exception,
  onException,
}: OutcomeGraphProps) {
  const [colors] = useState(() => new Colors())
  const [isTable, setTable] = useState(false)
  const series = useMemo(
    () => outcomeSeries(reading.seconds, reading.now, windowMinutes),
    [reading, windowMinutes],
  )
  const shown = useMemo(
    () => series.classes.filter(one => exception === undefined || one.exception === exception),
    [series, exception],
  )
  const lines = useMemo(
    () =>
      shown.map(one => {
        const dash = groupDashes[one.group]
        return {
          key: one.key,
          color: colors.of(one),
          width: groupWidths[one.group],
          values: withoutLongZeros(one.counts),
          ...(dash && { dash }),
        }
      }),
    [shown, colors],
  )
  const labels = useMemo(
    () =>
      (exception === undefined ? dipLabels(series) : peakLabels(shown)).map(({ series: one, ...label }) => ({
        ...label,
        color: colors.of(one),
      })),
    [series, shown, exception, colors],
  )

  const windowName = windowMinutes === 1 ? 'minute' : `${windowMinutes} minutes`
  const per = series.bucketSeconds === 1 ? 'second' : `${series.bucketSeconds} s`
  return (
    <figure>
      <figcaption className="mb-1.5 flex min-h-7 flex-wrap items-center gap-3">
        <h2>Outcomes</h2>
        <span className="text-muted">success rate, left; exceptions per {per}, right</span>
        <span className="flex-1" />
        <Button look="quiet" aria-pressed={isTable} onPress={() => setTable(!isTable)}>
          {isTable ? 'Hide table' : 'Show as table'}
        </Button>
        <Choice label="Time shown" value={windowMinutes} options={windows} onChange={onWindow} />
      </figcaption>
      <div className="grid gap-4 rounded border p-3 lg:grid-cols-[minmax(0,1fr)_380px]">
        <Plot
          label={inWords(series, windowName)}
          times={series.times}
          rates={series.rates}
          lines={lines}
          labels={labels}
          tip={(at, key) => <Tip series={series} shown={shown} at={at} nearest={key} colors={colors} />}
        />
        <Legend classes={series.classes} colors={colors} exception={exception} onException={onException} />
      </div>
      {isTable && (
        <div className="mt-2">
          <SeriesTable series={series} />
        </div>
      )}
    </figure>
  )
}

interface TipProps {
  series: OutcomeSeries
  shown: readonly ClassSeries[]
  at: number
  nearest: string | undefined
  colors: Colors
}

/** Names the nearest line first, and then whatever else was thrown at that time. */
function Tip({ series, shown, at, nearest, colors }: TipProps) {
  const thrown = shown
    .filter(({ key, counts }) => key === nearest || (counts[at] ?? 0) > 0)
    .sort((a, b) => Number(b.key === nearest) - Number(a.key === nearest))
  const rate = series.rates[at]
  return (
    <>
      <p className="text-muted">
        {clockTime(series.times[at] ?? 0)}
        {series.bucketSeconds > 1 && ` + ${series.bucketSeconds} s`}
      </p>
      <ul>
        {thrown.map(one => (
          <li
            key={one.key}
            className={`flex items-center gap-1.5 ${one.key === nearest ? 'font-semibold' : ''}`}
          >
            <span
              aria-hidden
              className="size-2 rounded-full"
              style={{ background: `var(${colors.of(one)})` }}
            />
            {one.exception}
            <span className="ml-auto pl-4">{one.counts[at]}</span>
            <span className="font-normal text-muted">{groupNames[one.group].toLowerCase()}</span>
          </li>
        ))}
        <li className={nearest === undefined ? 'font-semibold' : 'text-muted'}>
          {rate === undefined ? 'no transaction' : `success rate ${percent(rate)}`}
        </li>
      </ul>
    </>
  )
}

/** The same figures to read: the latest first, without the times at which nothing happened. */
function SeriesTable({ series: { times, rates, classes } }: { series: OutcomeSeries }) {
  const rows = times
    .map((time, at) => ({ time, rate: rates[at], counts: classes.map(({ counts }) => counts[at] ?? 0) }))
    .filter(({ rate, counts }) => rate !== undefined || counts.some(count => count > 0))
    .reverse()
  return (
    <PlainTable
      label="Outcomes as a table"
      head={[
        'From',
        'Success rate',
        ...classes.map(({ exception, group }) => `${exception} (${groupNames[group].toLowerCase()})`),
      ]}
      rows={rows.map(({ time, rate, counts }) => ({
        key: time,
        cells: [clockTime(time), rate === undefined ? '–' : percent(rate), ...counts],
      }))}
    />
  )
}
