import {
  AggregationTemporality,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prometheusPage } from '../prometheus/prometheus-page.ts'
import { memoryStats } from '../stats/memory-stats.ts'
import type { Outcome } from '../stats/stats.ts'
import { teeStats } from '../stats/tee-stats.ts'
import { otelStats } from './otel-stats.ts'

let exporter: InMemoryMetricExporter
let provider: MeterProvider

beforeEach(() => {
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  provider = new MeterProvider({ readers: [reader] })
})

afterEach(() => provider.shutdown())

describe('otelStats', () => {
  it('counts requests in seconds by the names of the semantic conventions', async () => {
    const stats = otelStats({ meter: provider.getMeter('test') })

    stats.record(request({ durationMs: 20 }))

    expect(await exported()).toEqual([
      {
        metric: 'http.server.request.duration',
        unit: 's',
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/v1/servers/{id}',
          'http.response.status_code': 200,
        },
        count: 1,
        sum: 0.02,
      },
    ])
  })

  it('tells the class of both halves, and calls only failures errors', async () => {
    const stats = otelStats({ meter: provider.getMeter('test') })

    stats.record(request({ exception: 'DiskFullException', category: 'dependency', status: 503 }))
    stats.record(request({ exception: 'ServerNotFoundException', category: 'client', status: 404 }))

    expect((await exported()).map(({ attributes }) => attributes)).toMatchObject([
      {
        'error.type': 'DiskFullException',
        'evenkeel.exception': 'DiskFullException',
        'evenkeel.category': 'dependency',
      },
      { 'evenkeel.exception': 'ServerNotFoundException', 'evenkeel.category': 'client' },
    ])
    expect((await exported())[1]?.attributes).not.toHaveProperty('error.type')
  })

  it('counts what is no request in a metric of its own', async () => {
    otelStats({ meter: provider.getMeter('test') }).record(
      request({ kind: 'step', operation: 'network.port', status: 0 }),
    )

    expect(await exported()).toMatchObject([
      {
        metric: 'evenkeel.outcome.duration',
        attributes: { 'evenkeel.kind': 'step', 'evenkeel.operation': 'network.port' },
      },
    ])
  })

  it('says the same as the Prometheus page, bucket by bucket', async () => {
    const memory = memoryStats()
    const stats = teeStats(memory, otelStats({ meter: provider.getMeter('test') }))
    for (const durationMs of [1, 5, 6, 20, 25, 70, 900, 3000, 20_000]) stats.record(request({ durationMs }))

    const page = prometheusPage(memory).body
    const cumulative = [...page.matchAll(/_bucket\{.*\} (\d+)/g)].map(([, count]) => Number(count))
    const counts = (await histograms()).flatMap(({ buckets }) => buckets.counts)

    expect(cumulative).toEqual(
      counts.map((_, at) => counts.slice(0, at + 1).reduce((sum, count) => sum + count)),
    )
  })
})

async function exported() {
  await provider.forceFlush()
  const scopes = exporter.getMetrics().at(-1)?.scopeMetrics ?? []
  return scopes
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({
        metric: descriptor.name,
        unit: descriptor.unit,
        attributes,
        count: (value as Histogram).count,
        sum: (value as Histogram).sum,
      })),
    )
}

async function histograms(): Promise<Histogram[]> {
  await provider.forceFlush()
  const scopes = exporter.getMetrics().at(-1)?.scopeMetrics ?? []
  return scopes
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value as Histogram))
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
