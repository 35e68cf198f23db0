import type { Json } from '../../exceptions/exception.ts'
import type { TxId } from '../../filters/tx-id.ts'
import type { EffectOutcome, JournaledException } from '../action-view.ts'
import type { HistoryQuery } from './history-query.ts'

/** On whose behalf an action runs: the transaction that asked for it, and its principal. */
export interface Caller {
  readonly txId?: TxId
  readonly principal?: string
}

/** A step behind a pivot, as data. */
export interface JournaledStep {
  readonly path: string
  readonly step: string
  /** Of the step. @default 1 */
  readonly version?: number
  readonly input: Json
}

export type JournaledEnd =
  | { readonly kind: 'succeeded'; readonly output?: Json }
  | { readonly kind: 'rolled-back'; readonly cause: JournaledException }

/** What happened in an action. An action's history is a list of these, oldest first, and nothing else. */
export type JournalEvent =
  | {
      readonly kind: 'started'
      readonly name: string
      readonly version: number
      readonly input: Json
      readonly locks: readonly string[]
      readonly isQueued: boolean
      readonly caller: Caller
      /** When it is called off, if it is still before its pivot, in milliseconds since 1970. */
      readonly deadlineAtMs?: number
      /** It was admitted in an earlier life of which the journal knows nothing: each step asks what is there before it is done. */
      readonly isResumed?: true
    }
  | { readonly kind: 'granted' } // a queued action got its locks
  | {
      readonly kind: 'intent'
      readonly path: string
      readonly step: string
      /** Of the step. @default 1 */
      readonly version?: number
      readonly input: Json
      readonly attempt: number
      /** Its undo is `'nothing'`: nothing is owed, even where its code is gone. @default false */
      readonly leavesNothing?: boolean
    }
  | {
      readonly kind: 'attempt-failed'
      readonly path: string
      readonly attempt: number
      readonly effect: EffectOutcome
      readonly exception: JournaledException
    }
  | { readonly kind: 'done'; readonly path: string; readonly output: Json }
  | { readonly kind: 'step-failed'; readonly path: string; readonly exception: JournaledException }
  | { readonly kind: 'sleep'; readonly path: string; readonly untilMs: number }
  | { readonly kind: 'slept'; readonly path: string }
  | { readonly kind: 'removed'; readonly path: string; readonly object: string } // a broken or late object under the step's key
  | { readonly kind: 'cancelled'; readonly cause: JournaledException }
  | { readonly kind: 'pivot'; readonly name: string; readonly steps: readonly JournaledStep[] }
  | { readonly kind: 'rolling-back'; readonly cause: JournaledException }
  | { readonly kind: 'undo-intent'; readonly path: string; readonly attempt: number }
  | {
      readonly kind: 'undo-failed'
      readonly path: string
      readonly attempt: number
      readonly effect: EffectOutcome
      readonly exception: JournaledException
    }
  | { readonly kind: 'undone'; readonly path: string }
  | { readonly kind: 'deferred'; readonly path: string } // waits until the action is clean
  | {
      readonly kind: 'residue'
      readonly path: string
      readonly exception: JournaledException
      readonly nextTryMs: number
    }
  | { readonly kind: 'residue-cleared'; readonly path: string }
  | { readonly kind: 'retry-asked'; readonly path: string; readonly by: string }
  | { readonly kind: 'forgotten'; readonly path: string; readonly by: string; readonly reason: string } // nobody tries it again
  | { readonly kind: 'ending'; readonly end: JournaledEnd }
  | { readonly kind: 'ended' }
  | {
      readonly kind: 'watch-opened'
      readonly path: string
      readonly untilMs: number
      readonly nextLookMs: number
    }
  | { readonly kind: 'watch-looked'; readonly path: string; readonly nextLookMs: number }
  | { readonly kind: 'watch-closed'; readonly path: string }
  | { readonly kind: 'closed' } // ended, and neither residue nor watch is open

/** An event and when it was written, in milliseconds since 1970. */
export type JournalEntry = JournalEvent & { readonly atMs: number }

/** An action's whole history. */
export interface JournaledHistory {
  readonly actionId: TxId
  readonly entries: readonly JournalEntry[]
}

/** A history that can't be read, kept aside so that the others go on. */
export interface SetAsideHistory {
  readonly actionId: TxId
  /** The action's name, as far as it is known. */
  readonly name: string
  /** What is wrong with it. */
  readonly reason: string
  /** When it was set aside, in milliseconds since 1970. */
  readonly atMs: number
}

/** How long a closed history can be read unless a journal is told otherwise: 30 days, in milliseconds. */
export const keptClosedMs = 30 * 24 * 60 * 60 * 1000

/** What every journal can be told. */
export interface JournalOptions {
  /**
   * How long a closed history can be read, in milliseconds, by the time of the entry that was appended last; it is
   * forgotten afterwards. @default 2_592_000_000 (30 days)
   */
  readonly keepClosedMs?: number
}

/** Where actions' intents and results are recorded before and after each effect. */
export interface Journal {
  /** Made with the journal: the database remembers it, so that two that don't belong together are noticed. */
  readonly id: string
  /**
   * Appends to an action's history and resolves when that is durable. Entries become durable in the order of the
   * calls, whatever the action, so a later one that is durable means that all earlier ones are.
   * A `closed` entry ends the history: the secrets in it are dropped, and it is forgotten some time later.
   */
  append(actionId: TxId, entries: readonly JournalEntry[]): Promise<void>
  /** An action's entries; empty if there is no such action. Sees every append that was called before. */
  read(actionId: TxId): Promise<readonly JournalEntry[]>
  /**
   * The histories without a `closed` entry, oldest action first, read page by page: however many there are, few are
   * in memory at once. One that can't be read is reported and set aside. Those that are begun or closed meanwhile may
   * be among them or not.
   */
  open(): AsyncIterable<JournaledHistory>
  /** The newest histories, newest first. @param before only those older than this action */
  recent(limit: number, before?: TxId): Promise<readonly JournaledHistory[]>
  /** The histories that are asked for, closed or not, newest first. Found by an index: the rest isn't read. */
  query(query: HistoryQuery): Promise<readonly JournaledHistory[]>
  /** The histories that could not be read, oldest action first. They stay until somebody mends or removes them. */
  setAside(): Promise<readonly SetAsideHistory[]>
  /** Makes everything appended durable and releases what is held. */
  close(): Promise<void>
}
