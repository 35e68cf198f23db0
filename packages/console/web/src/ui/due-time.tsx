import { useServerNow } from '../live/use-server-now.ts'
import { RelativeTime } from './relative-time.tsx'

/** When something is going to be done: a time that has come is now, for as long as it is being done. */
export function DueTime({ atMs }: { atMs: number }) {
  return atMs <= useServerNow() ? 'now' : <RelativeTime atMs={atMs} />
}
