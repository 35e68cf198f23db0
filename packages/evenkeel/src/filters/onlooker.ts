import type { Exception } from '../exceptions/exception.ts'
import type { Transaction } from './transaction.ts'

/** How a transaction ended. */
export type TxOutcome<Resp> =
  | { readonly kind: 'answered'; readonly answer: Resp }
  | { readonly kind: 'interrupted'; readonly exception: Exception }

/**
 * A filter that only looks on. What knows by itself how a transaction begins and ends, a server for instance, may
 * tell it so directly: a promise for each filter would cost a request more than all that filters do.
 */
export interface Onlooker<Req, Resp> {
  /** A transaction begins. */
  began(tx: Transaction): void
  /** It has ended. Never throws. */
  ended(tx: Transaction, request: Req, outcome: TxOutcome<Resp>, durationMs: number): void
}
