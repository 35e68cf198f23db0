import type { Stats } from './stats.ts'

/**
 * Counts every outcome in several places, one after the other.
 *
 * @example
 * mountEvenkeel(app, { service: 'places', log, stats: teeStats(memory, otelStats({ meter })) })
 */
export function teeStats(...places: readonly Stats[]): Stats {
  return {
    record(outcome) {
      for (const stats of places) stats.record(outcome)
    },
  }
}
