export { fixedOperators, type Operator, type Operators } from './access/operators.ts'
export type { ClosedSessions } from './access/session.ts'
export * from './exceptions.ts'
export type {
  Comparison,
  Finding,
  FindingsOverview,
  FindingsQuery,
  FindingsSource,
  Remedy,
} from './findings/findings-source.ts'
export type { LiveCount, LiveReading, LiveSecond, TxSummary } from './live/live-reading.ts'
export { type ConsoleOptions, mountConsole } from './mount-console.ts'
