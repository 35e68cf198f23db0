export type { TxOutcome } from '../filters/onlooker.ts'
export { type ErasedPrincipal, type ErasePrincipalOptions, erasePrincipal } from './erase-principal.ts'
export {
  TextSearchTooWideException,
  TxLogClosedException,
  TxLogDamagedException,
  TxLogDiskFullException,
  TxLogEraseException,
  TxLogOverBytesException,
  TxLogReadException,
  TxLogRetentionException,
  TxLogWriteException,
  UnloggableTxException,
} from './exceptions.ts'
export { type MemoryTxLogOptions, memoryTxLog } from './memory/memory-tx-log.ts'
export { SecretFieldException } from './redaction/exceptions.ts'
export { type Loggable, type LoggableFields, loggable } from './redaction/loggable.ts'
export { withoutSecrets } from './redaction/without-secrets.ts'
export { type SqliteTxLogOptions, sqliteTxLog } from './sqlite/sqlite-tx-log.ts'
export type {
  Erasure,
  ExceptionCount,
  LoggedCause,
  TxConditions,
  TxLog,
  TxLogFigures,
  TxLogProblem,
  TxQuery,
  TxRow,
} from './tx-log.ts'
export { TxLoggingFilter, type TxLoggingFilterOptions } from './tx-logging-filter.ts'
