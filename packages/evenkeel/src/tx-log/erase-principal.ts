import type { Exception } from '../exceptions/exception.ts'
import { chain, type Filter } from '../filters/service.ts'
import { activeTx, runInTx, Transaction } from '../filters/transaction.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { Erasure, TxLog } from './tx-log.ts'
import { TxLoggingFilter } from './tx-logging-filter.ts'

export interface ErasePrincipalOptions {
  /**
   * Every log that may hold rows of the principal. The erasure is itself logged in the first, with the number of rows
   * if it keeps a field `erasedRows`.
   */
  logs: readonly [TxLog, ...TxLog[]]
  /** What else runs around it, outermost first, such as a `StatsFilter`. @default nothing */
  filters?: readonly Filter<string, ErasedPrincipal>[]
  /** Told when the erasure could not be logged. @default a warning of the process */
  onProblem?: (exception: Exception) => void
}

/** What was erased, under the id of the transaction that did it: the proof that it was done, and when. */
export interface ErasedPrincipal extends Erasure {
  readonly txId: TxId
}

/**
 * Removes all rows of a principal from the logs for good. It is a transaction of its own, of kind `background`, which
 * says who ordered it and how many rows it removed, and not whose they were.
 *
 * @throws {TxLogEraseException} not all could be erased: what was is gone, and it can be ordered again
 * @throws {TxLogClosedException} a log is closed
 */
export async function erasePrincipal(
  principal: string,
  { logs, filters = [], onProblem }: ErasePrincipalOptions,
): Promise<ErasedPrincipal> {
  const ordering = activeTx()
  const tx = new Transaction({
    kind: 'background',
    operation: 'tx-log.erase',
    ...(ordering !== undefined && { parentId: ordering.id }),
  })
  tx.principal = ordering?.principal
  const [log] = logs
  const logging = new TxLoggingFilter<string, ErasedPrincipal>({
    log,
    fieldsOf: (_, outcome) => (outcome.kind === 'answered' ? { erasedRows: outcome.answer.rowCount } : {}),
    ...(onProblem !== undefined && { onProblem }),
  })
  const erase = chain([...filters, logging], async (erased: string) => {
    const erasures = []
    for (const each of logs) erasures.push(await each.erase(erased))
    return {
      txId: tx.id,
      rowCount: erasures.reduce((sum, { rowCount }) => sum + rowCount, 0),
      notSearched: erasures.flatMap(({ notSearched }) => notSearched),
    }
  })
  return runInTx(tx, () => erase(principal))
}
