import type { TxId } from '../../filters/tx-id.ts'
import type { ExceptionCount, TxQuery } from '../tx-log.ts'
import type { PackedRows } from './packed-rows.ts'
import type { StoredRow } from './stored-row.ts'

/** What the worker is started with. */
export interface WorkerData {
  readonly folder: string
  readonly sliceBytesMax: number
  readonly bytesMax: number
}

/** What the worker is asked, in the order in which it does it. */
export type Request =
  | { readonly kind: 'append'; readonly rows: PackedRows }
  | { readonly kind: 'find'; readonly id: TxId }
  | { readonly kind: 'query'; readonly query: TxQuery; readonly searchedMax: number }
  | { readonly kind: 'count'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'list' }
  | { readonly kind: 'erase'; readonly principal: string; readonly startMs: number }
  /** Remove every slice that ended before this time, and those that are too much; build an index that one lacks. */
  | { readonly kind: 'tend'; readonly beforeMs: number; readonly nowMs: number }
  | { readonly kind: 'size' }

/** What the worker answers each kind of request with. */
export interface Answers {
  append: undefined
  find: StoredRow | undefined
  /** Undefined when a text would have to be looked for in too many rows. */
  query: readonly StoredRow[] | undefined
  count: readonly ExceptionCount[]
  list: { readonly starts: readonly number[]; readonly damaged: readonly string[] }
  /** How many rows were erased. */
  erase: number
  /** Whether more slices wait for an index: one request builds one, so that others get their turns. */
  tend: boolean
  /** In bytes. */
  size: number
}

export type Answer = Answers[Request['kind']]

/** What the worker tells without being asked. */
export type WorkerNotice =
  /** A damaged slice was set aside under another name. */
  | { readonly kind: 'set-aside'; readonly path: string; readonly error: unknown }
  /** The oldest slices were removed, since all together had grown beyond `bytesMax`. */
  | { readonly kind: 'over-bytes'; readonly fileCount: number }
