export {
  SeriesClosedException,
  SeriesDamagedException,
  SeriesReadException,
  SeriesWriteException,
} from './exceptions.ts'
export { type FailOpenUse, failOpenUses } from './fail-open-uses.ts'
export { addLatencies, type Latency, latencyQuantileMs } from './latency.ts'
export {
  type Loss,
  type LossDimension,
  type LossOptions,
  type LossShare,
  type LossStretch,
  lossOf,
  type Tally,
} from './loss.ts'
export { type MemorySeriesOptions, memorySeries } from './memory/memory-series.ts'
export { type MemoryStats, type MemoryStatsOptions, memoryStats } from './memory-stats.ts'
export type {
  LossOverTime,
  LossQuery,
  Series,
  Stretch,
  StretchOfOutcomes,
  StretchWidth,
} from './series.ts'
export { type SqliteSeriesOptions, sqliteSeries } from './sqlite/sqlite-series.ts'
export type {
  CallerCount,
  CountedSecond,
  Example,
  LatencyTotals,
  Outcome,
  OutcomeCount,
  OutcomeKind,
  OutcomeLatency,
  SecondOfOutcomes,
  SecondsSource,
  Stats,
  StatsSeries,
} from './stats.ts'
export { StatsFilter, type StatsFilterOptions } from './stats-filter.ts'
export { successRate } from './success-rate.ts'
export { teeStats } from './tee-stats.ts'
