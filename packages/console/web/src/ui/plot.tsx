import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import uPlot from 'uplot'
import { axisTime } from '../format/time.ts'
import { type PlotLabel, writeLabels } from './plot-labels.ts'
import { stepsBelow } from './plot-paths.ts'

export interface PlotLine {
  key: string
  values: readonly (number | undefined)[]
  /** The name of the CSS variable that holds its colour. */
  color: string
  /** What its values are. @default 'count' */
  scale?: 'count' | 'rate'
  /** @default a solid line */
  dash?: readonly number[]
  /** In pixels. */
  width: number
}

export interface PlotProps {
  /** What the plot shows, in words. */
  label: string
  /** Seconds since 1970. */
  times: readonly number[]
  /** In percent, on an axis of its own. What lacks to 100 is shaded. */
  rates: readonly (number | undefined)[]
  /** Counts, on the other axis, and whatever else is to be drawn. */
  lines: readonly PlotLine[]
  /** Names to write onto it, the most important first. */
  labels: readonly PlotLabel[]
  /** What is said about the place under the pointer. @param key the nearest line's; undefined for the rate's */
  tip: (at: number, key: string | undefined) => ReactNode
}

interface Hover {
  at: number
  key: string | undefined
  left: number
}

const height = 264

/** What lies round the area that the lines are drawn in, in pixels. uPlot doesn't measure its labels: these sizes fit them. */
export const sideAxisWidth = 52
export const timeAxisHeight = 30
export const topPadding = 12

