import { useEffect, useState } from 'react'
import { TimeField } from './time-field.tsx'
import type { TimeWindow } from './time-window.ts'

export interface TimeWindowFieldsProps extends TimeWindow {
  /** Told every window that makes sense. */
  onChange: (timeWindow: TimeWindow) => void
}

/** A window of time, by its two ends. */
export function TimeWindowFields({ fromSecond, toSecond, onChange }: TimeWindowFieldsProps) {
  const [ends, setEnds] = useState({
    from: fromSecond as number | undefined,
    to: toSecond as number | undefined,
  })
  useEffect(() => setEnds({ from: fromSecond, to: toSecond }), [fromSecond, toSecond])
  const change = ({ from, to }: typeof ends) => {
    setEnds({ from, to })
    if (from !== undefined && to !== undefined && from < to) onChange({ fromSecond: from, toSecond: to })
  }
  const isBackward = ends.from !== undefined && ends.to !== undefined && ends.from >= ends.to
  return (
    <>
      <TimeField label="From" second={ends.from} onChange={from => change({ ...ends, from })} />
      <TimeField label="To" second={ends.to} onChange={to => change({ ...ends, to })} />
      {isBackward && (
        <span role="alert" className="text-bad">
          The window ends before it begins.
        </span>
      )}
    </>
  )
}
