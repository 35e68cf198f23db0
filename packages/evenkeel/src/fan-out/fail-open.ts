import type { ExceptionClass } from '../exceptions/category-class.ts'
import { atOurEdge } from '../exceptions/edge.ts'
import type { Exception } from '../exceptions/exception.ts'
import { toException } from '../exceptions/to-exception.ts'
import { currentTx } from '../filters/transaction.ts'

export interface FailOpenOptions {
  /** The classes that are swallowed, with their descendants. A bug of ours never is, whatever stands here. */
  on: readonly [ExceptionClass, ...ExceptionClass[]]
  /** What the call is counted under: `<operation>/<name>`. @default the name of the call's function, or of the first class */
  name?: string
}

/**
 * Makes a call without whose answer the operation can go on. When it is interrupted by one of the named classes, the
 * fallback is the answer; everything else fails closed. What is swallowed is counted by class, as failed open, and so
 * is what the transaction would have ended with had it failed closed (`failOpenUses` reads both).
 *
 * @param fallback a value, or a function that makes one of the exception
 * @example
 * const places = await failOpen(() => findPlaces(ids), [], { on: [PlacesUnavailableException] })
 *
 * @throws {Exception} whatever the call throws that is not named
 * @throws {OutsideTransactionException} outside a transaction
 */
export async function failOpen<T, Fallback = T>(
  call: () => Promise<T>,
  fallback: Fallback | ((exception: Exception) => Fallback | Promise<Fallback>),
  { on, name = call.name || on[0].name }: FailOpenOptions,
): Promise<T | Fallback> {
  const tx = currentTx()
  const operation = `${tx.operation}/${name}`
  const isSwallowed = (exception: Exception): boolean =>
    !isBug(exception) && on.some(named => exception instanceof named)
  const work = async (): Promise<T> => call()
  try {
    return await (tx.partCounter?.countPart({ kind: 'fail-open', operation }, work, isSwallowed) ?? work())
  } catch (thrown) {
    const exception = toException(thrown)
    if (!isSwallowed(exception)) throw thrown
    tx.addFailedOpen({ operation, exception: atOurEdge(exception, tx) })
    return isFunction(fallback) ? fallback(exception) : fallback
  }
}

/** A remote's bug is a failure of something that we depend on, and may be named. */
function isBug({ category, origin }: Exception): boolean {
  return category === 'internal' && origin === undefined
}

function isFunction<Value>(
  fallback: Value | ((exception: Exception) => Value | Promise<Value>),
): fallback is (exception: Exception) => Value | Promise<Value> {
  return typeof fallback === 'function'
}
