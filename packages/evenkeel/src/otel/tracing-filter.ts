import {
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { type Exception, isFailure } from '../exceptions/exception.ts'
import { toException } from '../exceptions/to-exception.ts'
import { Filter, type Service } from '../filters/service.ts'
import { currentTx, type Transaction } from '../filters/transaction.ts'
import { attributesOf } from '../stats/semantic-names.ts'
import { setTraceOfTx } from './trace-of-tx.ts'

export interface TracingFilterOptions<Req, Resp> {
  /** @default the global provider's tracer `evenkeel` */
  tracer?: Tracer
  /** Which status an answer has. @default none */
  statusOfAnswer?: (answer: Resp) => number
  /** Where a request carries the trace that it is part of. @default its `headers`, if it has any */
  headersOf?: (request: Req) => Headers | undefined
}

/** By lower-case name. */
export interface Headers {
  readonly [name: string]: string | readonly string[] | undefined
}

/**
 * Makes the transaction a span: part of the caller's trace if the request names one (`traceparent`), else the first of a
 * new one. Its end is told by class: a failure is an error of the span, an ignored one is not.
 *
 * @example
 * mountEvenkeel(app, { service: 'places', stats, log, filters: [new TracingFilter()] })
 *
 * @throws {OutsideTransactionException} before the service runs, outside any transaction
 */
export class TracingFilter<Req, Resp> extends Filter<Req, Resp> {
  readonly #tracer: Tracer
  readonly #statusOfAnswer: ((answer: Resp) => number) | undefined
  readonly #headersOf: (request: Req) => Headers | undefined

  constructor({
    tracer = trace.getTracer('evenkeel'),
    statusOfAnswer = statusOf,
    headersOf = headers,
  }: TracingFilterOptions<Req, Resp> = {}) {
    super()
    this.#tracer = tracer
    this.#statusOfAnswer = statusOfAnswer
    this.#headersOf = headersOf
  }

  override async apply(request: Req, next: Service<Req, Resp>): Promise<Resp> {
    const tx = currentTx()
    const caller = propagation.extract(context.active(), this.#headersOf(request) ?? {}, lowerCaseHeaders)
    const kind = tx.kind === 'request' ? SpanKind.SERVER : SpanKind.INTERNAL
    const span = this.#tracer.startSpan(
      tx.operation,
      { kind, attributes: { 'evenkeel.tx_id': tx.id } },
      caller,
    )
    const spanContext = trace.setSpan(caller, span)
    setTraceOfTx(tx, spanContext)
    try {
      const answer = await context.with(spanContext, () => next(request))
      describe(span, tx, this.#statusOfAnswer?.(answer) ?? 0)
      return answer
    } catch (thrown) {
      describe(span, tx, 0, toException(thrown))
      throw thrown
    } finally {
      span.end()
    }
  }
}

function describe(span: Span, { kind, operation }: Transaction, status: number, exception?: Exception): void {
  const { className, category } = exception ?? {}
  // Now, since an adapter learns the route late.
  span.updateName(operation)
  span.setAttributes(attributesOf({ kind, operation, status, exception: className, category }))
  if (exception === undefined || !isFailure(exception.category)) return
  span.recordException(exception)
  span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message })
}

function headers(request: unknown): Headers | undefined {
  return (request as { headers?: Headers } | null | undefined)?.headers
}

function statusOf(answer: unknown): number {
  const status = (answer as { status?: unknown } | null | undefined)?.status
  return typeof status === 'number' ? status : 0
}

const lowerCaseHeaders: TextMapGetter<Headers> = {
  keys: carrier => Object.keys(carrier),
  get(carrier, name) {
    const value = carrier[name.toLowerCase()]
    return typeof value === 'string' || value === undefined ? value : [...value]
  },
}
