import { useServerNow } from '../live/use-server-now.ts'
import { Button } from '../ui/button.tsx'
import type { TimeWindow } from '../ui/time-window.ts'
import { TimeWindowFields } from '../ui/time-window-fields.tsx'

export interface WindowBarProps {
  timeWindow: TimeWindow | undefined
  onTimeWindow: (timeWindow: TimeWindow | undefined) => void
}

const lasts = [
  { seconds: 60, name: '1 min' },
  { seconds: 300, name: '5 min' },
  { seconds: 3600, name: '1 h' },
  { seconds: 6 * 3600, name: '6 h' },
  { seconds: 86_400, name: '24 h' },
]

/** Chooses the window that is looked at closely, without a mouse, and says which it is. */
export function WindowBar({ timeWindow, onTimeWindow }: WindowBarProps) {
  const toSecond = Math.floor(useServerNow() / 1000) + 1
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2">
      <span className="flex flex-wrap items-center gap-1.5">
        <span className="text-muted">
          What made a dip? Drag over it, or compare with the time before: the last
        </span>
        {lasts.map(({ seconds, name }) => (
          <Button key={seconds} onPress={() => onTimeWindow({ fromSecond: toSecond - seconds, toSecond })}>
            {name}
          </Button>
        ))}
      </span>
      {timeWindow !== undefined && (
        <span className="flex flex-wrap items-center gap-2">
          <TimeWindowFields {...timeWindow} onChange={onTimeWindow} />
          <Button look="quiet" onPress={() => onTimeWindow(undefined)}>
            Close the window
          </Button>
        </span>
      )}
    </div>
  )
}
