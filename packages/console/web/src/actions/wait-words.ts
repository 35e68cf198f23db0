import type { CurrentWait } from 'evenkeel/actions'

/** What an action waits for, as a sentence's beginning: since when and until when are told behind it. */
export function waitWords({ path, part, for: what, holder }: CurrentWait): string {
  switch (what) {
    case 'lock':
      return holder === undefined
        ? 'waiting for its turn at its locks'
        : `waiting for ${holder.lock}, held by ${holder.action}`
    case 'busy':
      return `waiting for the next attempt at ${part === 'undo' ? 'undoing ' : ''}${path}`
    case 'settling':
      return `waiting for what ${path} may have done: its answer was lost`
    case 'effect':
      return `waiting for what was accepted ${part === 'undo' ? 'when undoing' : 'at'} ${path}`
    case 'sleep':
      return `letting time pass at ${path}`
  }
}

/** Since when the waiting lasts: behind a lock that is how long the other holds it. */
export function waitsSinceMs({ holder, sinceMs }: CurrentWait): number {
  return holder?.sinceMs ?? sinceMs
}
