export { type Clock, systemClock } from './clock.ts'
export { EdgeFilter } from './edge-filter.ts'
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
