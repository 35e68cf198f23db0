import type { Exception } from '../exceptions/exception.ts'
import {
  FanOutException,
  FullFailureException,
  PartialFailureException,
} from '../exceptions/fan-out-exceptions.ts'
import { toException } from '../exceptions/to-exception.ts'
import { chain, type Filter } from '../filters/service.ts'
import { currentTx, type Transaction } from '../filters/transaction.ts'

/** The work of a fan-out, by the name of each branch. */
export type Branches = { readonly [branch: string]: () => unknown }

/** What the branches answer, by name. */
export type FanOutResults<Work extends Branches> = {
  readonly [Branch in keyof Work]: Awaited<ReturnType<Work[Branch]>>
}

export interface FanOutOptions {
  /** Run around each branch, outermost first; the request that they see is the branch's name. @default none */
  filters?: readonly Filter<string, unknown>[]
  /** The clock of the calls in the log, in milliseconds since 1970. @default Date.now */
  now?: () => number
}

/**
 * Runs branches together and answers with all their results. When one is interrupted the others go on, and what
 * each came to is in the exception. Every branch is counted by class under `<operation>/<branch>`, and recorded on
 * the transaction as a call that it made.
 *
 * @example
 * const { phone, email } = await fanOut({ phone: () => push(user, text), email: () => mail(user, text) })
 *
 * @throws {PartialFailureException} some branches succeeded: their results are in it, for who can use them
 * @throws {FullFailureException} none did
 * @throws {OutsideTransactionException} outside a transaction
 */
export async function fanOut<Work extends Branches>(
  branches: Work,
  { filters = [], now = Date.now }: FanOutOptions = {},
): Promise<FanOutResults<Work>> {
  const tx = currentTx()
  const results: Record<string, unknown> = Object.create(null)
  const exceptions: Record<string, Exception> = Object.create(null)
  const run = async ([branch, work]: [string, () => unknown]): Promise<Ended> => {
    const service = chain(filters, async () => work())
    try {
      const result = await counted(tx, branch, () => recorded(tx, branch, () => service(branch), now))
      return { branch, result }
    } catch (thrown) {
      return { branch, exception: toException(thrown) }
    }
  }
  // In the order of the branches, whichever ended first.
  for (const { branch, result, exception } of await Promise.all(Object.entries(branches).map(run))) {
    if (exception === undefined) results[branch] = result
    else exceptions[branch] = exception
  }
  if (Object.keys(exceptions).length === 0) return { ...results } as FanOutResults<Work>
  const Failure = Object.keys(results).length === 0 ? FullFailureException : PartialFailureException
  const exception = new Failure({ results, exceptions })
  failedBranches.set(exception, branches)
  throw exception
}

/**
 * Whether this is what the fan-out of these very branches threw: then its results and exceptions have their types.
 *
 * @example
 * const branches = { phone: () => push(user, text), email: () => mail(user, text) }
 * try {
 *   await fanOut(branches)
 * } catch (thrown) {
 *   if (!isFailureOf(branches, thrown) || thrown.results.phone === undefined) throw thrown
 *   return thrown.results.phone
 * }
 */
export function isFailureOf<Work extends Branches>(
  branches: Work,
  thrown: unknown,
): thrown is FanOutException<FanOutResults<Work>> {
  return thrown instanceof FanOutException && failedBranches.get(thrown) === branches
}

interface Ended {
  readonly branch: string
  readonly result?: unknown
  readonly exception?: Exception
}

const failedBranches = new WeakMap<FanOutException, Branches>()

/** By the filter that counts the transaction; where none does, nobody asks how it ends. */
function counted<T>(tx: Transaction, branch: string, work: () => Promise<T>): Promise<T> {
  if (tx.partCounter === undefined) return work()
  return tx.partCounter.countPart({ kind: 'branch', operation: `${tx.operation}/${branch}` }, work)
}

async function recorded<T>(
  tx: Transaction,
  branch: string,
  work: () => Promise<T>,
  now: () => number,
): Promise<T> {
  const startedAtMs = now()
  let exception: Exception | undefined
  try {
    return await work()
  } catch (thrown) {
    exception = toException(thrown)
    throw thrown
  } finally {
    tx.addCall({
      operation: `branch ${branch}`,
      startedAfterMs: startedAtMs - tx.startedAtMs,
      durationMs: now() - startedAtMs,
      exception: exception?.className,
      category: exception?.category,
    })
  }
}