/** Rates and counts over time. A canvas: whoever shows it also says it in words and offers a table. */
export function Plot({ label, times, rates, lines, labels, tip }: PlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const pointer = useRef({ left: -1, top: -1 })
  const [hover, setHover] = useState<Hover>()
  const isDark = useSyncExternalStore(onSchemeChange, () => darkScheme.matches)
  const data = useMemo(() => dataOf(times, rates, lines), [times, rates, lines])
  const latest = useRef({ lines, data, labels })
  latest.current = { lines, data, labels }

  // A canvas knows no CSS variables, and uPlot no new series: either makes it anew. New figures don't.
  const makeUp = `${isDark} ${lines.map(({ key, color, dash }) => [key, color, dash].join()).join(' ')}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it is made of is summed up in `makeUp`
  useEffect(() => {
    const element = host.current
    if (element === null) return
    const made = new uPlot(
      optionsOf(element, latest.current.lines, setHover, () => latest.current.labels),
      latest.current.data,
      element,
    )
    plot.current = made
    // Whoever points at something goes on doing so. (A new plot is drawn in a microtask, and knows no place before.)
    const { left, top } = pointer.current
    if (left >= 0) queueMicrotask(() => plot.current === made && made.setCursor({ left, top }))
    const resizing = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    resizing.observe(element)
    return () => {
      resizing.disconnect()
      pointer.current = { left: made.cursor.left ?? -1, top: made.cursor.top ?? -1 }
      made.destroy()
      plot.current = undefined
    }
  }, [makeUp])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the labels are read when it is drawn
  useEffect(() => plot.current?.setData(data), [data, labels])

  const isRight = hover !== undefined && hover.left > (host.current?.clientWidth ?? 0) / 2
  return (
    <div className="relative" style={{ height }}>
      <div ref={host} role="img" aria-label={label} className="absolute inset-0" />
      {hover !== undefined && (
        <div
          data-testid="tip"
          className="pointer-events-none absolute top-3 z-20 rounded border border-line-strong bg-surface px-2.5 py-1.5 text-sm"
          style={isRight ? { right: `calc(100% - ${hover.left - 12}px)` } : { left: hover.left + 12 }}
        >
          {tip(hover.at, hover.key)}
        </div>
      )}
    </div>
  )
}

const darkScheme = window.matchMedia('(prefers-color-scheme: dark)')

function onSchemeChange(listener: () => void): () => void {
  darkScheme.addEventListener('change', listener)
  return () => darkScheme.removeEventListener('change', listener)
}

/** The times and the rates. */
const seriesBeforeLines = 2

function dataOf(
  times: readonly number[],
  rates: readonly (number | undefined)[],
  lines: readonly PlotLine[],
): uPlot.AlignedData {
  const nulls = (values: readonly (number | undefined)[]) => values.map(value => value ?? null)
  return [[...times], nulls(withoutSilence(rates)), ...lines.map(({ values }) => nulls(values))]
}

/** Where nothing was rated nothing lacked: from the first rate on, the line goes on at 100. */
function withoutSilence(rates: PlotProps['rates']): PlotProps['rates'] {
  const first = rates.findIndex(rate => rate !== undefined)
  return first === -1 ? rates : rates.map((rate, at) => rate ?? (at < first ? undefined : 100))
}

function optionsOf(
  element: HTMLElement,
  lines: readonly PlotLine[],
  onHover: (hover: Hover | undefined) => void,
  labels: () => readonly PlotLabel[],
): uPlot.Options {
  const color = colorReader(element)
  const axis = {
    stroke: color('--color-muted'),
    font: `11px ${getComputedStyle(element).fontFamily}`,
    ticks: { show: false },
  }
  const grid = { stroke: color('--color-line'), width: 1 }
  return {
    width: element.clientWidth,
    height,
    padding: [topPadding, 0, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      // By the root of what lacks to 100: a dip of one percent is seen, and one of fifty is still deeper.
      rate: {
        range: [0, 100],
        distr: 100,
        fwd: rate => -Math.sqrt(100 - rate),
        bwd: root => 100 - root ** 2,
      },
      // The lines stay below the dips' names.
      count: { range: (_, __, max) => [0, Math.max(4, (max ?? 0) * 1.5)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 90,
        size: timeAxisHeight,
        values: (_, splits, __, ___, apart) => splits.map(second => axisTime(second, apart)),
      },
      {
        ...axis,
        scale: 'rate',
        grid,
        size: sideAxisWidth,
        splits: () => [...rateTicks],
        filter: everyTick,
        values: ratesInWords,
      },
      { ...axis, scale: 'count', side: 1, grid: { show: false }, size: sideAxisWidth, incrs: wholeSteps },
    ],
    series: [
      {},
      {
        scale: 'rate',
        stroke: color('--color-ink'),
        width: 1.5,
        fill: color('--series-dip'),
        paths: stepsBelow(100, 'rate'),
        points: { show: false },
      },
      ...lines.map(({ scale = 'count', color: name, width, dash }) => ({
        scale,
        stroke: color(name),
        width,
        points: { show: false },
        ...(scale === 'rate' && { paths: stepsBelow(100, 'rate') }),
        ...(dash && { dash: [...dash] }),
      })),
    ],
    hooks: {
      setCursor: [plot => onHover(hoverOf(plot, lines))],
      draw: [plot => writeLabels(plot, labels(), { halo: color('--color-surface'), ink: color })],
    },
  }
}

const rateTicks = [0, 50, 80, 95, 99, 100]

/** Without this, a scale that isn't linear shows only powers of ten. */
function everyTick(_plot: uPlot, splits: number[]): number[] {
  return splits
}

function ratesInWords(_plot: uPlot, splits: number[]): string[] {
  return splits.map(value => `${value} %`)
}

const wholeSteps = [1, 2, 5]
  .flatMap(step => [step, step * 10, step * 100, step * 1000, step * 10_000])
  .sort((a, b) => a - b)

/** Reads colours as the element's scheme resolves them, which a variable's own text doesn't tell. */
function colorReader(element: HTMLElement): (variable: string) => string {
  const before = element.style.color
  return variable => {
    element.style.color = `var(${variable})`
    const color = getComputedStyle(element).color
    element.style.color = before
    return color
  }
}

function hoverOf(plot: uPlot, lines: readonly PlotLine[]): Hover | undefined {
  const { idx, left = -1, top = -1 } = plot.cursor
  if (idx === null || idx === undefined || left < 0) return undefined
  const distanceOf = (value: number | null | undefined, scale: string) =>
    value === null || value === undefined
      ? Number.POSITIVE_INFINITY
      : Math.abs(plot.valToPos(value, scale) - top)

  let nearest = { key: undefined as string | undefined, distance: distanceOf(plot.data[1]?.[idx], 'rate') }
  for (const [at, { key, scale = 'count' }] of lines.entries()) {
    // Where nothing was thrown there is nothing to name, though the line may pass by.
    const distance = distanceOf(plot.data[seriesBeforeLines + at]?.[idx] || undefined, scale)
    if (distance < nearest.distance) nearest = { key, distance }
  }
  return { at: idx, key: nearest.key, left: left + plot.over.offsetLeft }
}
