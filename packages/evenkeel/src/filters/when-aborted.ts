/** Who waits on a signal: mostly one alone, which needs no set. */
const waitingOn = new WeakMap<AbortSignal, (() => void) | Set<() => void>>()

/**
 * Calls `wake` when the signal is aborted. However many wait on one signal, it has one listener: adding and removing
 * one takes the longer the more there are, and ten thousand actions sleep on the signal of the shutdown.
 *
 * @param signal one that is not aborted yet
 * @param wake a function of its own for each who waits
 * @returns ends the waiting
 */
export function whenAborted(signal: AbortSignal, wake: () => void): () => void {
  const others = waitingOn.get(signal)
  if (others === undefined) {
    waitingOn.set(signal, wake)
    signal.addEventListener('abort', wakeAll, { once: true })
  } else if (others instanceof Set) others.add(wake)
  else waitingOn.set(signal, new Set([others, wake]))
  return () => stopWaiting(signal, wake)
}

function stopWaiting(signal: AbortSignal, wake: () => void): void {
  const waiting = waitingOn.get(signal)
  if (waiting instanceof Set) waiting.delete(wake)
  const isLast = waiting instanceof Set ? waiting.size === 0 : waiting === wake
  if (!isLast) return
  waitingOn.delete(signal)
  signal.removeEventListener('abort', wakeAll)
}

function wakeAll(this: AbortSignal): void {
  const waiting = waitingOn.get(this)
  if (waiting instanceof Set) for (const wake of waiting) wake()
  else waiting?.()
  waitingOn.delete(this)
}
