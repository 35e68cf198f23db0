import { type Context, context, trace } from '@opentelemetry/api'
import { activeTx, type Transaction } from '../filters/transaction.ts'
import type { TxId } from '../filters/tx-id.ts'

/** The context of each transaction that is a span: found also where no context manager is set up. */
const contexts = new WeakMap<Transaction, Context>()

/** Remembers that `tx` runs in this context. */
export function setTraceOfTx(tx: Transaction, spanContext: Context): void {
  contexts.set(tx, spanContext)
}

/** The context to which what happens now belongs: the active one if it has a span, else the current transaction's. */
export function activeTrace(): Context {
  const active = context.active()
  if (trace.getSpan(active) !== undefined) return active
  const tx = activeTx()
  return (tx && contexts.get(tx)) ?? active
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The 128 bits of a transaction's id, written as a trace's id: 32 hex digits. Whoever knows one of them has the other. */
export function traceIdOfTx(id: TxId): string {
  let bits = 0n
  for (const character of id) bits = bits * 32n + BigInt(alphabet.indexOf(character))
  return bits.toString(16).padStart(32, '0')
}

/**
 * Makes the trace of a request that comes without one bear the transaction's id, so that either is found by the other.
 * Handed to the SDK's tracer provider as its `idGenerator`.
 *
 * @example
 * new BasicTracerProvider({ idGenerator: txIdGenerator })
 */
export const txIdGenerator = {
  generateTraceId(): string {
    const tx = activeTx()
    return tx === undefined ? randomHex(32) : traceIdOfTx(tx.id)
  },
  generateSpanId(): string {
    return randomHex(16)
  },
}

/** Never all zeros, which would be no id. */
function randomHex(digits: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(digits / 2))
  bytes[0] = (bytes[0] as number) | 1
  return Buffer.from(bytes).toString('hex')
}
