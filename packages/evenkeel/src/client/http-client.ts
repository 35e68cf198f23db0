import { type Exception, ExceptionRebuilder, InternalException, toException } from '../exceptions/index.ts'
import { activeTx, chain, type Filter, type Transaction } from '../filters/index.ts'
import { deadlineHeader, formatDeadline } from '../http/deadline-header.ts'
import * as httpExceptions from '../http/exceptions.ts'
import { txHeader } from '../http/identity-headers.ts'
import { problemMediaType } from '../http/problem.ts'
import { bodyOf } from './answer-body.ts'
import { type AnswerTable, checkAnswerTable } from './answer-table.ts'
import { CallEnd } from './call-end.ts'
import { callFailure } from './call-failure.ts'
import { type Called, DeadlinePassedException } from './exceptions.ts'
import type { HttpCall, HttpClient, HttpResult } from './http-call.ts'
import { readBody } from './read-body.ts'
import { type RemoteAnswer, remoteException } from './remote-exception.ts'

export interface HttpClientOptions {
  /** Where the service is, with the path under which it is mounted. */
  baseUrl: string
  /** The service's name, for messages and for what is recorded. */
  service: string
  /** The classes that it may throw: for instance its whole `exceptions.ts` (`Object.values`). @default the library's own */
  exceptions?: Iterable<unknown>
  /**
   * What a service means that answers with codes, so that it joins without being changed: the first row that matches
   * an answer names its exception. What no row matches goes by its status. @default none
   */
  answers?: AnswerTable
  /** Run around every call, outermost first. They meet the remote's exceptions as exceptions. @default none */
  filters?: readonly Filter<HttpCall, HttpResult>[]
  /** Sent with every call. @default none */
  headers?: { readonly [name: string]: string }
  /** How long a call may take in all, in milliseconds. @default 10_000 */
  timeoutMs?: number
  /** How large an answer's body may be, in bytes. @default 16 MiB */
  answerBytesMax?: number
  /** @default the global fetch */
  fetch?: typeof globalThis.fetch
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
}

/**
 * A service that is another process, called over HTTP. What the remote throws arrives as the same class, with its
 * origin set; what goes wrong on the way is a `DependencyException` that says whether the call may be repeated.
 * Each call carries the active transaction's id and how long we go on waiting, ends by its deadline or when nobody
 * waits any more, and is recorded on the transaction.
 *
 * @example
 * const places = httpClient({ baseUrl: 'http://127.0.0.1:8081/v1', service: 'places', exceptions: Object.values(placesExceptions) })
 * const { body } = await places({ path: '/places/zurich', operation: 'GET /places/:name', answer: Place })
 *
 * @example
 * const maps = httpClient({ baseUrl, service: 'maps', answers: [
 *   { status: 404, field: 'error.code', equals: 'NO_PLACE', exception: PlaceNotFoundException },
 *   { status: 200, field: 'fault', exception: MapsFaultException },
 * ] })
 *
 * Throws {InternalException} itself if the base URL is none, or a row of `answers` takes every answer. The calls:
 * @throws {Exception} the remote's own
 * @throws {DependencyException} of the classes in `exceptions.ts`, when there is no answer or none that makes sense
 */
export function httpClient({
  baseUrl,
  service,
  exceptions = [],
  answers = [],
  filters = [],
  headers = {},
  timeoutMs = 10_000,
  answerBytesMax = 16 * 1024 * 1024,
  fetch = globalThis.fetch,
  now = Date.now,
}: HttpClientOptions): HttpClient {
  if (!URL.canParse(baseUrl)) {
    throw new InternalException(
      `The base URL of ${service} is "${baseUrl}", which is no URL. Write it in whole: http://host:port/path.`,
    )
  }
  checkAnswerTable(answers, service)
  const known = [...Object.values(httpExceptions), ...exceptions, ...answers.map(row => row.exception)]
  const caller = new Caller(
    { baseUrl, service, answers, headers, timeoutMs, answerBytesMax, fetch, now },
    new ExceptionRebuilder(known),
  )
  const call = (request: HttpCall): Promise<HttpResult> => caller.call(request)
  // A call's schema has made the body what its type says.
  return chain(filters, Object.defineProperty(call, 'name', { value: service })) as HttpClient
}

