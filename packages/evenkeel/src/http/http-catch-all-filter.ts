import { validateHeaderValue } from 'node:http'
import type { Exception } from '../exceptions/exception.ts'
import { InternalException } from '../exceptions/internal-exception.ts'
import { type StatusOf, statusOf as statusOfClass } from '../exceptions/status.ts'
import { toException } from '../exceptions/to-exception.ts'
import { toWire, type WireException } from '../exceptions/wire.ts'
import { Filter, type Service } from '../filters/service.ts'
import { activeTx } from '../filters/transaction.ts'
import { accepts } from './accepts.ts'
import { MethodNotAllowedException } from './exceptions.ts'
import { formatHops, hopsHeader } from './hops-header.ts'
import type { HttpAnswer, HttpRequest } from './http-message.ts'
import { identityHeaders, txHeader } from './identity-headers.ts'
import { problemMediaType, toProblem } from './problem.ts'
import { survivingStatusOf } from './surviving-status-of.ts'

/** What a presentation may go by, beside the exception. */
export interface PresentContext {
  readonly status: number
  readonly txId: string | undefined
  /** What the client is told, in a sentence: never an internal message. */
  readonly detail: string
  /** Whether the client asks for this media type by name; a wildcard does not count. */
  accepts(mediaType: string): boolean
}

/** A service's own form of an error's body, or undefined for problem details. The headers tell the exception in any case. */
export type Present = (
  exception: Exception,
  context: PresentContext,
) => { contentType: string; body: string } | undefined

export interface HttpCatchAllFilterOptions {
  /** The name under which this service's exceptions are known outside. */
  service: string
  /** Which status an exception is answered with. @default the class's own */
  statusOf?: StatusOf
  /** @default problem details (RFC 9457) */
  present?: Present
  /** Headers for every answer to an exception, by the request: those of CORS, for instance. @default none */
  headers?: (request: HttpRequest) => Readonly<Record<string, string>>
  /**
   * Whether a caller is a service of ours, and so may be told by which other services an exception came: names only,
   * for its log. @default nobody
   */
  isTrusted?: (request: HttpRequest) => boolean
  /** Told when `statusOf`, `present`, `headers` or `isTrusted` failed, or data can't be sent: bugs, which the answer survives. @default a warning of the process */
  onProblem?: (exception: Exception) => void
}

/**
 * The outermost filter of a server: whatever is thrown becomes an answer that tells class, category and
 * transaction. Never rejects. An internal exception's message never leaves the process: the client gets the
 * transaction's id, under which operators find it. A discard is answered with 200.
 */
export class HttpCatchAllFilter extends Filter<HttpRequest, HttpAnswer> {
  readonly #service: string
  readonly #statusOf: StatusOf
  readonly #present: Present
  readonly #headers: ((request: HttpRequest) => Readonly<Record<string, string>>) | undefined
  readonly #isTrusted: (request: HttpRequest) => boolean
  readonly #onProblem: (exception: Exception) => void

  constructor({
    service,
    statusOf = statusOfClass,
    present = () => undefined,
    headers,
    isTrusted = () => false,
    onProblem = exception => process.emitWarning(exception),
  }: HttpCatchAllFilterOptions) {
    super()
    this.#service = service
    this.#statusOf = survivingStatusOf(statusOf, onProblem)
    this.#present = present
    this.#headers = headers
    this.#isTrusted = isTrusted
    this.#onProblem = onProblem
  }

  override apply(request: HttpRequest, next: Service<HttpRequest, HttpAnswer>): Promise<HttpAnswer> {
    return next(request).catch(thrown => this.answerTo(toException(thrown), request))
  }

  /** What the client of a request is told of an exception. Never throws. */
  answerTo(exception: Exception, request: HttpRequest): HttpAnswer {
    // What an application's class says of itself may fail too, above all if a remote made it with other data.
    return (
      this.#try(() => this.#answer(exception, request)) ??
      this.#answer(new InternalException('An exception can not be told.', { cause: exception }), request)
    )
  }

  #answer(exception: Exception, request: HttpRequest): HttpAnswer {
    const txId = activeTx()?.id
    const status = this.#statusOf(exception)
    const wire = { ...toWire(exception, this.#service, txId), message: detailOf(exception, txId) }
    const { contentType, body } =
      this.#try(() => this.#presented(exception, presentContext(request, status, wire))) ??
      this.#try(() => asProblem(wire, status)) ??
      // Data that JSON can't carry is left out; all else of a problem is text.
      asProblem({ ...wire, data: {} }, status)
    const headers = {
      ...this.#try(() => this.#validHeaders(request)),
      ...this.#try(() => this.#hopsHeaders(exception, request)),
      ...identityHeaders(exception),
      'content-type': contentType,
      // Caches store answers of some statuses unless told not to, and what is a 404 now may be none in a second.
      'cache-control': 'no-store',
      ...(txId !== undefined && { [txHeader]: txId }),
      ...(exception instanceof MethodNotAllowedException && { allow: exception.data.allow.join(', ') }),
    }
    return { status, headers, body }
  }

  #presented(exception: Exception, context: PresentContext): ReturnType<Present> {
    const presented = this.#present(exception, context)
    if (presented !== undefined) validateHeaderValue('content-type', presented.contentType)
    return presented
  }

  #validHeaders(request: HttpRequest): Readonly<Record<string, string>> | undefined {
    const headers = this.#headers?.(request)
    for (const name in headers) validateHeaderValue(name, headers[name] ?? '')
    return headers
  }

  #hopsHeaders(exception: Exception, request: HttpRequest): Readonly<Record<string, string>> | undefined {
    const hops = this.#isTrusted(request) ? formatHops(exception) : undefined
    return hops === undefined ? undefined : { [hopsHeader]: hops }
  }

  #try<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (bug) {
      this.#onProblem(toException(bug))
      return undefined
    }
  }
}

function presentContext({ headers }: HttpRequest, status: number, wire: WireException): PresentContext {
  const { accept = '' } = headers
  return {
    status,
    txId: wire.txId,
    detail: wire.message,
    accepts: mediaType => accepts(String(accept), mediaType),
  }
}

function asProblem(wire: WireException, status: number): { contentType: string; body: string } {
  return { contentType: problemMediaType, body: JSON.stringify(toProblem(wire, status)) }
}

function detailOf(exception: Exception, txId: string | undefined): string {
  const { category, publicMessage, message } = exception
  if (category !== 'internal') return publicMessage
  // A class may be internal by what it gathers and not by its ancestors; then its public message is its own one.
  const told = publicMessage === message ? 'Something went wrong on our side.' : publicMessage
  return txId === undefined ? told : `${told} Incident ${txId}.`
}
