import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'
import { pointTime } from '../format/time.ts'
import { sideAxisWidth, timeAxisHeight, topPadding } from './plot.tsx'
import {
  anchorOf,
  bucketAt,
  bucketSecondsOf,
  type Edge,
  isInView,
  placeOf,
  spanning,
  type TimeWindow,
  wholeOf,
  withMoved,
} from './time-window.ts'

export interface PlotBrushProps {
  /** Those of the plot. */
  times: readonly number[]
  /** What is chosen. */
  window: TimeWindow | undefined
  onWindow: (window: TimeWindow) => void
  /** The plot. */
  children: ReactNode
}

/** Less than this is a click, in pixels. */
const dragMin = 4

/** Lets a window be drawn over a plot with the mouse or a finger, and its ends be moved, by keys too. */
export function PlotBrush({ times, window, onWindow, children }: PlotBrushProps) {
  const area = useRef<HTMLDivElement>(null)
  const drag = useRef<{ anchorSecond: number; startX: number; isMoved: boolean }>(undefined)
  const [draft, setDraft] = useState<TimeWindow>()
  const shown = draft ?? window

  const begin = (event: PointerEvent) => {
    const bounds = area.current?.getBoundingClientRect()
    if (event.button !== 0 || bounds === undefined) return
    const edge = edgeUnder(event)
    const isInside = event.clientX >= bounds.left && event.clientX <= bounds.right
    if (edge === undefined && !isInside) return
    const anchorSecond =
      edge !== undefined && window !== undefined
        ? anchorOf(edge, window, times)
        : bucketAt(placeUnder(event, bounds), times)
    drag.current = { anchorSecond, startX: event.clientX, isMoved: false }
  }
  const move = (event: PointerEvent) => {
    const bounds = area.current?.getBoundingClientRect()
    if (drag.current === undefined || bounds === undefined) return
    if (!drag.current.isMoved) {
      if (Math.abs(event.clientX - drag.current.startX) < dragMin) return
      drag.current.isMoved = true
      // From now on the pointer may leave the plot.
      event.currentTarget.setPointerCapture(event.pointerId)
    }
    setDraft(spanning(drag.current.anchorSecond, bucketAt(placeUnder(event, bounds), times), times))
  }
  const end = () => {
    drag.current = undefined
    setDraft(undefined)
  }
  const finish = () => {
    end()
    if (draft !== undefined) onWindow(draft)
  }

  return (
    <div
      className="relative touch-pan-y select-none"
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={finish}
      onPointerCancel={end}
    >
      {children}
      <div
        ref={area}
        className="pointer-events-none absolute z-10"
        style={{ left: sideAxisWidth, right: sideAxisWidth, top: topPadding, bottom: timeAxisHeight }}
      >
        {shown !== undefined && isInView(shown, times) && (
          <>
            <div
              className="absolute inset-y-0 border-x border-accent bg-accent/15"
              style={{
                left: inPercent(placeOf(shown.fromSecond, times)),
                right: inPercent(1 - placeOf(shown.toSecond, times)),
              }}
            />
            <Handle edge="from" times={times} window={shown} onWindow={onWindow} />
            <Handle edge="to" times={times} window={shown} onWindow={onWindow} />
          </>
        )}
      </div>
    </div>
  )
}

interface HandleProps {
  edge: Edge
  times: readonly number[]
  window: TimeWindow
  onWindow: (window: TimeWindow) => void
}

/** An end of the window, to be dragged or moved by arrow keys. */
function Handle({ edge, times, window, onWindow }: HandleProps) {
  const second = edge === 'from' ? window.fromSecond : window.toSecond
  const whole = wholeOf(times)
  const onKeyDown = (event: KeyboardEvent) => {
    const buckets = bucketsFor(event.key, times.length)
    if (buckets === undefined) return
    event.preventDefault()
    onWindow(withMoved(window, edge, event.shiftKey ? buckets * 10 : buckets, times))
  }
  return (
    <div
      role="slider"
      tabIndex={0}
      data-edge={edge}
      aria-label={edge === 'from' ? 'Beginning of the window' : 'End of the window'}
      aria-valuemin={whole.fromSecond}
      aria-valuemax={whole.toSecond}
      aria-valuenow={second}
      aria-valuetext={pointTime(second, bucketSecondsOf(times))}
      onKeyDown={onKeyDown}
      className="pointer-events-auto absolute inset-y-0 flex w-6 -translate-x-1/2 cursor-ew-resize touch-none items-center justify-center"
      style={{ left: inPercent(placeOf(second, times)) }}
    >
      <span aria-hidden className="h-8 w-1.5 rounded bg-accent" />
    </div>
  )
}

/** By how many buckets a key moves an end; undefined for a key that doesn't. */
function bucketsFor(key: string, bucketCount: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return -1
    case 'ArrowRight':
    case 'ArrowUp':
      return 1
    case 'PageDown':
      return -10
    case 'PageUp':
      return 10
    case 'Home':
      return -bucketCount
    case 'End':
      return bucketCount
    default:
      return undefined
  }
}

function edgeUnder({ target }: PointerEvent): Edge | undefined {
  const handle = target instanceof Element ? target.closest('[data-edge]') : null
  return (handle?.getAttribute('data-edge') ?? undefined) as Edge | undefined
}

function placeUnder({ clientX }: PointerEvent, { left, width }: DOMRect): number {
  return (clientX - left) / width
}

function inPercent(place: number): string {
  return `${place * 100}%`
}
