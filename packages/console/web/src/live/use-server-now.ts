import { useSyncExternalStore } from 'react'
import { useLive } from './use-live.ts'

const listeners = new Set<() => void>()
let nowMs = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** The server's present time in milliseconds since 1970, moving on every second. */
export function useServerNow(): number {
  const { clockOffsetMs } = useLive()
  return useSyncExternalStore(subscribe, () => nowMs) + clockOffsetMs
}

/** All components share one timer, so that they tick together and are drawn once. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  nowMs = Date.now()
  for (const listener of listeners) listener()
}
