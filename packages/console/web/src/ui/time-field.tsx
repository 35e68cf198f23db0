import { useEffect, useRef } from 'react'

export interface TimeFieldProps {
  label: string
  /** In seconds since 1970. */
  second: number | undefined
  /** Told a time once it is complete, and undefined once it is empty. */
  onChange: (second: number | undefined) => void
}

/** A date and a time of day, to the second, as the browser's place tells them. */
export function TimeField({ label, second, onChange }: TimeFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  // Not controlled: a time that is written back while it is being typed would move the cursor.
  useEffect(() => {
    const element = input.current
    if (element === null || secondOf(element.value) === second) return
    element.value = second === undefined ? '' : localTime(second)
  }, [second])
  return (
    <label className="inline-flex items-center gap-1.5 text-muted">
      {label}
      <input
        ref={input}
        type="datetime-local"
        step={1}
        onChange={({ currentTarget: { value } }) => onChange(secondOf(value))}
        className="h-7 rounded border border-line-strong bg-surface px-1.5 text-sm text-ink"
      />
    </label>
  )
}

/** As the input wants it: "2026-11-22T14:05:09". */
function localTime(second: number): string {
  const time = new Date(second * 1000)
  // A time that is shifted by the place's offset reads in UTC as it does at the place.
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

function secondOf(text: string): number | undefined {
  return text === '' ? undefined : Math.floor(new Date(text).getTime() / 1000)
}
