import { absoluteTime, lengthOfTime } from '../format/time.ts'
import { useServerNow } from '../live/use-server-now.ts'

/** How long something has lasted by now, in whole seconds, by the server's clock; its beginning on hover. */
export function ElapsedTime({ sinceMs }: { sinceMs: number }) {
  const seconds = Math.max(0, Math.floor((useServerNow() - sinceMs) / 1000))
  return (
    <time dateTime={`PT${seconds}S`} title={`since ${absoluteTime(sinceMs)}`} className="whitespace-nowrap">
      {lengthOfTime(seconds)}
    </time>
  )
}
