import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let isOpen = typeof document !== 'undefined' && document.documentElement.dataset['session'] === 'open'

/** Whether an operator is signed in. The cookie itself is out of reach for scripts: the server says how it begins. */
export const session = {
  begin: () => set(true),
  end: () => set(false),
}

/** Whether an operator is signed in, for components to follow. */
export function useIsSignedIn(): boolean {
  return useSyncExternalStore(subscribe, () => isOpen)
}

function set(value: boolean): void {
  isOpen = value
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
