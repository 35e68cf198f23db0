import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import {
  atOurEdge,
  BadClientRequestException,
  type Exception,
  NotFoundException,
  OverloadedException,
  ServiceUnavailableException,
  toException,
  ValidDiscardingRequestException,
} from '../exceptions/index.ts'
import { type TestApp, testApp } from '../fastify/test-app.ts'
import { chain, EdgeFilter, Filter, runInTx, type Service, Transaction } from '../filters/index.ts'
import type { HttpAnswer, HttpRequest } from '../http/http-message.ts'
import type { HttpCall, HttpClient, HttpResult } from './http-call.ts'
import { type HttpClientOptions, httpClient } from './http-client.ts'

class PlaceNotFoundException extends NotFoundException<{ place: string }> {
  constructor(place: string) {
    super(`There is no place ${place}.`, { data: { place } })
  }
}
class HamletNotFoundException extends PlaceNotFoundException {}
class DuplicatePlaceException extends ValidDiscardingRequestException {}
class MapsDownException extends ServiceUnavailableException {}

const placesExceptions = { PlaceNotFoundException, DuplicatePlaceException, MapsDownException }

/** What a call ends with instead of an answer. */
async function exceptionOf(call: Promise<unknown>): Promise<Exception> {
  return call.then(
    answer => {
      throw new Error(`Nothing was thrown, but answered: ${JSON.stringify(answer)}`)
    },
    thrown => toException(thrown),
  )
}

