import { propagation, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NotFoundException } from '../exceptions/client-exceptions.ts'
import { ServiceUnavailableException } from '../exceptions/dependency-exceptions.ts'
import { chain, type Service } from '../filters/service.ts'
import { runInTx, Transaction } from '../filters/transaction.ts'
import { TraceCallFilter, type TracedCall } from './trace-call-filter.ts'
import { traceIdOfTx, txIdGenerator } from './trace-of-tx.ts'
import { type Headers, TracingFilter } from './tracing-filter.ts'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(exporter)],
  idGenerator: txIdGenerator,
})
const tracer = provider.getTracer('test')

beforeAll(() => propagation.setGlobalPropagator(new W3CTraceContextPropagator()))
afterAll(() => propagation.disable())
beforeEach(() => exporter.reset())

interface Request {
  readonly headers: Headers
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const callerSpanId = '00f067aa0ba902b7'
const traceparent = `00-${traceId}-${callerSpanId}-01`

describe('TracingFilter', () => {
  it('makes the transaction a span of the trace that the request names', async () => {
    const tx = await serve(async () => ({ status: 200 }), { traceparent })

    const [span] = exporter.getFinishedSpans()
    expect(span).toMatchObject({
      name: 'GET /v1/servers',
      kind: SpanKind.SERVER,
      parentSpanContext: { traceId, spanId: callerSpanId },
      attributes: {
        'evenkeel.tx_id': tx.id,
        'http.request.method': 'GET',
        'http.route': '/v1/servers',
        'http.response.status_code': 200,
      },
      status: { code: SpanStatusCode.UNSET },
    })
  })

  it("begins a trace that bears the transaction's id where the request names none", async () => {
    const tx = await serve(async () => ({ status: 200 }))

    expect(exporter.getFinishedSpans()[0]?.spanContext().traceId).toBe(traceIdOfTx(tx.id))
  })

  it('tells a failure by class, as an error', async () => {
    await expect(serve(throwing(new ServiceUnavailableException('No disk.')))).rejects.toThrow('No disk.')

    expect(exporter.getFinishedSpans()).toMatchObject([
      {
        status: { code: SpanStatusCode.ERROR, message: 'No disk.' },
        attributes: {
          'error.type': 'ServiceUnavailableException',
          'evenkeel.exception': 'ServiceUnavailableException',
          'evenkeel.category': 'dependency',
        },
      },
    ])
  })

  it('tells an ignored failure by class, and not as an error', async () => {
    await expect(serve(throwing(new NotFoundException('No server 7.')))).rejects.toThrow()

    const [span] = exporter.getFinishedSpans()
    expect(span).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'evenkeel.exception': 'NotFoundException', 'evenkeel.category': 'client' },
    })
    expect(span?.attributes).not.toHaveProperty('error.type')
  })
})

describe('TraceCallFilter', () => {
  it("tells the other service of the transaction's trace, without any context manager", async () => {
    let sent: TracedCall | undefined
    const places = chain<TracedCall, string>([new TraceCallFilter({ tracer })], async call => {
      sent = call
      return 'Zürich'
    })

    await serve(
      async () => {
        await places({ path: '/places/zurich', operation: 'GET /places/:id', headers: { 'x-own': '1' } })
        return { status: 200 }
      },
      { traceparent },
    )

    const [call, request] = exporter.getFinishedSpans()
    expect(call).toMatchObject({ name: 'GET /places/:id', kind: SpanKind.CLIENT })
    expect(call?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId)
    expect(sent?.headers).toEqual({
      'x-own': '1',
      traceparent: `00-${traceId}-${call?.spanContext().spanId}-01`,
    })
  })

  it('tells any exception as an error of the call, by class', async () => {
    const places = chain<TracedCall, never>(
      [new TraceCallFilter({ tracer })],
      throwing(new NotFoundException('No place.')),
    )

    await expect(places({ path: '/places/atlantis' })).rejects.toThrow('No place.')

    expect(exporter.getFinishedSpans()).toMatchObject([
      {
        name: 'GET /places/atlantis',
        status: { code: SpanStatusCode.ERROR },
        attributes: { 'error.type': 'NotFoundException', 'evenkeel.category': 'client' },
      },
    ])
  })
})

async function serve(
  service: Service<Request, { status: number }>,
  headers: Headers = {},
): Promise<Transaction> {
  const tx = new Transaction({ kind: 'request', operation: 'GET (no route)' })
  const traced = chain<Request, { status: number }>([new TracingFilter({ tracer })], request => {
    tx.operation = 'GET /v1/servers'
    return service(request)
  })
  await runInTx(tx, () => traced({ headers }))
  return tx
}

function throwing<Req>(exception: Error): Service<Req, never> {
  return async () => {
    throw exception
  }
}