type CallerSettings = Required<Omit<HttpClientOptions, 'exceptions' | 'filters'>>

class Caller {
  readonly #settings: CallerSettings
  readonly #rebuilder: ExceptionRebuilder

  constructor(settings: CallerSettings, rebuilder: ExceptionRebuilder) {
    this.#settings = settings
    this.#rebuilder = rebuilder
  }

  async call(call: HttpCall): Promise<HttpResult> {
    const { service, now } = this.#settings
    const { method = 'GET', path, operation = `${method} ${path}` } = call
    const tx = activeTx()
    const startedAtMs = now()
    let exception: Exception | undefined
    try {
      return await this.#exchange(call, { service, operation }, tx)
    } catch (thrown) {
      exception = toException(thrown)
      throw thrown
    } finally {
      tx?.addCall({
        operation: `${service}: ${operation}`,
        startedAfterMs: startedAtMs - tx.startedAtMs,
        durationMs: now() - startedAtMs,
        exception: exception?.className,
        category: exception?.category,
      })
    }
  }

  async #exchange(call: HttpCall, called: Called, tx: Transaction | undefined): Promise<HttpResult> {
    // What is wrong with the call itself throws here, as the bug that it is, and not as a failure of the service.
    const url = this.#url(call)
    const timeoutMs = this.#timeLeftMs(call, tx)
    const init = this.#init(call, timeoutMs, tx)
    if (timeoutMs <= 0) throw new DeadlinePassedException(called)
    const end = new CallEnd(called, timeoutMs, call.signal ?? tx?.signal)
    try {
      const answer = await this.#receive(url, { ...init, signal: end.signal }, called)
      const { answers: table } = this.#settings
      const exception = remoteException(called, answer, { rebuilder: this.#rebuilder, table })
      if (exception !== undefined) throw exception
      return { ...answer, body: bodyOf(answer, called, call.answer) as HttpResult['body'] }
    } finally {
      end.dispose()
    }
  }

  async #receive(url: URL, init: RequestInit, called: Called): Promise<RemoteAnswer> {
    const { fetch, answerBytesMax } = this.#settings
    let status: number | undefined
    try {
      const response = await fetch(url, init)
      status = response.status
      return { status, headers: response.headers, body: await readBody(response, called, answerBytesMax) }
    } catch (thrown) {
      throw callFailure(called, thrown, status)
    }
  }

  #timeLeftMs({ timeoutMs = this.#settings.timeoutMs }: HttpCall, tx: Transaction | undefined): number {
    return tx?.deadlineMs === undefined
      ? timeoutMs
      : Math.min(timeoutMs, tx.deadlineMs - this.#settings.now())
  }

  #url({ path, query = {} }: HttpCall): URL {
    const url = new URL(`${this.#settings.baseUrl.replace(/\/$/, '')}${path}`)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.append(name, String(value))
    }
    return url
  }

  #init(call: HttpCall, timeoutMs: number, tx: Transaction | undefined): RequestInit {
    const { method = 'GET', body } = call
    const headers = new Headers({
      accept: `application/json, ${problemMediaType}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...this.#settings.headers,
      ...call.headers,
      ...(tx !== undefined && { [txHeader]: tx.id }),
      [deadlineHeader]: formatDeadline(timeoutMs, 0),
    })
    // A redirect would be followed with another method, and to where nobody configured.
    const init: RequestInit = { method, headers, redirect: 'manual' }
    return body === undefined ? init : { ...init, body: JSON.stringify(body) }
  }
}
