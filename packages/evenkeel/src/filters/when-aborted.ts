const waitingOn = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls `wake` when the signal is aborted. However many wait on one signal, it has one listener: adding and removing
 * one takes the longer the more there are, and ten thousand actions sleep on the signal of the shutdown.
 *
 * @param signal one that is not aborted yet
 * @returns ends the waiting
 */
export function whenAborted(signal: AbortSignal, wake: () => void): () => void {
  const waiting = waitingOn.get(signal) ?? new Set()
  if (waiting.size === 0) {
    waitingOn.set(signal, waiting)
    signal.addEventListener('abort', wakeAll, { once: true })
  }
  waiting.add(wake)
  return () => {
    if (waiting.delete(wake) && waiting.size === 0) signal.removeEventListener('abort', wakeAll)
  }
}

function wakeAll(this: AbortSignal): void {
  const waiting = waitingOn.get(this)
  waitingOn.delete(this)
  for (const wake of waiting ?? []) wake()
}
