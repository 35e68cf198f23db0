import { validateHeaderName, validateHeaderValue } from 'node:http'
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
import { problemMediaType, problemText } from './problem.ts'
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
  readonly #present: Present | undefined
  readonly #headers: ((request: HttpRequest) => Readonly<Record<string, string>>) | undefined
  readonly #isTrusted: ((request: HttpRequest) => boolean) | undefined
  readonly #onProblem: (exception: Exception) => void

  constructor({
    service,
    statusOf = statusOfClass,
    present,
    headers,
    isTrusted,
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
    try {
      return this.#answer(exception, request)
    } catch (bug) {
      // What an application's class says of itself may fail too, above all if a remote made it with other data.
      this.#onProblem(toException(bug))
      return this.#answer(
        new InternalException('An exception can not be told.', { cause: exception }),
        request,
      )
    }
  }

  #answer(exception: Exception, request: HttpRequest): HttpAnswer {
    const txId = activeTx()?.id
    const status = this.#statusOf(exception)
    const wire = toWire(exception, this.#service, txId, detailOf(exception, txId))
    const { contentType, body } =
      this.#tryPresent(exception, request, wire, status) ?? this.#tryProblem(wire, status)
    const headers = identityHeaders(exception)
    headers['content-type'] = contentType
    // Caches store answers of some statuses unless told not to, and what is a 404 now may be none in a second.
    headers['cache-control'] = 'no-store'
    if (txId !== undefined) headers[txHeader] = txId
    if (exception instanceof MethodNotAllowedException) headers['allow'] = exception.data.allow.join(', ')
    return { status, headers: this.#withOwn(headers, exception, request), body }
  }

  #tryPresent(
    exception: Exception,
    request: HttpRequest,
    wire: WireException,
    status: number,
  ): ReturnType<Present> {
    const present = this.#present
    if (present === undefined) return undefined
    return this.#try(() => presented(present, exception, presentContext(request, status, wire)))
  }

  #tryProblem(wire: WireException, status: number): { contentType: string; body: string } {
    try {
      return asProblem(wire, status)
    } catch (bug) {
      this.#onProblem(toException(bug))
      // Data that JSON can't carry is left out; all else of a problem is text.
      return asProblem({ ...wire, data: {} }, status)
    }
  }

  /** The headers that the application wants beside, which do not take the place of ours. */
  #withOwn(
    headers: Record<string, string>,
    exception: Exception,
    request: HttpRequest,
  ): Record<string, string> {
    const headersOf = this.#headers
    const isTrusted = this.#isTrusted
    if (headersOf === undefined && isTrusted === undefined) return headers
    return {
      ...(headersOf !== undefined && this.#try(() => validHeaders(headersOf(request)))),
      ...(isTrusted !== undefined && this.#try(() => (isTrusted(request) ? hopsHeaders(exception) : {}))),
      ...headers,
    }
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

function presented(present: Present, exception: Exception, context: PresentContext): ReturnType<Present> {
  const form = present(exception, context)
  if (form !== undefined) validateHeaderValue('content-type', form.contentType)
  return form
}

function validHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  return headers
}

function hopsHeaders(exception: Exception): Readonly<Record<string, string>> {
  const hops = formatHops(exception)
  return hops === undefined ? {} : { [hopsHeader]: hops }
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
  return { contentType: problemMediaType, body: problemText(wire, status) }
}

function detailOf(exception: Exception, txId: string | undefined): string {
  const { category, publicMessage, message } = exception
  if (category !== 'internal') return publicMessage
  // A class may be internal by what it gathers and not by its ancestors; then its public message is its own one.
  const told = publicMessage === message ? 'Something went wrong on our side.' : publicMessage
  return txId === undefined ? told : `${told} Incident ${txId}.`
}
