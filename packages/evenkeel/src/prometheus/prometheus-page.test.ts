import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newTxId } from '../filters/tx-id.ts'
import { memoryStats } from '../stats/memory-stats.ts'
import type { Outcome } from '../stats/stats.ts'
import { prometheusPage } from './prometheus-page.ts'

const openMetrics = 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5'

describe('prometheusPage', () => {
  it('tells requests by the names of the semantic conventions, with cumulative buckets', () => {
    const { body, contentType } = pageOf([request({ durationMs: 20 }), request({ durationMs: 30 })])

    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
    const labels = 'http_request_method="GET",http_route="/v1/servers/{id}",http_response_status_code="200"'
    expect(body.split('\n').slice(0, 19)).toEqual([
      '# HELP http_server_request_duration_seconds Durations of requests, by operation and by how they ended.',
      '# TYPE http_server_request_duration_seconds histogram',
      ...['0.005', '0.01'].map(le => `http_server_request_duration_seconds_bucket{${labels},le="${le}"} 0`),
      `http_server_request_duration_seconds_bucket{${labels},le="0.025"} 1`,
      ...['0.05', '0.075', '0.1', '0.25', '0.5', '0.75', '1.0', '2.5', '5.0', '7.5', '10.0', '+Inf'].map(
        le => `http_server_request_duration_seconds_bucket{${labels},le="${le}"} 2`,
      ),
      `http_server_request_duration_seconds_sum{${labels}} 0.05`,
      `http_server_request_duration_seconds_count{${labels}} 2`,
    ])
  })

  it('tells the class of both halves, and calls only failures errors', () => {
    const { body } = pageOf([
      request({ exception: 'DiskFullException', category: 'dependency', status: 503 }),
      request({ exception: 'ServerNotFoundException', category: 'client', status: 404 }),
    ])

    expect(body).toContain(
      'error_type="DiskFullException",evenkeel_exception="DiskFullException",evenkeel_category="dependency"}',
    )
    expect(body).toContain(
      'status_code="404",evenkeel_exception="ServerNotFoundException",evenkeel_category="client"}',
    )
  })

  it('keeps apart what is no request', () => {
    const { body } = pageOf([request({ kind: 'step', operation: 'network.port', status: 0 })])

    expect(body).toContain(
      'evenkeel_outcome_duration_seconds_count{evenkeel_kind="step",evenkeel_operation="network.port"} 1',
    )
    expect(body).not.toContain('http_server')
  })

  it('names the newest transaction of a combination as exemplar, in OpenMetrics', () => {
    const txId = newTxId()
    const { body, contentType } = pageOf([request({ durationMs: 20, txId })], openMetrics)

    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    expect(body).toContain(`le="0.025"} 1 # {tx_id="${txId}"} 0.02 1000\n`)
    expect(body.match(/tx_id/g)).toHaveLength(1)
    expect(body.endsWith('# EOF\n')).toBe(true)
  })

  it('shows how many combinations are told apart, so that folding can be alerted on', () => {
    expect(pageOf([request(), request({ status: 404 })]).body).toContain('\nevenkeel_combinations 2\n')
  })

  it('tells how the transaction logs are doing, as counters and gauges of both formats', () => {
    const figures = {
      shedCount: 3,
      pendingCount: 7,
      sizeBytes: 4096,
      problemCount: 2,
      lastProblem: undefined,
    }
    const logs = [{ name: 'transactions', ...figures, setAside: ['tx-2026-11-21.db.damaged'] }]
    const plain = prometheusPage(memoryStats(), { logs }).body
    const open = prometheusPage(memoryStats(), { logs, accept: openMetrics }).body

    for (const body of [plain, open]) {
      expect(body).toContain('\nevenkeel_tx_log_shed_rows_total{log="transactions"} 3\n')
      expect(body).toContain('\nevenkeel_tx_log_problems_total{log="transactions"} 2\n')
      expect(body).toContain('\nevenkeel_tx_log_pending_rows{log="transactions"} 7\n')
      expect(body).toContain('\nevenkeel_tx_log_bytes{log="transactions"} 4096\n')
      expect(body).toContain('\nevenkeel_tx_log_set_aside_files{log="transactions"} 1\n')
    }
    expect(plain).toContain('# TYPE evenkeel_tx_log_shed_rows_total counter')
    expect(open).toContain('# TYPE evenkeel_tx_log_shed_rows counter')
  })

  it('has no series twice and no line that ends early, whatever operations are called', () => {
    const outcome = fc.record({
      kind: fc.constantFrom('request' as const, 'call' as const),
      operation: fc.oneof(
        fc.string(),
        fc.string().map(path => `GET /${path}`),
      ),
      isFailure: fc.boolean(),
      status: fc.constantFrom(0, 200, 503),
    })
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 20 }), fc.boolean(), (outcomes, isOpenMetrics) => {
        const recorded = outcomes.map(({ isFailure, ...parts }) =>
          request(isFailure ? { ...parts, exception: 'DnsException', category: 'internal' } : parts),
        )

        const { body } = pageOf(recorded, isOpenMetrics ? openMetrics : undefined)

        const samples = body
          .trimEnd()
          .split('\n')
          .filter(line => !line.startsWith('#'))
        for (const line of samples) expect(line).toMatch(sample)
        const series = samples.map(line => /^(?:[^"]|"(?:[^"\\]|\\.)*")*?}|^\w+/.exec(line)?.[0])
        expect(new Set(series).size).toBe(series.length)
      }),
    )
  })
})

/** https://prometheus.io/docs/instrumenting/exposition_formats: name, labels, value, and in OpenMetrics an exemplar. */
const sample =
  /^[a-z_]+(\{([a-z_]+="([^"\\\n]|\\\\|\\"|\\n)*",?)+\})? [0-9.e+-]+( # \{tx_id="\w+"\} [0-9.e+-]+ [0-9.]+)?$/

function pageOf(outcomes: readonly Outcome[], accept?: string) {
  const stats = memoryStats({ now: () => 1_000_000 })
  for (const outcome of outcomes) stats.record(outcome)
  return prometheusPage(stats, { accept })
}

function request(parts: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'request',
    operation: 'GET /v1/servers/{id}',
    exception: undefined,
    category: undefined,
    status: 200,
    durationMs: 1,
    ...parts,
  }
}
