import { type ReactNode, useMemo, useState } from 'react'
import type { LiveReading } from '../../../src/live/live-reading.ts'
import { dipLabels, peakLabels } from '../outcomes/graph-labels.ts'
import { Colors, dashOf, inWords, widthOf } from '../outcomes/graph-look.ts'
import { type OutcomeSeries, withoutLongZeros } from '../outcomes/outcome-series.ts'
import { timesShown, type WindowMinutes, windowsInMinutes } from '../outcomes/time-shown.ts'
import { useOutcomeSeries } from '../outcomes/use-outcome-series.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { Failure } from '../ui/failure.tsx'
import { Plot, type PlotLine } from '../ui/plot.tsx'
import { PlotBrush } from '../ui/plot-brush.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import type { TimeWindow } from '../ui/time-window.ts'
import { GraphTip, rateIfClosedKey } from './graph-tip.tsx'
import { Legend } from './legend.tsx'
import { OutcomesAsTable } from './outcomes-as-table.tsx'

export interface OutcomeGraphProps {
  reading: LiveReading
  windowMinutes: WindowMinutes
  onWindowMinutes: (windowMinutes: WindowMinutes) => void
  /** What is looked at closely, if anything is. */
  timeWindow: TimeWindow | undefined
  onTimeWindow: (timeWindow: TimeWindow) => void
  /** The class that is shown alone, if one is. */
  exception: string | undefined
  onException: (exception: string | undefined) => void
  /** Whether it also shows what would have been, had no call failed open. */
  isClosedShown: boolean
  /** What stands below the graph. */
  children: ReactNode
}

const windows = windowsInMinutes.map(value => ({ value, name: timesShown[value].name }))

/** The one graph that names the exception behind any dip. */
export function OutcomeGraph(props: OutcomeGraphProps) {
  const { reading, windowMinutes, onWindowMinutes, children } = props
  const [colors] = useState(() => new Colors())
  const [isTable, setTable] = useState(false)
  const { series, error } = useOutcomeSeries(reading, windowMinutes)
  return (
    <figure>
      <figcaption className="mb-1.5 flex min-h-7 flex-wrap items-center gap-3">
        <h2>Outcomes</h2>
        <span className="text-muted">success rate, left; exceptions per {perPoint(series)}, right</span>
        <span className="flex-1" />
        <Button look="quiet" aria-pressed={isTable} onPress={() => setTable(!isTable)}>
          {isTable ? 'Hide table' : 'Show as table'}
        </Button>
        <Choice label="Time shown" value={windowMinutes} options={windows} onChange={onWindowMinutes} />
      </figcaption>
      {error !== null && <Failure what="The past could not be read" error={error} />}
      {series === undefined && error === null && <Skeleton label="Reading the past" rows={8} />}
      {series !== undefined && <Graph {...props} series={series} colors={colors} />}
      {children}
      {isTable && series !== undefined && (
        <div className="mt-2">
          <OutcomesAsTable series={series} />
        </div>
      )}
    </figure>
  )
}

function Graph({
  series,
  colors,
  windowMinutes,
  timeWindow,
  onTimeWindow,
  exception,
  onException,
  isClosedShown,
}: OutcomeGraphProps & { series: OutcomeSeries; colors: Colors }) {
  const drawn = useMemo(
    () => series.classes.filter(({ group }) => isClosedShown || group !== 'if-failed-closed'),
    [series, isClosedShown],
  )
  const shown = useMemo(
    () => drawn.filter(one => exception === undefined || one.exception === exception),
    [drawn, exception],
  )
  const lines = useMemo(() => {
    const ofClasses = shown.map((one): PlotLine => {
      const dash = dashOf(one.group)
      return {
        key: one.key,
        color: colors.of(one),
        width: widthOf(one.group),
        values: withoutLongZeros(one.counts),
        ...(dash && { dash }),
      }
    })
    return isClosedShown ? [...ofClasses, rateLineIfClosed(series)] : ofClasses
  }, [shown, colors, isClosedShown, series])
  const labels = useMemo(
    () =>
      (exception === undefined ? dipLabels(series) : peakLabels(shown)).map(({ series: one, ...label }) => ({
        ...label,
        color: colors.of(one),
      })),
    [series, shown, exception, colors],
  )
  return (
    <div className="grid gap-4 rounded border p-3 lg:grid-cols-[minmax(0,1fr)_380px]">
      <PlotBrush times={series.times} window={timeWindow} onWindow={onTimeWindow}>
        <Plot
          label={inWords({ ...series, classes: drawn }, timesShown[windowMinutes].inWords)}
          times={series.times}
          rates={series.rates}
          lines={lines}
          labels={labels}
          tip={(at, key) => (
            <GraphTip
              series={series}
              shown={shown}
              at={at}
              nearest={key}
              colors={colors}
              isClosedShown={isClosedShown}
            />
          )}
        />
      </PlotBrush>
      <Legend
        classes={drawn}
        colors={colors}
        exception={exception}
        onException={onException}
        isClosedShown={isClosedShown}
      />
    </div>
  )
}

function rateLineIfClosed({ ratesIfClosed }: OutcomeSeries): PlotLine {
  return {
    key: rateIfClosedKey,
    scale: 'rate',
    color: '--color-ink',
    width: 1.5,
    dash: [2, 4],
    values: ratesIfClosed,
  }
}

/** How much time one point of the graph is. */
function perPoint(series: OutcomeSeries | undefined): string {
  const seconds = series?.bucketSeconds ?? 1
  if (seconds === 1) return 'second'
  if (seconds < 60) return `${seconds} s`
  if (seconds === 60) return 'minute'
  return seconds < 3600 ? `${seconds / 60} minutes` : seconds === 3600 ? 'hour' : `${seconds / 3600} hours`
}
