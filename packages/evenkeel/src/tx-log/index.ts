export {
  TxLogClosedException,
  TxLogDamagedException,
  TxLogReadException,
  TxLogRetentionException,
  TxLogWriteException,
  UnloggableTxException,
} from './exceptions.ts'
export { type MemoryTxLogOptions, memoryTxLog } from './memory/memory-tx-log.ts'
export { type SqliteTxLogOptions, sqliteTxLog } from './sqlite/sqlite-tx-log.ts'
export type { LoggedCause, TxLog, TxQuery, TxRow } from './tx-log.ts'
export { TxLoggingFilter, type TxLoggingFilterOptions, type TxOutcome } from './tx-logging-filter.ts'
