import type { TxId } from '../../../filters/tx-id.ts'
import type { HistoryQuery } from '../history-query.ts'
import type { SetAsideHistory } from '../journal.ts'

/** What is read: one history, a page of those that are not closed, those that are asked for, or those set aside. */
export type JournalRead =
  | { readonly kind: 'one'; readonly actionId: TxId }
  | { readonly kind: 'open'; readonly after: TxId | undefined }
  | { readonly kind: 'query'; readonly query: HistoryQuery }
  | { readonly kind: 'set-aside' }

/** From the journal to its worker. Entries travel as the text that is stored. */
export type ToWorker =
  | {
      readonly kind: 'append'
      readonly upTo: number
      /** Of each entry two: its action's id, and the entry. JSON never holds a line's end as it is. */
      readonly lines: string
      /** Histories that were closed before are forgotten, in milliseconds since 1970. */
      readonly forgetBeforeMs: number
    }
  | {
      readonly kind: 'read'
      readonly number: number
      readonly read: JournalRead
      readonly forgetBeforeMs: number
    }
  | { readonly kind: 'set-aside'; readonly actionId: TxId; readonly reason: string }
  | { readonly kind: 'close' }

export interface StoredHistory {
  readonly actionId: TxId
  readonly name: string
  readonly isClosed: boolean
  /** As they were appended, or why they can't be given. */
  readonly entries: readonly string[] | { readonly unreadable: string }
}

export type Answer =
  | { readonly histories: readonly StoredHistory[] }
  | { readonly setAside: readonly SetAsideHistory[] }

/** What SQLite could not do. `isDamage`: the file is not what was written. */
export interface Trouble {
  readonly reason: string
  readonly isDamage: boolean
}

/** From the worker to its journal. */
export type FromWorker =
  | { readonly kind: 'opened'; readonly id: string }
  | { readonly kind: 'refused'; readonly trouble: Trouble }
  | { readonly kind: 'durable'; readonly upTo: number }
  | { readonly kind: 'answer'; readonly number: number; readonly answer: Answer }
  | { readonly kind: 'unanswered'; readonly number: number; readonly trouble: Trouble }
  | { readonly kind: 'problem'; readonly trouble: Trouble }
  | { readonly kind: 'closed' }
