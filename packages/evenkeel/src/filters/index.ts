export { AdaptiveLimit, type AdaptiveLimitOptions } from './adaptive-limit.ts'
export { type Clock, systemClock } from './clock.ts'
export { type ConcurrencyLimit, type EndedRun, fixedLimit } from './concurrency-limit.ts'
export { ConcurrencyLimitFilter, type ConcurrencyLimitFilterOptions } from './concurrency-limit-filter.ts'
export { DeadlineFilter, type DeadlineFilterOptions } from './deadline-filter.ts'
export { EdgeFilter } from './edge-filter.ts'
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.ts'
export { RetryFilter, type RetryFilterOptions } from './retry-filter.ts'
export { chain, Filter, type Service } from './service.ts'
export {
  activeTx,
  currentTx,
  type FailedOpen,
  type OutgoingCall,
  OutsideTransactionException,
  type PartCounter,
  type PartKind,
  runInTx,
  Transaction,
  type TransactionOptions,
  type TxKind,
} from './transaction.ts'
export { newTxId, parseTxId, type TxId, txIdTimeMs } from './tx-id.ts'
