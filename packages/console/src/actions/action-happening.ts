import type { ActionEvent, JournalEntry } from 'evenkeel/actions'
import { type ActionProgress, progressOf } from './action-progress.ts'

/** Something that happened in an action, as operators are told it. */
export interface ActionHappening {
  /** In milliseconds since 1970. */
  readonly atMs: number
  /** What was written into the journal, or `waiting`. */
  readonly kind: JournalEntry['kind'] | 'waiting'
  /** What there is to tell of it, such as the step's path, the attempt, the exception. */
  readonly about: { readonly [field: string]: unknown }
  /** How far the action has come with it. */
  readonly progress: ActionProgress
}

/** What is told of a journal entry: named one by one, since inputs and outputs may hold what is nobody's business. */
const toldFields = [
  'path',
  'step',
  'attempt',
  'effect',
  'exception',
  'cause',
  'object',
  'name',
  'locks',
  'untilMs',
  'nextTryMs',
  'nextLookMs',
  'by',
  'reason',
]

export function happeningOf(event: ActionEvent): ActionHappening {
  const progress = progressOf(event.view())
  const { atMs } = event
  if (event.kind === 'journaled') {
    const { entry } = event
    const outcome = entry.kind === 'ending' ? { outcome: entry.end.kind } : {}
    return { atMs, kind: entry.kind, about: { ...told(entry), ...outcome }, progress }
  }
  const { path, part, for: what, untilMs, holder } = event
  return { atMs, kind: 'waiting', about: { path, part, for: what, untilMs, holder }, progress }
}

function told(entry: JournalEntry): { readonly [field: string]: unknown } {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => toldFields.includes(field)))
}