describe('httpClient, calling a service of ours', () => {
  let server: TestApp
  let places: HttpClient

  beforeEach(async () => {
    server = await testApp({
      service: 'places',
      routes: app => {
        app.get('/places/:name', async ({ params, headers, query }) => ({
          params,
          query,
          asked: headers['evenkeel-tx'],
        }))
        app.post('/places', async ({ body }, reply) => reply.code(201).send({ body }))
        app.get('/text', async () => 'as it is')
        app.get('/nothing', async (_, reply) => reply.code(204).send())
        app.get('/unknown', async () => Promise.reject(new PlaceNotFoundException('Atlantis')))
        app.get('/hamlet', async () => Promise.reject(new HamletNotFoundException('Elsinore')))
        app.post('/duplicate', async () => Promise.reject(new DuplicatePlaceException('Known already.')))
        app.get('/down', async () =>
          Promise.reject(new MapsDownException('maps-2 is away', { retryAfterMs: 1500 })),
        )
        app.get('/bug', async () => Promise.reject(new TypeError('hunter2')))
      },
    })
    places = httpClient({
      baseUrl: server.url,
      service: 'places',
      exceptions: Object.values(placesExceptions),
    })
  })
  afterEach(() => server[Symbol.asyncDispose]())

  it('answers with what the service answers', async () => {
    const { status, body, headers } = await places({
      path: '/places/zurich',
      query: { page: 2, all: true, none: undefined },
    })

    expect({ status, body }).toEqual({
      status: 200,
      body: { params: { name: 'zurich' }, query: { page: '2', all: 'true' } },
    })
    expect(headers.get('evenkeel-tx')).toBe((await server.rows(1))[0]?.id)
  })

  it('sends JSON', async () => {
    const { status, body } = await places({ method: 'POST', path: '/places', body: { name: 'Zürich' } })

    expect({ status, body }).toEqual({ status: 201, body: { body: { name: 'Zürich' } } })
  })

  it("answers with what the call's schema makes of the body", async () => {
    const answer = { parse: (body: unknown) => (body as { params: { name: string } }).params.name.length }

    const { body } = await places({ path: '/places/zurich', answer })

    expectTypeOf(body).toEqualTypeOf<number>()
    expect(body).toBe(6)
  })

  it('takes a body that is not what the call asked for, for a failure of the service', async () => {
    const mismatch = new Error('params.id: expected a number')
    const answer = {
      parse: (): number => {
        throw mismatch
      },
    }

    expect(await exceptionOf(places({ path: '/places/zurich', answer }))).toMatchObject({
      className: 'UnexpectedAnswerException',
      category: 'dependency',
      cause: mismatch,
    })
  })

  it('tells the service for how long it goes on waiting', async () => {
    await using slow = await testApp({
      routes: app =>
        app.get('/told', async ({ headers }) => ({ ms: headers['evenkeel-deadline-ms'] ?? null })),
    })
    const nowMs = 1_000_000
    const call = httpClient({ baseUrl: slow.url, service: 'slow', timeoutMs: 2500, now: () => nowMs })
    const tx = new Transaction({ kind: 'request', operation: 'GET /', deadlineMs: nowMs + 1200.7 })

    expect((await call({ path: '/told' })).body).toEqual({ ms: '2500' })
    expect((await runInTx(tx, () => call({ path: '/told' }))).body).toEqual({ ms: '1200' })
  })

  it('answers with text where the service does, and with nothing where it does', async () => {
    expect((await places({ path: '/text' })).body).toBe('as it is')
    expect((await places({ path: '/nothing' })).body).toBeUndefined()
  })

  it('throws the class that the service threw, with its data and origin', async () => {
    const exception = await exceptionOf(places({ path: '/unknown' }))

    const [row] = await server.rows(1)
    expect(row?.exception).toBe('PlaceNotFoundException')
    expect(exception).toBeInstanceOf(PlaceNotFoundException)
    expect(exception).toMatchObject({
      message: 'There is no place Atlantis.',
      data: { place: 'Atlantis' },
      origin: { service: 'places', txId: row?.id },
    })
  })

  it('throws the nearest known ancestor of a class that it does not know, and keeps the name', async () => {
    const exception = await exceptionOf(places({ path: '/hamlet' }))

    expect(exception).toBeInstanceOf(PlaceNotFoundException)
    expect(exception.className).toBe('HamletNotFoundException')
  })

  it('throws a discard, though it is answered with 200', async () => {
    const exception = await exceptionOf(places({ method: 'POST', path: '/duplicate' }))

    expect(exception).toBeInstanceOf(DuplicatePlaceException)
    expect(exception.message).toBe('Known already.')
    expect(await server.rows(1)).toMatchObject([{ status: 200, category: 'discard' }])
  })

  it('throws a dependency exception with the time to wait, and without its internals', async () => {
    const exception = await exceptionOf(places({ path: '/down' }))

    expect(exception).toBeInstanceOf(MapsDownException)
    expect(exception).toMatchObject({ retryAfterMs: 1500, retry: 'unknown' })
    expect(exception.message).not.toContain('maps-2')
  })

  it("throws the library's own classes: a wrong route is told from a wrong id", async () => {
    const exception = await exceptionOf(places({ path: '/plaices' }))

    expect(exception.constructor.name).toBe('RouteNotFoundException')
    expect(exception).toBeInstanceOf(NotFoundException)
    expect(exception).not.toBeInstanceOf(PlaceNotFoundException)
  })

  it('throws a bug of the service without its message, with the incident', async () => {
    const exception = await exceptionOf(places({ path: '/bug' }))

    const [row] = await server.rows(1)
    expect(exception).toMatchObject({ category: 'internal', origin: { txId: row?.id } })
    expect(exception.message).toBe(`Something went wrong on our side. Incident ${row?.id}.`)
  })

  it("knows an exception by its headers where the body is in a form of the service's own", async () => {
    await using flat = await testApp({
      present: (_, { detail }) => ({ contentType: 'application/json', body: JSON.stringify({ detail }) }),
      routes: app => app.get('/unknown', async () => Promise.reject(new PlaceNotFoundException('Atlantis'))),
    })
    const call = httpClient({ baseUrl: flat.url, service: 'flat', exceptions: [PlaceNotFoundException] })

    const exception = await exceptionOf(call({ path: '/unknown' }))

    expect(exception).toBeInstanceOf(PlaceNotFoundException)
    expect(exception.origin).toEqual({ service: 'flat', txId: (await flat.rows(1))[0]?.id })
  })

  it('carries the active transaction, and is recorded on it', async () => {
    const tx = new Transaction({ kind: 'background', operation: 'tour' })

    await runInTx(tx, async () => {
      await places({ path: '/places/zurich', operation: 'GET /places/:name' })
      await places({ path: '/unknown' }).catch(() => {})
    })

    expect((await server.rows(2)).map(row => row.parentId)).toEqual([tx.id, tx.id])
    expect(tx.calls).toMatchObject([
      { operation: 'places: GET /places/:name', exception: undefined, category: undefined },
      { operation: 'places: GET /unknown', exception: 'PlaceNotFoundException', category: 'client' },
    ])
  })

  it('is a chain of filters, which meet the exceptions of the remote', async () => {
    class FallbackFilter extends Filter<HttpCall, HttpResult> {
      override async apply(call: HttpCall, next: Service<HttpCall, HttpResult>): Promise<HttpResult> {
        return next(call).catch(thrown => {
          if (thrown instanceof PlaceNotFoundException) return next({ path: '/text' })
          throw thrown
        })
      }
    }
    const call = httpClient({
      baseUrl: server.url,
      service: 'places',
      exceptions: [PlaceNotFoundException],
      filters: [new FallbackFilter()],
    })

    expect(String(call)).toBe('FallbackFilter → places')
    expect((await call({ path: '/unknown' })).body).toBe('as it is')
  })

  it('promises no retry on behalf of a service behind the one that was called', async () => {
    class FullFilter extends Filter<HttpRequest, HttpAnswer> {
      override apply(): Promise<HttpAnswer> {
        throw new OverloadedException('All hands are busy.')
      }
    }
    await using far = await testApp({
      service: 'far',
      filters: [new FullFilter()],
    })
    const farCall = httpClient({ baseUrl: far.url, service: 'far' })
    await using near = await testApp({
      service: 'near',
      routes: app => app.get('/full', async () => (await farCall({ path: '/full' })).body),
    })
    const nearCall = httpClient({ baseUrl: near.url, service: 'near' })

    expect(await exceptionOf(farCall({ path: '/full' }))).toMatchObject({ retry: 'safe' })
    expect(await exceptionOf(nearCall({ path: '/full' }))).toMatchObject({
      className: 'OverloadedException',
      origin: { service: 'far' },
      retry: 'unknown',
    })
  })

  it("makes a remote's client exception our failure, if nobody catches it", async () => {
    await using front = await testApp({
      service: 'front',
      routes: app => app.get('/tour', async () => (await places({ path: '/unknown' })).body),
    })

    const answer = await fetch(`${front.url}/tour`)

    expect(answer.status).toBe(502)
    expect(await front.rows(1)).toMatchObject([
      {
        exception: 'BadGatewayException',
        category: 'dependency',
        causes: [{}, { exception: 'PlaceNotFoundException', service: 'places' }],
        calls: [{ operation: 'places: GET /unknown' }],
      },
    ])
  })
})

