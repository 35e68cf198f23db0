export * from './exceptions.ts'
export type { LiveCount, LiveReading, LiveSecond, TxSummary } from './live/live-reading.ts'
export { type ConsoleOptions, mountConsole } from './mount-console.ts'
