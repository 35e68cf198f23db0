import { context, propagation, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { toException } from '../exceptions/to-exception.ts'
import { Filter, type Service } from '../filters/service.ts'
import { activeTrace } from './trace-of-tx.ts'

/** A call to another service, as far as a trace needs it: `HttpCall` is one. */
export interface TracedCall {
  readonly method?: string
  readonly path: string
  readonly operation?: string
  readonly headers?: { readonly [name: string]: string }
}

export interface TraceCallFilterOptions {
  /** @default the global provider's tracer `evenkeel` */
  tracer?: Tracer
}

/**
 * Makes each call to another service a span of the current transaction's trace, and tells the service which one
 * (`traceparent`, by the propagator that is set up).
 *
 * @example
 * const places = httpClient({ baseUrl, service: 'places', filters: [new TraceCallFilter()] })
 */
export class TraceCallFilter<Call extends TracedCall, Result> extends Filter<Call, Result> {
  readonly #tracer: Tracer

  constructor({ tracer = trace.getTracer('evenkeel') }: TraceCallFilterOptions = {}) {
    super()
    this.#tracer = tracer
  }

  override async apply(call: Call, next: Service<Call, Result>): Promise<Result> {
    const { method = 'GET', path, operation = `${method} ${path}` } = call
    const caller = activeTrace()
    const attributes = { 'http.request.method': method, 'evenkeel.operation': operation }
    const span = this.#tracer.startSpan(operation, { kind: SpanKind.CLIENT, attributes }, caller)
    const spanContext = trace.setSpan(caller, span)
    const headers: Record<string, string> = { ...call.headers }
    propagation.inject(spanContext, headers)
    try {
      return await context.with(spanContext, () => next({ ...call, headers }))
    } catch (thrown) {
      const { className, category, message } = toException(thrown)
      span.setAttributes({
        // To who calls, any exception is an error of the call, whoever's fault it is.
        'error.type': className,
        'evenkeel.exception': className,
        'evenkeel.category': category,
      })
      span.setStatus({ code: SpanStatusCode.ERROR, message })
      throw thrown
    } finally {
      span.end()
    }
  }
}