describe('httpClient, calling a service that does not speak of exceptions', () => {
  it.each([
    [400, 'BadClientRequestException', 'client'],
    [401, 'AuthenticationException', 'client'],
    [404, 'NotFoundException', 'client'],
    [409, 'ConflictException', 'client'],
    [418, 'BadClientRequestException', 'client'],
    [429, 'TooManyRequestsException', 'client'],
    [500, 'RemoteFailedException', 'dependency'],
    [503, 'RemoteUnavailableException', 'dependency'],
    [302, 'UnexpectedStatusException', 'dependency'],
  ])('takes %d for a %s', async (status, className, category) => {
    const exception = await exceptionOf(
      answering(new Response('<h1>Oh no</h1>', { status, headers: { 'retry-after': '7' } })),
    )

    expect(exception).toMatchObject({ className, category })
    expect(exception.retryAfterMs).toBe(status === 302 ? undefined : 7000)
    expect(atOurEdge(exception).category).toBe('dependency')
  })

  it('makes its client faults our failure at our edge', async () => {
    const call = chain(
      [new EdgeFilter<HttpCall, HttpResult>()],
      clientOf(async () => new Response(null, { status: 404 })),
    )

    const exception = await exceptionOf(call({ path: '/' }))

    expect(exception.className).toBe('BadGatewayException')
    expect(exception.cause).toBeInstanceOf(BadClientRequestException)
  })

  it('takes problem details of another kind for what the status says', async () => {
    const foreign = Response.json({ type: 'about:blank', title: 'Not Found' }, { status: 404 })

    expect(await exceptionOf(answering(foreign))).toMatchObject({
      className: 'NotFoundException',
      origin: { service: 'maps' },
    })
  })

  it('takes a document about an exception of ours for a document', async () => {
    const document = { type: 'urn:evenkeel:places:GoneException', category: 'client' }

    expect((await answering(Response.json(document))).body).toEqual(document)
  })

  it('takes JSON that is none for a bad answer, and says what its status was', async () => {
    const broken = new Response('{', { headers: { 'content-type': 'application/json' } })

    expect(await exceptionOf(answering(broken))).toMatchObject({
      className: 'MalformedAnswerException',
      data: { status: 200 },
    })
  })
})

