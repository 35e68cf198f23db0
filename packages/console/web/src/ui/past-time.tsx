import { useServerNow } from '../live/use-server-now.ts'
import { RelativeTime } from './relative-time.tsx'

/** When something was done: never ahead, although the page's present moves on by whole seconds only. */
export function PastTime({ atMs }: { atMs: number }) {
  return <RelativeTime atMs={Math.min(atMs, useServerNow())} />
}
