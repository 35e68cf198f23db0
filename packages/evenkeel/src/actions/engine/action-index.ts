import type { ActionStateKind } from '../action-view.ts'
import type { JournalEntry, JournaledEnd } from './journal.ts'

/** What is known of an action without reading its history: what it is found by. */
export interface IndexedAction {
  readonly name: string
  readonly locks: readonly string[]
  readonly state: ActionStateKind
  /** The end that is decided, once one is. */
  readonly outcome: JournaledEnd['kind'] | undefined
  /** The class of the exception that it is, or is to be, rolled back for. */
  readonly class: string | undefined
  readonly endedAtMs: number | undefined
  readonly closedAtMs: number | undefined
}

/** Of an action of which nothing has been read. A history that lacks its beginning keeps this name. */
export const unindexed: IndexedAction = {
  name: '',
  locks: [],
  state: 'running',
  outcome: undefined,
  class: undefined,
  endedAtMs: undefined,
  closedAtMs: undefined,
}

const kinds = [
  'started',
  'granted',
  'cancelled',
  'pivot',
  'rolling-back',
  'ending',
  'ended',
  'closed',
] as const

/** An entry that changes what its action is found by. */
export type IndexEntry = Extract<JournalEntry, { kind: (typeof kinds)[number] }>

export function isIndexKind(kind: string): kind is IndexEntry['kind'] {
  return (kinds as readonly string[]).includes(kind)
}

/** What is known of the action after one more entry. The states are those that `history.ts` folds from the same entries. */
export function indexedWith(action: IndexedAction, entry: IndexEntry): IndexedAction {
  switch (entry.kind) {
    case 'started': {
      const { name, locks, isQueued } = entry
      return { ...action, name, locks, state: isQueued ? 'waiting' : 'running' }
    }
    case 'granted':
      return { ...action, state: 'running' }
    case 'cancelled':
      return { ...action, class: entry.cause.exception }
    case 'pivot':
      return { ...action, state: 'past-pivot' }
    case 'rolling-back':
      return { ...action, state: 'rolling-back', class: entry.cause.exception }
    case 'ending': {
      const { end } = entry
      const cause = end.kind === 'rolled-back' ? end.cause.exception : action.class
      return { ...action, state: 'ending', outcome: end.kind, class: cause }
    }
    case 'ended':
      return { ...action, state: action.outcome ?? 'rolled-back', endedAtMs: entry.atMs }
    case 'closed':
      return { ...action, closedAtMs: entry.atMs }
  }
}

/** The index of a whole history. */
export function indexOf(entries: readonly JournalEntry[]): IndexedAction {
  return entries.reduce(
    (action, entry) => (isIndexEntry(entry) ? indexedWith(action, entry) : action),
    unindexed,
  )
}

function isIndexEntry(entry: JournalEntry): entry is IndexEntry {
  return isIndexKind(entry.kind)
}
