import type { TxId } from '../../filters/tx-id.ts'
import type { TxQuery } from '../tx-log.ts'
import type { EncodedRow, StoredRow } from './encoded-row.ts'

/** What the worker is started with. */
export interface WorkerData {
  readonly folder: string
}

/** What the worker is asked, in the order in which it does it. */
export type Request =
  | { readonly kind: 'append'; readonly rows: readonly EncodedRow[] }
  | { readonly kind: 'find'; readonly id: TxId }
  | { readonly kind: 'query'; readonly query: TxQuery }
  /** Remove every slice of a day before this one. */
  | { readonly kind: 'retain'; readonly fromDay: string }
  | { readonly kind: 'close' }

/** What the worker answers each kind of request with. */
export interface Answers {
  append: undefined
  find: StoredRow | undefined
  query: readonly StoredRow[]
  retain: undefined
  close: undefined
}

export type Answer = Answers[Request['kind']]

/** A request on its way, with the number that its answer will carry. */
export interface Call {
  readonly call: number
  readonly request: Request
}

export type WorkerMessage =
  | { readonly kind: 'answer'; readonly call: number; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly call: number; readonly error: unknown }
  /** A damaged slice was set aside under another name. */
  | { readonly kind: 'set-aside'; readonly path: string; readonly error: unknown }
