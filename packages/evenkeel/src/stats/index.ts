export { type FailOpenUse, failOpenUses } from './fail-open-uses.ts'
export { type MemoryStatsOptions, memoryStats } from './memory-stats.ts'
export type {
  Outcome,
  OutcomeCount,
  OutcomeKind,
  SecondOfOutcomes,
  Stats,
  StatsSeries,
} from './stats.ts'
export { StatsFilter, type StatsFilterOptions } from './stats-filter.ts'
export { successRate } from './success-rate.ts'
