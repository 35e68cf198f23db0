import type { OutcomeKind } from './stats.ts'

/** What an outcome is called by the semantic conventions of OpenTelemetry (HTTP metrics, stable since 1.23). */
export interface Attributes {
  readonly [name: string]: string | number
}

export type Metric = typeof httpMetric | typeof otherMetric

export const httpMetric = 'http.server.request.duration'
/** All that is no request: actions, background work, steps, calls, branches, calls that may fail open. */
export const otherMetric = 'evenkeel.outcome.duration'

/** The bounds of the buckets in seconds that the conventions advise. Ours have all of them, so that counts are exact. */
export const advisedBoundsSeconds = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const

export interface Named {
  readonly kind: OutcomeKind
  readonly operation: string
  readonly exception: string | undefined
  readonly category: string | undefined
  readonly status: number
}

/** The metric that an outcome belongs to. */
export function metricOf({ kind }: Named): Metric {
  return kind === 'request' ? httpMetric : otherMetric
}

/**
 * The attributes of an outcome: those of the conventions, where `error.type` is the class of a failure, and two of our own
 * that are set for ignored failures too, which by the conventions are no errors.
 */
export function attributesOf(outcome: Named): Attributes {
  return { ...identityOf(outcome), ...endOf(outcome) }
}

function identityOf({ kind, operation, status }: Named): Attributes {
  const answered = status === 0 ? {} : { 'http.response.status_code': status }
  if (kind !== 'request') return { 'evenkeel.kind': kind, 'evenkeel.operation': operation, ...answered }
  const [, method = '', route] = /^([A-Z]+) (\/.*)$/.exec(operation) ?? []
  if (route !== undefined && methods.has(method)) {
    return { 'http.request.method': method, 'http.route': route, ...answered }
  }
  // No route has matched, or it was folded: by method and route alone all of them would be the same.
  const [known = '_OTHER'] = [operation.split(' ', 1)[0] ?? ''].filter(word => methods.has(word))
  return { 'http.request.method': known, 'evenkeel.operation': operation, ...answered }
}

function endOf({ exception, category }: Named): Attributes {
  if (exception === undefined || category === undefined) return {}
  const isFailure = category === 'dependency' || category === 'internal'
  return {
    ...(isFailure && { 'error.type': exception }),
    'evenkeel.exception': exception,
    'evenkeel.category': category,
  }
}

/** Those that the conventions know; any other is `_OTHER`. */
const methods: ReadonlySet<string> = new Set(
  'CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT QUERY TRACE'.split(' '),
)
