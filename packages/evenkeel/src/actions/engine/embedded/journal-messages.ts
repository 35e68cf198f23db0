import type { TxId } from '../../../filters/tx-id.ts'

export type JournalQuery =
  | { readonly kind: 'one'; readonly actionId: TxId }
  | { readonly kind: 'open' }
  | { readonly kind: 'recent'; readonly limit: number; readonly before: TxId | undefined }

/** From the journal to its worker. Entries travel as the text that is stored. */
export type ToWorker =
  | { readonly kind: 'append'; readonly upTo: number; readonly entries: readonly (readonly [TxId, string])[] }
  | { readonly kind: 'query'; readonly number: number; readonly query: JournalQuery }
  | { readonly kind: 'close' }

export interface StoredHistory {
  readonly actionId: TxId
  readonly entries: readonly string[]
}

/** From the worker to its journal. */
export type FromWorker =
  | { readonly kind: 'opened'; readonly id: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'durable'; readonly upTo: number }
  | { readonly kind: 'answer'; readonly number: number; readonly histories: readonly StoredHistory[] }
  | { readonly kind: 'problem'; readonly reason: string }
  | { readonly kind: 'closed' }
