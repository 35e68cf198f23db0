import { cumulativeCounts } from '../stats/latency.ts'
import {
  type Attributes,
  advisedBoundsSeconds,
  attributesOf,
  httpMetric,
  type Metric,
  metricOf,
  otherMetric,
} from '../stats/semantic-names.ts'
import type { Example, LatencyTotals, OutcomeLatency } from '../stats/stats.ts'
import type { TxLogFigures } from '../tx-log/tx-log.ts'

export interface PrometheusPage {
  readonly contentType: string
  readonly body: string
}

export interface PrometheusPageOptions {
  /** The `Accept` header of who asks. @default the plain text format */
  accept?: string | undefined
  /** What runs here: a version, a commit. @default not told */
  release?: string
  /** What the process's transaction logs tell of themselves, each with its name. @default none is told of */
  logs?: readonly (TxLogFigures & { readonly name: string })[]
}

/**
 * Everything counted in this process as a page that Prometheus scrapes: in the OpenMetrics format, with the newest
 * transaction of each combination as exemplar, if that is asked for, else in the plain text format. Names and labels are
 * those into which an OpenTelemetry exporter turns `otelStats`, so that rules and dashboards fit both.
 *
 * @example
 * const { contentType, body } = prometheusPage(stats, { accept: request.headers.accept })
 */
export function prometheusPage(
  stats: LatencyTotals,
  { accept = '', release, logs = [] }: PrometheusPageOptions = {},
): PrometheusPage {
  const isOpenMetrics = accept.includes('application/openmetrics-text')
  const all = stats.latencies()
  const lines = ([httpMetric, otherMetric] as const).flatMap(metric =>
    familyOf(
      metric,
      all.filter(combination => metricOf(combination) === metric),
      isOpenMetrics,
    ),
  )
  lines.push(
    ...gauge('evenkeel_combinations', 'How many combinations of outcomes are told apart.', all.length),
  )
  if (release !== undefined) {
    const labels = labelsOf({ release })
    lines.push(...gauge('evenkeel_build', 'Always 1; the label says what runs.', 1, labels))
  }
  lines.push(...logFamilies(logs, isOpenMetrics))
  if (isOpenMetrics) lines.push('# EOF')
  return {
    contentType: isOpenMetrics
      ? 'application/openmetrics-text; version=1.0.0; charset=utf-8'
      : 'text/plain; version=0.0.4; charset=utf-8',
    body: `${lines.join('\n')}\n`,
  }
}

type Combination = ReturnType<LatencyTotals['latencies']>[number]

const help: Readonly<Record<Metric, string>> = {
  [httpMetric]: 'Durations of requests, by operation and by how they ended.',
  [otherMetric]: 'Durations of actions, background work and parts of transactions, by how they ended.',
}

function familyOf(metric: Metric, combinations: readonly Combination[], isOpenMetrics: boolean): string[] {
  if (combinations.length === 0) return []
  const name = `${metric.replaceAll('.', '_')}_seconds`
  return [
    `# HELP ${name} ${help[metric]}`,
    `# TYPE ${name} histogram`,
    ...(isOpenMetrics ? [`# UNIT ${name} seconds`] : []),
    ...combinations.flatMap(combination => histogramOf(name, combination, isOpenMetrics)),
  ]
}

function histogramOf(name: string, combination: Combination, isOpenMetrics: boolean): string[] {
  const labels = labelsOf(attributesOf(combination))
  const exemplarAt = isOpenMetrics ? bucketOf(combination.example) : undefined
  const buckets = countsOf(combination).map(([bound, count], at) => {
    const exemplar = at === exemplarAt ? exemplarOf(combination.example as Example) : ''
    return `${name}_bucket{${labels},le="${bound}"} ${count}${exemplar}`
  })
  return [
    ...buckets,
    `${name}_sum{${labels}} ${combination.durationMsSum / 1000}`,
    `${name}_count{${labels}} ${combination.count}`,
  ]
}

const boundsMs = advisedBoundsSeconds.map(seconds => seconds * 1000)

/** Every bound in seconds, as it is written, with how many were not longer. */
function countsOf({ latency, count }: OutcomeLatency): readonly (readonly [string, number])[] {
  const counts = cumulativeCounts(latency, boundsMs)
  const bounded = advisedBoundsSeconds.map((seconds, at) => {
    // OpenMetrics writes bounds as floating-point numbers: a bare "1" would be another bucket than "1.0".
    const bound = Number.isInteger(seconds) ? `${seconds}.0` : String(seconds)
    return [bound, counts[at] as number] as const
  })
  return [...bounded, ['+Inf', count]]
}

function bucketOf(example: Example | undefined): number | undefined {
  if (example === undefined) return undefined
  const at = boundsMs.findIndex(boundMs => example.durationMs <= boundMs)
  return at < 0 ? boundsMs.length : at
}

function exemplarOf({ txId, durationMs, endedAtMs }: Example): string {
  return ` # {tx_id="${txId}"} ${durationMs / 1000} ${endedAtMs / 1000}`
}

function gauge(name: string, description: string, value: number, labels?: string): string[] {
  const shown = labels === undefined ? name : `${name}{${labels}}`
  return [`# HELP ${name} ${description}`, `# TYPE ${name} gauge`, `${shown} ${value}`]
}

function logFamilies(logs: NonNullable<PrometheusPageOptions['logs']>, isOpenMetrics: boolean): string[] {
  if (logs.length === 0) return []
  return logMetrics.flatMap(({ name, type, description, read }) => {
    // OpenMetrics names a counter without the ending that its samples have.
    const family = isOpenMetrics ? name.replace(/_total$/, '') : name
    return [
      `# HELP ${family} ${description}`,
      `# TYPE ${family} ${type}`,
      ...logs.map(log => `${name}{${labelsOf({ log: log.name })}} ${read(log)}`),
    ]
  })
}

const logMetrics: readonly {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly description: string
  readonly read: (figures: TxLogFigures) => number
}[] = [
  {
    name: 'evenkeel_tx_log_shed_rows_total',
    type: 'counter',
    description: 'Transactions that are missing from the log: they came too fast or could not be written.',
    read: ({ shedCount }) => shedCount,
  },
  {
    name: 'evenkeel_tx_log_problems_total',
    type: 'counter',
    description: 'Problems that the log has told of, each at most once a minute.',
    read: ({ problemCount }) => problemCount,
  },
  {
    name: 'evenkeel_tx_log_pending_rows',
    type: 'gauge',
    description: 'Transactions that wait to be written.',
    read: ({ pendingCount }) => pendingCount,
  },
  {
    name: 'evenkeel_tx_log_bytes',
    type: 'gauge',
    description: 'What the log takes on its disk.',
    read: ({ sizeBytes }) => sizeBytes,
  },
  {
    name: 'evenkeel_tx_log_set_aside_files',
    type: 'gauge',
    description: 'Files of the log that were damaged and set aside.',
    read: ({ setAside }) => setAside.length,
  },
]

function labelsOf(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name.replaceAll('.', '_')}="${escaped(String(value))}"`)
    .join(',')
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
