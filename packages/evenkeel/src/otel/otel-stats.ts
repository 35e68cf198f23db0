import { type Meter, metrics } from '@opentelemetry/api'
import {
  advisedBoundsSeconds,
  attributesOf,
  httpMetric,
  metricOf,
  otherMetric,
} from '../stats/semantic-names.ts'
import type { Stats } from '../stats/stats.ts'
import { activeTrace } from './trace-of-tx.ts'

export interface OtelStatsOptions {
  /** @default the global provider's meter `evenkeel` */
  meter?: Meter
}

/**
 * Counts every outcome in OpenTelemetry's histograms: requests as `http.server.request.duration` by its semantic
 * conventions, all else as `evenkeel.outcome.duration`. `error.type` is the class of a failure; `evenkeel.exception` and
 * `evenkeel.category` tell of ignored failures too. Each measurement is made in its transaction's trace, so that an SDK
 * that keeps exemplars names it.
 *
 * @example
 * const stats = teeStats(memory, otelStats())
 */
export function otelStats({ meter = metrics.getMeter('evenkeel') }: OtelStatsOptions = {}): Stats {
  const advice = { explicitBucketBoundaries: [...advisedBoundsSeconds] }
  const histograms = {
    [httpMetric]: meter.createHistogram(httpMetric, {
      description: 'Duration of HTTP server requests.',
      unit: 's',
      advice,
    }),
    [otherMetric]: meter.createHistogram(otherMetric, {
      description: 'Duration of actions, background work and parts of transactions.',
      unit: 's',
      advice,
    }),
  }
  return {
    record(outcome) {
      histograms[metricOf(outcome)].record(outcome.durationMs / 1000, attributesOf(outcome), activeTrace())
    },
  }
}