describe('httpClient, when no answer comes', () => {
  it.each([
    ['ECONNREFUSED', 'ConnectionRefusedException', 'safe'],
    ['ENOTFOUND', 'HostNotFoundException', 'safe'],
    ['EAI_AGAIN', 'HostNotFoundException', 'safe'],
    ['EHOSTUNREACH', 'HostUnreachableException', 'safe'],
    ['UND_ERR_CONNECT_TIMEOUT', 'HostUnreachableException', 'safe'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TlsFailedException', 'safe'],
    ['ECONNRESET', 'ConnectionLostException', 'unknown'],
    ['UND_ERR_SOCKET', 'ConnectionLostException', 'unknown'],
    ['E_NEVER_HEARD_OF', 'CallFailedException', 'unknown'],
    [undefined, 'CallFailedException', 'unknown'],
  ])('takes %s for a %s, to be repeated: %s', async (code, className, retry) => {
    const cause = Object.assign(new Error('low down'), code === undefined ? {} : { code })
    const call = clientOf(() => Promise.reject(new TypeError('fetch failed', { cause })))

    const exception = await exceptionOf(call({ path: '/' }))

    expect(exception).toMatchObject({
      className,
      retry,
      category: 'dependency',
      data: { service: 'maps', operation: 'GET /' },
    })
  })

  it('says that nobody listens', async () => {
    const url = await peer(
      () => {},
      async listening => listening,
    )

    expect(await exceptionOf(httpClient({ baseUrl: url, service: 'maps' })({ path: '/' }))).toMatchObject({
      className: 'ConnectionRefusedException',
    })
  })

  it.each([
    ['before', (socket: Socket) => socket.resetAndDestroy()],
    [
      'in the middle of',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'),
    ],
  ])('says that the connection broke %s the answer', async (_, misbehave) => {
    await peer(
      socket => socket.once('data', () => misbehave(socket)),
      async url => {
        expect(await exceptionOf(httpClient({ baseUrl: url, service: 'maps' })({ path: '/' }))).toMatchObject(
          { className: 'ConnectionLostException' },
        )
      },
    )
  })

  it.each([
    ['an answer that is none of HTTP', '220 mail.example ESMTP\r\n', 'NotHttpException'],
    [
      'damaged compression',
      'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello',
      'MalformedAnswerException',
    ],
    [
      'more than it reads',
      `HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n${'x'.repeat(2000)}`,
      'AnswerTooLargeException',
    ],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 'AnswerTooLargeException'],
  ])('says that there was %s', async (_, answer, className) => {
    await peer(
      socket => socket.once('data', () => socket.end(answer)),
      async url => {
        const call = httpClient({ baseUrl: url, service: 'maps', answerBytesMax: 1000 })

        expect(await exceptionOf(call({ path: '/' }))).toMatchObject({ className, category: 'dependency' })
      },
    )
  })

  it('says that there was no encryption to be had', async () => {
    await peer(
      socket => socket.end('what?'),
      async url => {
        const call = httpClient({ baseUrl: url.replace('http:', 'https:'), service: 'maps' })

        expect(await exceptionOf(call({ path: '/' }))).toMatchObject({ className: 'TlsFailedException' })
      },
    )
  })

  it.each([
    ['before', ''],
    ['in the middle of', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
  ])('gives up when the time is over %s the answer', async (_, sent) => {
    await peer(
      socket => socket.once('data', () => socket.write(sent)),
      async url => {
        const exception = await exceptionOf(
          httpClient({ baseUrl: url, service: 'maps', timeoutMs: 30 })({ path: '/' }),
        )

        expect(exception).toMatchObject({
          className: 'CallTimedOutException',
          retry: 'unknown',
          data: { timeoutMs: 30 },
        })
      },
    )
  })

  it('gives up at the deadline of its transaction', async () => {
    const tx = new Transaction({ kind: 'request', operation: 'GET /', deadlineMs: 1_000_020 })
    const call = clientOf(never, { now: () => 1_000_000 })

    const exception = await runInTx(tx, () => exceptionOf(call({ path: '/' })))

    expect(exception).toMatchObject({ className: 'CallTimedOutException', data: { timeoutMs: 20 } })
  })

  it('sends nothing once the deadline has passed', async () => {
    const tx = new Transaction({ kind: 'request', operation: 'GET /', deadlineMs: 1_000_000 })
    let sent = 0
    const call = clientOf(async () => new Response(String(sent++)), { now: () => 1_000_000 })

    const exception = await runInTx(tx, () => exceptionOf(call({ path: '/' })))

    expect(exception).toMatchObject({ className: 'DeadlinePassedException', retry: 'safe' })
    expect(sent).toBe(0)
  })

  it.each([true, false])(
    'gives up when the code that calls has lost interest (at once: %s)',
    async isAtOnce => {
      const interest = new AbortController()
      const reason = new Error('found it elsewhere')
      if (isAtOnce) interest.abort(reason)
      const call = clientOf(never)({ path: '/', signal: interest.signal })
      interest.abort(reason)

      expect(await exceptionOf(call)).toMatchObject({ className: 'CallAbortedException', cause: reason })
    },
  )

  it('gives up when nobody waits for the transaction any more', async () => {
    const left = new AbortController()
    const tx = new Transaction({ kind: 'request', operation: 'GET /', signal: left.signal })
    const reason = new Error('the client is gone')

    const exception = runInTx(tx, () => exceptionOf(clientOf(never)({ path: '/' })))
    left.abort(reason)

    expect(await exception).toMatchObject({ className: 'CallAbortedException', cause: reason })
  })

  it('takes a call that can not be made for a bug, not for a failure of the service', async () => {
    const call = clientOf(never)

    expect(await exceptionOf(call({ path: '/', headers: { 'bad name': '' } }))).toMatchObject({
      category: 'internal',
    })
  })

  it('refuses a base URL that is none', () => {
    expect(() => httpClient({ baseUrl: 'places', service: 'places' })).toThrow(
      'The base URL of places is "places"',
    )
  })
})

type Fetch = NonNullable<HttpClientOptions['fetch']>

function clientOf(fetch: Fetch, options: Partial<HttpClientOptions> = {}): HttpClient {
  return httpClient({ baseUrl: 'http://maps.invalid/v1/', service: 'maps', fetch, ...options })
}

function answering(answer: Response): Promise<HttpResult> {
  return clientOf(async () => answer)({ path: '/' })
}

/** A network on which nothing ever arrives. */
const never: Fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    const { signal } = init ?? {}
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason))
  })

/** A server that does with its connections what it wants, for as long as `work` takes. */
async function peer<T>(connected: (socket: Socket) => void, work: (url: string) => Promise<T>): Promise<T> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => {}))
    connected(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
}
