import { absoluteTime, relativeTime } from '../format/time.ts'
import { useServerNow } from '../live/use-server-now.ts'

/** A time as it lies from now, by the server's clock; the full time on hover. */
export function RelativeTime({ atMs }: { atMs: number }) {
  const nowMs = useServerNow()
  return (
    <time dateTime={new Date(atMs).toISOString()} title={absoluteTime(atMs)} className="whitespace-nowrap">
      {relativeTime(atMs, nowMs)}
    </time>
  )
}
