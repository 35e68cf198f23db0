import {
  type Exception,
  ExceptionRebuilder,
  InternalException,
  type Json,
  toException,
} from '../exceptions/index.ts'
import { activeTx, chain, type Filter, type Service, type Transaction } from '../filters/index.ts'
import * as httpExceptions from '../http/exceptions.ts'
import { txHeader } from '../http/identity-headers.ts'
import { problemMediaType } from '../http/problem.ts'
import { CallEnd } from './call-end.ts'
import { callFailure } from './call-failure.ts'
import { type Called, DeadlinePassedException, MalformedAnswerException } from './exceptions.ts'
import { type RemoteAnswer, remoteException } from './remote-exception.ts'

/** A request to another service. */
export interface HttpCall {
  /** @default 'GET' */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** Appended to the base URL's own path. */
  readonly path: string
  /** What is undefined is left out. */
  readonly query?: { readonly [name: string]: string | number | boolean | undefined }
  readonly headers?: { readonly [name: string]: string }
  /** Sent as JSON. */
  readonly body?: Json
  /** Aborted by the code that calls, when it loses interest. */
  readonly signal?: AbortSignal
  /** How long this call may take in all, in milliseconds. @default the client's */
  readonly timeoutMs?: number
  /** What is asked for, in few different values. @default method and path */
  readonly operation?: string
}

/** The successful answer to a call. */
export interface HttpResult {
  readonly status: number
  readonly headers: Headers
  /** A JSON value, any other body as text, or undefined if there is none. */
  readonly body: Json | undefined
}

export interface HttpClientOptions {
  /** Where the service is, with the path under which it is mounted. */
  baseUrl: string
  /** The service's name, for messages and for what is recorded. */
  service: string
  /** The classes that it may throw: for instance its whole `exceptions.ts` (`Object.values`). @default the library's own */
  exceptions?: Iterable<unknown>
  /** Run around every call, outermost first. They meet the remote's exceptions as exceptions. @default none */
  filters?: readonly Filter<HttpCall, HttpResult>[]
  /** Sent with every call. @default none */
  headers?: { readonly [name: string]: string }
  /** How long a call may take in all, in milliseconds. @default 10_000 */
  timeoutMs?: number
  /** @default the global fetch */
  fetch?: typeof globalThis.fetch
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
}

/**
 * A service that is another process, called over HTTP. What the remote throws arrives as the same class, with its
 * origin set; what goes wrong on the way is a `DependencyException` that says whether the call may be repeated.
 * Each call carries the active transaction's id, ends by its deadline and is recorded on it.
 *
 * @example
 * const places = httpClient({ baseUrl: 'http://127.0.0.1:8081/v1', service: 'places', exceptions: Object.values(placesExceptions) })
 * const { body } = await places({ path: '/places/zurich', operation: 'GET /places/:id' })
 *
 * Throws {InternalException} itself if the base URL is none. The calls:
 * @throws {Exception} the remote's own
 * @throws {DependencyException} of the classes in `exceptions.ts`, when there is no answer or none that makes sense
 */
export function httpClient({
  baseUrl,
  service,
  exceptions = [],
  filters = [],
  headers = {},
  timeoutMs = 10_000,
  fetch = globalThis.fetch,
  now = Date.now,
}: HttpClientOptions): Service<HttpCall, HttpResult> {
  if (!URL.canParse(baseUrl)) {
    throw new InternalException(
      `The base URL of ${service} is "${baseUrl}", which is no URL. Write it in whole: http://host:port/path.`,
    )
  }
  const known = [...Object.values(httpExceptions), ...exceptions]
  const client = new HttpClient(
    { baseUrl, service, headers, timeoutMs, fetch, now },
    new ExceptionRebuilder(known),
  )
  const call = (request: HttpCall): Promise<HttpResult> => client.call(request)
  return chain(filters, Object.defineProperty(call, 'name', { value: service }))
}

type ClientSettings = Required<Omit<HttpClientOptions, 'exceptions' | 'filters'>>

class HttpClient {
  readonly #settings: ClientSettings
  readonly #rebuilder: ExceptionRebuilder

  constructor(settings: ClientSettings, rebuilder: ExceptionRebuilder) {
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
    const init = this.#init(call, tx)
    const timeoutMs = this.#timeLeftMs(call, tx)
    if (timeoutMs <= 0) throw new DeadlinePassedException(called)
    using end = new CallEnd(called, timeoutMs, call.signal)
    const answer = await this.#receive(url, { ...init, signal: end.signal }, called)
    const exception = remoteException(called, answer, this.#rebuilder)
    if (exception !== undefined) throw exception
    return { ...answer, body: decode(answer, called) }
  }

  async #receive(url: URL, init: RequestInit, called: Called): Promise<RemoteAnswer> {
    try {
      const response = await this.#settings.fetch(url, init)
      const body = new Uint8Array(await response.arrayBuffer())
      return { status: response.status, headers: response.headers, body }
    } catch (thrown) {
      throw callFailure(called, thrown)
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

  #init(call: HttpCall, tx: Transaction | undefined): RequestInit {
    const { method = 'GET', body } = call
    const headers = new Headers({
      accept: `application/json, ${problemMediaType}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...this.#settings.headers,
      ...call.headers,
      ...(tx !== undefined && { [txHeader]: tx.id }),
    })
    // A redirect would be followed with another method, and to where nobody configured.
    const init: RequestInit = { method, headers, redirect: 'manual' }
    return body === undefined ? init : { ...init, body: JSON.stringify(body) }
  }
}

function decode({ status, headers, body }: RemoteAnswer, called: Called): Json | undefined {
  if (body.length === 0) return undefined
  const text = new TextDecoder().decode(body)
  const mediaType = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (mediaType !== 'application/json' && !mediaType.endsWith('+json')) return text
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new MalformedAnswerException(called, status, { cause: error })
  }
}
