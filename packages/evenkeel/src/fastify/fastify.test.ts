import { once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ConflictException,
  NotFoundException,
  OverloadedException,
  QuotaExceededException,
  ServiceUnavailableException,
  statusTable,
  ValidDiscardingRequestException,
} from '../exceptions/index.ts'
import { currentTx, Filter, newTxId, type Service } from '../filters/index.ts'
import type { HttpAnswer, HttpRequest } from '../http/http-message.ts'
import type { Problem } from '../http/problem.ts'
import { memoryStats } from '../stats/memory-stats.ts'
import { memoryTxLog } from '../tx-log/memory/memory-tx-log.ts'
import type { TxRow } from '../tx-log/tx-log.ts'
import { mountEvenkeel } from './mount-evenkeel.ts'
import { read, type TestApp, type TestAppOptions, testApp } from './test-app.ts'

class ServerNotFoundException extends NotFoundException {}
class StoreDownException extends ServiceUnavailableException {}
class DuplicateException extends ValidDiscardingRequestException {}

const small = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string' }, sizes: { type: 'array', items: { type: 'integer' } } },
}

function routes(app: FastifyInstance): void {
  app.get('/ok/:id', async () => ({ answer: 42 }))
  app.post('/echo', async ({ body }) => ({ body: body ?? null }))
  app.post('/checked', { schema: { body: small } }, async () => 'fine')
  app.get('/client', async () => {
    throw new ServerNotFoundException('No server 7 here.')
  })
  app.get('/discard', async () => {
    throw new DuplicateException('You have asked for this before.')
  })
  app.get('/dependency', async () => {
    throw new StoreDownException('store-3.internal refuses connections', { retryAfterMs: 1200 })
  })
  app.get('/bug', async () => {
    throw new TypeError('secret of the house')
  })
  app.get('/sync', () => {
    throw new TypeError('secret of the house')
  })
  app.get('/string', async () => {
    throw 'secret of the house'
  })
  app.get('/undefined', async () => {
    throw undefined
  })
  app.get('/undefined-sync', () => {
    throw undefined
  })
  app.get('/hook', { preHandler: async () => Promise.reject(undefined) }, async () => 'never')
  app.get('/cyclic', async () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    return cyclic
  })
  app.get('/number', async (_, reply) => reply.type('text/plain').send(7))
}

describe('mountEvenkeel', () => {
  let server: TestApp

  beforeEach(async () => {
    server = await testApp({ routes, fastify: { bodyLimit: 100 } })
  })
  afterEach(() => server[Symbol.asyncDispose]())

  /** The one row that a request leaves, beside the one count that agrees with it. */
  async function outcome(): Promise<{
    operation: string
    exception: string | undefined
    category: string | undefined
    status: number
  }> {
    const [row, ...more] = await server.rows(1)
    expect(more).toEqual([])
    const { operation, exception, category, status } = row as TxRow
    expect(server.counted()).toMatchObject([
      { kind: 'request', operation, exception, category, status, count: 1 },
    ])
    return { operation, exception, category, status }
  }

  it('puts the fixed filters where they belong', () => {
    expect(server.chain).toBe('HttpCatchAllFilter → StatsFilter → TxLoggingFilter → EdgeFilter → Fastify')
  })

  it('counts a success by its route', async () => {
    const answer = await fetch(`${server.url}/ok/7?page=2`)

    expect(await answer.json()).toEqual({ answer: 42 })
    expect(await outcome()).toEqual({
      operation: 'GET /ok/:id',
      exception: undefined,
      category: undefined,
      status: 200,
    })
  })

  it('names the transaction on a success, and takes the caller for its parent', async () => {
    const parentId = newTxId()

    const answer = await fetch(`${server.url}/ok/7`, { headers: { 'evenkeel-tx': parentId } })

    const [row] = await server.rows(1)
    expect(answer.headers.get('evenkeel-tx')).toBe(row?.id)
    expect(row?.parentId).toBe(parentId)
  })

  it('takes nobody for its parent whose id can not be one', async () => {
    await fetch(`${server.url}/ok/7`, { headers: { 'evenkeel-tx': 'DROP TABLE' } })

    const [row] = await server.rows(1)
    expect(row?.parentId).toBeUndefined()
  })

  const endings: [
    string,
    () => RequestInit & { path: string },
    { operation: string; exception: string; category: string; status: number },
  ][] = [
    [
      'an unknown route',
      () => ({ path: '/nowhere?token=secret' }),
      { operation: 'GET (no route)', exception: 'RouteNotFoundException', category: 'client', status: 404 },
    ],
    [
      'an unknown route, before its malformed body',
      () => ({ path: '/nowhere', method: 'POST', ...json('{') }),
      { operation: 'POST (no route)', exception: 'RouteNotFoundException', category: 'client', status: 404 },
    ],
    [
      'a wrong method',
      () => ({ path: '/ok/7', method: 'DELETE' }),
      {
        operation: 'DELETE (no route)',
        exception: 'MethodNotAllowedException',
        category: 'client',
        status: 405,
      },
    ],
    [
      'malformed JSON',
      () => ({ path: '/echo', method: 'POST', ...json('{"a":') }),
      { operation: 'POST /echo', exception: 'MalformedJsonException', category: 'client', status: 400 },
    ],
    [
      'JSON with a poisoned prototype',
      () => ({ path: '/echo', method: 'POST', ...json('{"__proto__":{}}') }),
      { operation: 'POST /echo', exception: 'MalformedJsonException', category: 'client', status: 400 },
    ],
    [
      'an empty JSON body',
      () => ({ path: '/echo', method: 'POST', ...json('') }),
      { operation: 'POST /echo', exception: 'EmptyBodyException', category: 'client', status: 400 },
    ],
    [
      'a body that is too large',
      () => ({ path: '/echo', method: 'POST', ...json(JSON.stringify('x'.repeat(200))) }),
      { operation: 'POST /echo', exception: 'PayloadTooLargeException', category: 'client', status: 413 },
    ],
    [
      'a media type that nobody reads',
      () => ({ path: '/echo', method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a' }),
      {
        operation: 'POST /echo',
        exception: 'UnsupportedMediaTypeException',
        category: 'client',
        status: 415,
      },
    ],
    [
      'a media type that is none',
      () => ({ path: '/echo', method: 'POST', headers: { 'content-type': ';;' }, body: 'a' }),
      {
        operation: 'POST /echo',
        exception: 'UnsupportedMediaTypeException',
        category: 'client',
        status: 415,
      },
    ],
    [
      'a violated schema',
      () => ({ path: '/checked', method: 'POST', ...json('{}') }),
      { operation: 'POST /checked', exception: 'ValidationException', category: 'client', status: 400 },
    ],
    [
      'a path that can not be decoded',
      () => ({ path: '/ok/%zz' }),
      { operation: 'GET (no route)', exception: 'MalformedUrlException', category: 'client', status: 400 },
    ],
    [
      'an overlong parameter',
      () => ({ path: `/ok/${'x'.repeat(101)}` }),
      {
        operation: 'GET (no route)',
        exception: 'ParameterTooLongException',
        category: 'client',
        status: 414,
      },
    ],
    [
      'a client exception',
      () => ({ path: '/client' }),
      { operation: 'GET /client', exception: 'ServerNotFoundException', category: 'client', status: 404 },
    ],
    [
      'a discard',
      () => ({ path: '/discard' }),
      { operation: 'GET /discard', exception: 'DuplicateException', category: 'discard', status: 200 },
    ],
    [
      'a dependency exception',
      () => ({ path: '/dependency' }),
      { operation: 'GET /dependency', exception: 'StoreDownException', category: 'dependency', status: 503 },
    ],
    [
      'a bug',
      () => ({ path: '/bug' }),
      { operation: 'GET /bug', exception: 'InternalException', category: 'internal', status: 500 },
    ],
    [
      'a bug thrown at once',
      () => ({ path: '/sync' }),
      { operation: 'GET /sync', exception: 'InternalException', category: 'internal', status: 500 },
    ],
    [
      'a thrown string',
      () => ({ path: '/string' }),
      { operation: 'GET /string', exception: 'InternalException', category: 'internal', status: 500 },
    ],
    [
      'a thrown undefined',
      () => ({ path: '/undefined' }),
      { operation: 'GET /undefined', exception: 'InternalException', category: 'internal', status: 500 },
    ],
    [
      'an undefined thrown at once',
      () => ({ path: '/undefined-sync' }),
      { operation: 'GET /undefined-sync', exception: 'InternalException', category: 'internal', status: 500 },
    ],
    [
      'an undefined thrown by a hook',
      () => ({ path: '/hook' }),
      { operation: 'GET /hook', exception: 'InternalException', category: 'internal', status: 500 },
    ],
    [
      'an answer that JSON can not carry',
      () => ({ path: '/cyclic' }),
      {
        operation: 'GET /cyclic',
        exception: 'ResponseNotSerializableException',
        category: 'internal',
        status: 500,
      },
    ],
    [
      'an answer that is no text',
      () => ({ path: '/number' }),
      {
        operation: 'GET /number',
        exception: 'ResponseNotSerializableException',
        category: 'internal',
        status: 500,
      },
    ],
  ]

  it.each(endings)('answers, counts and logs %s once', async (_, build, expected) => {
    const { path, ...init } = build()

    const answer = await fetch(`${server.url}${path}`, init)

    const problem = await problemOf(answer)
    expect(answer.status).toBe(expected.status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('evenkeel-exception')).toBe(expected.exception)
    expect(answer.headers.get('evenkeel-category')).toBe(expected.category)
    expect(problem).toMatchObject({
      type: `urn:evenkeel:test:${expected.exception}`,
      status: expected.status,
      category: expected.category,
    })
    expect(await outcome()).toEqual(expected)
    expect((await server.rows(1))[0]?.id).toBe(problem.txId)
    expect(answer.headers.get('evenkeel-tx')).toBe(problem.txId)
    expect(JSON.stringify(problem)).not.toContain('secret')
    expect(server.problems).toEqual([])
  })

  it('answers the same through inject, which has no connection', async () => {
    for (const [name, build, expected] of endings) {
      await using injected = await testApp({ routes, fastify: { bodyLimit: 100 } })
      const { path, method = 'GET', headers, body } = build()

      const answer = await injected.app.inject({
        url: path,
        method: method as 'GET',
        headers: { ...(headers as object) },
        payload: body as string,
      })

      expect([name, answer.statusCode]).toEqual([name, expected.status])
      expect(await injected.rows(1)).toMatchObject([{ ...expected, id: answer.headers['evenkeel-tx'] }])
    }
  })

  it('says which methods a path takes', async () => {
    const answer = await fetch(`${server.url}/ok/7`, { method: 'DELETE' })

    expect(answer.headers.get('allow')).toBe('GET, HEAD')
  })

  it('says when to come back, in whole seconds', async () => {
    const answer = await fetch(`${server.url}/dependency`)

    expect(answer.headers.get('retry-after')).toBe('2')
    expect(await answer.json()).toMatchObject({ retryAfterMs: 1200, retry: 'unknown' })
  })

  it('names each field that violates a schema', async () => {
    const answer = await fetch(`${server.url}/checked`, {
      method: 'POST',
      ...json('{"name":"a","sizes":[1,"x"]}'),
    })

    expect(await answer.json()).toMatchObject({ data: { fields: { 'sizes[1]': 'must be integer.' } } })
  })

  it('says where JSON is wrong without quoting it', async () => {
    const answer = await fetch(`${server.url}/echo`, { method: 'POST', ...json('{"password":"hunter2"\n;}') })

    const { detail } = await problemOf(answer)
    expect(detail).toBe('The body is not valid JSON: look at line 2, column 1.')
  })

  it('gives the transaction of a bug as incident', async () => {
    const answer = await fetch(`${server.url}/bug`)

    const { detail, txId } = await problemOf(answer)
    expect(detail).toBe(`Something went wrong on our side. Incident ${txId}.`)
    expect((await server.rows(1))[0]?.causes[0]?.message).toContain('secret of the house')
  })

  it('counts a request that a connection brings after another one by itself', async () => {
    const answers = await server.speak(
      'GET /ok/1 HTTP/1.1\r\nhost: a\r\n\r\nGET /client HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    )

    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404'])
    expect((await server.rows(2)).map(row => row.operation).sort()).toEqual(['GET /client', 'GET /ok/:id'])
  })
})

describe('a mounted chain', () => {
  it('accepts an empty JSON body where the application does', async () => {
    await using server = await testApp({ routes, emptyJsonBody: 'accept' })

    const answer = await fetch(`${server.url}/echo`, { method: 'POST', ...json('') })

    expect(await answer.json()).toEqual({ body: null })
  })

  it('counts with the status that the service maps, and answers with it', async () => {
    await using server = await testApp({
      statusOf: statusTable([[QuotaExceededException, 400]]),
      routes: app =>
        app.get('/', async () => Promise.reject(new QuotaExceededException('Three servers at most.'))),
    })

    const answer = await fetch(server.url)

    expect(answer.status).toBe(400)
    expect(await server.rows(1)).toMatchObject([{ status: 400, exception: 'QuotaExceededException' }])
  })

  it('presents exceptions as the service wants', async () => {
    await using server = await testApp({
      routes,
      present: (_, { detail, accepts }) =>
        accepts('application/problem+json')
          ? undefined
          : { contentType: 'application/json', body: JSON.stringify({ detail }) },
    })

    const flat = await fetch(`${server.url}/client`)
    const full = await fetch(`${server.url}/client`, { headers: { accept: 'application/problem+json' } })

    expect(await flat.json()).toEqual({ detail: 'No server 7 here.' })
    expect(await full.json()).toMatchObject({ title: 'ServerNotFoundException' })
  })

  it('lets the hooks of the application see error answers', async () => {
    await using server = await testApp({
      routes: app => {
        routes(app)
        app.addHook('onSend', async (_, reply) => void reply.header('access-control-allow-origin', '*'))
      },
    })

    const answer = await fetch(`${server.url}/nowhere`)

    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('evenkeel-exception')).toBe('RouteNotFoundException')
  })

  it('survives a hook that fails at the error answer too, and leaks nothing', async () => {
    await using server = await testApp({
      routes: app => {
        app.addHook('onSend', async () => Promise.reject(new Error('secret of the house')))
        routes(app)
      },
    })

    for (const path of ['/ok/7', '/nowhere']) {
      const answer = await fetch(`${server.url}${path}`)

      expect(answer.headers.get('evenkeel-tx')).toMatch(/^0/)
      expect(await answer.json()).toMatchObject({ category: path === '/ok/7' ? 'internal' : 'client' })
    }
    expect((await server.rows(2)).map(row => row.exception)).toEqual([
      'InternalException',
      'RouteNotFoundException',
    ])
    expect(server.problems.map(problem => problem.message)).toEqual([
      'Error: secret of the house',
      'Error: secret of the house',
    ])
  })

  it('survives a header that can not be written', async () => {
    await using server = await testApp({
      routes: app => app.get('/', async (_, reply) => reply.header('x', 'ä\nö').send('fine')),
    })

    const answer = await fetch(server.url)

    expect(answer.status).toBe(500)
    expect(await server.rows(1)).toMatchObject([{ exception: 'InternalException', status: 500 }])
  })

  it('runs handlers in the transaction, which they may name after who asks', async () => {
    await using server = await testApp({
      routes: app =>
        app.get('/me', async () => {
          await new Promise(setImmediate)
          currentTx().principal = 'user:anna'
          currentTx().resource = 'server:7'
          return currentTx().id
        }),
    })

    const id = await (await fetch(`${server.url}/me`)).text()

    expect(await server.rows(1)).toMatchObject([
      { id, principal: 'user:anna', resource: 'server:7', operation: 'GET /me' },
    ])
  })

  it('counts what a hook refuses under the route', async () => {
    await using server = await testApp({
      routes: app => {
        app.addHook('onRequest', async () => Promise.reject(new ConflictException('Not today.')))
        routes(app)
      },
    })

    await fetch(`${server.url}/ok/7`)

    expect(await server.rows(1)).toMatchObject([
      { operation: 'GET /ok/:id', exception: 'ConflictException', status: 409 },
    ])
  })

  it('does not take an error of another module for the fault of our client', async () => {
    await using server = await testApp({
      routes: app =>
        app.get('/', async () =>
          Promise.reject(Object.assign(new Error('Not Found'), { statusCode: 404, code: 'ERR_REMOTE' })),
        ),
    })

    expect((await fetch(server.url)).status).toBe(500)
  })

  it('is reported a bug once, with its transaction', async () => {
    const reported: string[] = []
    await using server = await testApp({
      routes,
      report: (exception, tx) => void reported.push(`${tx.operation}: ${exception.message}`),
    })

    await fetch(`${server.url}/bug`)
    await fetch(`${server.url}/client`)

    expect(reported).toEqual(['GET /bug: TypeError: secret of the house'])
  })

  it('keeps of a request what the application marks', async () => {
    await using server = await testApp({
      routes,
      fieldsOf: ({ method, url }, { kind }) => ({ asked: `${method} ${url}`, kind }),
    })

    await fetch(`${server.url}/ok/7`)

    expect(await server.rows(1)).toMatchObject([{ fields: { asked: 'GET /ok/7', kind: 'answered' } }])
  })
})

describe('an app', () => {
  it('takes one chain only', async () => {
    await using server = await testApp()

    expect(() =>
      mountEvenkeel(server.app, { service: 'test', stats: memoryStats(), log: memoryTxLog() }),
    ).toThrow('A chain is mounted into this app already.')
  })

  it('that was created without the options counts what it answers past the chain as our failure', async () => {
    await using app = Fastify()
    const stats = memoryStats()
    mountEvenkeel(app, { service: 'test', stats, log: memoryTxLog() })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })

    const closed = new Promise(resolve => {
      app.server.on('request', (_, response) => response.on('close', () => setImmediate(resolve)))
    })

    await fetch(`${url}/%zz`)
    await closed

    expect(stats.totals()).toMatchObject([{ exception: 'UnseenAnswerException', category: 'internal' }])
  })
})

describe('a filter of the application', () => {
  async function served(
    filter: Filter<HttpRequest, HttpAnswer>,
    more: TestAppOptions = {},
  ): Promise<TestApp> {
    return testApp({ routes, filters: [filter], ...more })
  }

  it('may refuse before the framework sees the request', async () => {
    await using server = await served(
      new (class ShedFilter extends Filter<HttpRequest, HttpAnswer> {
        override async apply(): Promise<HttpAnswer> {
          throw new OverloadedException('Too much to do.', { retryAfterMs: 1000 })
        }
      })(),
    )

    const answer = await fetch(`${server.url}/ok/7`)

    expect(server.chain).toBe(
      'HttpCatchAllFilter → StatsFilter → TxLoggingFilter → ShedFilter → EdgeFilter → Fastify',
    )
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await server.rows(1)).toMatchObject([
      { exception: 'OverloadedException', operation: 'GET (no route)' },
    ])
  })

  it('may answer instead of the framework', async () => {
    await using server = await served(
      new (class extends Filter<HttpRequest, HttpAnswer> {
        override async apply(): Promise<HttpAnswer> {
          return { status: 418, headers: { 'content-type': 'text/plain' }, body: 'short and stout' }
        }
      })(),
    )

    const answer = await fetch(`${server.url}/ok/7`)

    expect([answer.status, await answer.text()]).toEqual([418, 'short and stout'])
    expect(answer.headers.get('evenkeel-tx')).toBe((await server.rows(1))[0]?.id)
  })

  it('may answer for an exception', async () => {
    await using server = await served(
      new (class extends Filter<HttpRequest, HttpAnswer> {
        override async apply(
          request: HttpRequest,
          next: Service<HttpRequest, HttpAnswer>,
        ): Promise<HttpAnswer> {
          return next(request).catch(() => ({ status: 200, headers: {}, body: 'as if nothing had happened' }))
        }
      })(),
    )

    const answer = await fetch(`${server.url}/bug`)

    expect([answer.status, await answer.text()]).toEqual([200, 'as if nothing had happened'])
    expect(await server.rows(1)).toMatchObject([{ exception: undefined, status: 200 }])
  })

  it('may give up on a handler, which learns of it', async () => {
    let learned: Promise<unknown> | undefined
    await using server = await served(
      new (class extends Filter<HttpRequest, HttpAnswer> {
        override apply(request: HttpRequest, next: Service<HttpRequest, HttpAnswer>): Promise<HttpAnswer> {
          return Promise.race([next(request), Promise.reject(new OverloadedException('Enough.'))])
        }
      })(),
      {
        routes: app =>
          app.get('/slow', async () => {
            learned = once(currentTx().signal, 'abort')
            await learned
            return 'too late'
          }),
      },
    )

    const answer = await fetch(`${server.url}/slow`)
    await learned

    expect(answer.status).toBe(503)
    expect(await server.rows(1)).toMatchObject([{ exception: 'OverloadedException', operation: 'GET /slow' }])
  })

  it('can not hand the same request on twice', async () => {
    await using server = await served(
      new (class extends Filter<HttpRequest, HttpAnswer> {
        override async apply(
          request: HttpRequest,
          next: Service<HttpRequest, HttpAnswer>,
        ): Promise<HttpAnswer> {
          await next(request).catch(() => {})
          return next(request)
        }
      })(),
    )

    await fetch(`${server.url}/client`)

    expect(await server.rows(1)).toMatchObject([{ exception: 'HandledTwiceException' }])
  })
})

describe('an answer that takes its time', () => {
  it('is counted as a disconnect when the client leaves before it, and its transaction is aborted', async () => {
    let aborted: Promise<unknown> | undefined
    const started = Promise.withResolvers<void>()
    await using server = await testApp({
      routes: app =>
        app.get('/slow', async () => {
          const { signal } = currentTx()
          aborted = once(signal, 'abort').then(() => signal.reason)
          started.resolve()
          await aborted
          throw signal.reason
        }),
    })
    const socket = await server.connect()
    socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n')
    await started.promise

    socket.destroy()

    expect(await server.rows(1)).toMatchObject([
      { exception: 'ClientDisconnectedException', category: 'client', status: 499, operation: 'GET /slow' },
    ])
    expect(await aborted).toMatchObject({ className: 'ClientDisconnectedException' })
    expect(server.problems).toEqual([])
  })

  it('is counted as a disconnect when the connection is reset', async () => {
    const started = Promise.withResolvers<void>()
    await using server = await testApp({
      routes: app =>
        app.get('/slow', async () => {
          started.resolve()
          await new Promise(() => {})
        }),
    })
    const socket = await server.connect()
    socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n')
    await started.promise

    socket.resetAndDestroy()

    expect(await server.rows(1)).toMatchObject([{ exception: 'ClientDisconnectedException', status: 499 }])
  })

  it('reports a bug of a handler whose client is gone', async () => {
    const started = Promise.withResolvers<void>()
    const fail = Promise.withResolvers<never>()
    await using server = await testApp({
      routes: app =>
        app.get('/slow', async () => {
          started.resolve()
          return fail.promise
        }),
    })
    const socket = await server.connect()
    socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n')
    await started.promise
    socket.destroy()
    await server.rows(1)

    fail.reject(new TypeError('late bug'))
    await new Promise(setImmediate)

    expect(server.problems.map(problem => problem.message)).toEqual(['TypeError: late bug'])
    expect(await server.rows(1)).toHaveLength(1)
  })

  it('is counted when a stream has been written', async () => {
    await using server = await testApp({
      routes: app =>
        app.get('/stream', async (_, reply) => reply.type('text/plain').send(Readable.from(['a', 'b']))),
    })

    expect(await (await fetch(`${server.url}/stream`)).text()).toBe('ab')
    expect(await server.rows(1)).toMatchObject([{ exception: undefined, status: 200 }])
  })

  it('is cut, and counted, when its stream breaks', async () => {
    await using server = await testApp({
      routes: app =>
        app.get('/stream', async (_, reply) =>
          reply.type('text/plain').send(
            Readable.from(
              (async function* () {
                yield 'half'
                await new Promise(setImmediate)
                throw new TypeError('secret of the house')
              })(),
            ),
          ),
        ),
    })

    const answer = await fetch(`${server.url}/stream`)

    await expect(answer.text()).rejects.toThrow()
    const [row] = await server.rows(1)
    expect(row).toMatchObject({
      exception: 'ResponseInterruptedException',
      category: 'internal',
      status: 500,
    })
    expect(row?.causes.map(cause => cause.message).join()).toContain('secret of the house')
  })

  it('is cut, and counted, when a web stream breaks', async () => {
    await using server = await testApp({
      routes: app =>
        app.get('/stream', async (_, reply) => {
          let pulls = 0
          const stream = new ReadableStream({
            async pull(controller) {
              await new Promise(setImmediate)
              if (pulls++ === 0) controller.enqueue(new TextEncoder().encode('half'))
              else controller.error(new StoreDownException('store-3 is gone'))
            },
          })
          return reply.type('text/plain').send(stream)
        }),
    })

    await expect(fetch(`${server.url}/stream`).then(answer => answer.text())).rejects.toThrow()
    expect(await server.rows(1)).toMatchObject([{ exception: 'StoreDownException', category: 'dependency' }])
  })

  it('is cut, and is our failure, when it takes longer than the route allows', async () => {
    await using server = await testApp({
      routes: app =>
        app.get('/slow', { handlerTimeout: 30 }, async (_, reply) => {
          reply.raw.write('half')
          await new Promise(() => {})
        }),
    })

    await expect(fetch(`${server.url}/slow`).then(answer => answer.text())).rejects.toThrow()
    expect(await server.rows(1)).toMatchObject([{ exception: 'ResponseInterruptedException' }])
  })

  it('is cut when a handler throws after it has begun to write', async () => {
    await using server = await testApp({
      routes: app =>
        app.get('/half', async (_, reply) => {
          reply.raw.write('half')
          throw new NotFoundException('Too late to say so.')
        }),
    })

    await expect(fetch(`${server.url}/half`).then(answer => answer.text())).rejects.toThrow()
    expect(await server.rows(1)).toMatchObject([
      { exception: 'ResponseInterruptedException', causes: [{}, { exception: 'NotFoundException' }] },
    ])
  })

  it('is a disconnect when the client leaves in the middle of a stream', async () => {
    await using server = await testApp({
      routes: app => app.get('/stream', async (_, reply) => reply.type('text/plain').send(endless())),
    })
    const socket = await server.connect()
    socket.write('GET /stream HTTP/1.1\r\nhost: a\r\n\r\n')
    await once(socket, 'data')

    socket.destroy()

    expect(await server.rows(1)).toMatchObject([{ exception: 'ClientDisconnectedException' }])
  })
})

describe('a hijacked answer', () => {
  it('is counted when it ends', async () => {
    await using server = await testApp({
      routes: app =>
        app.get('/events', (_, reply) => {
          reply.hijack()
          reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
          reply.raw.end('data: 1\n\n')
        }),
    })

    const answer = await fetch(`${server.url}/events`)

    expect(await answer.text()).toBe('data: 1\n\n')
    expect(answer.headers.get('evenkeel-tx')).toBe((await server.rows(1))[0]?.id)
    expect(await server.rows(1)).toMatchObject([
      { operation: 'GET /events', exception: undefined, status: 200 },
    ])
  })

  it('ends well when the client closes its event stream, and its transaction is over', async () => {
    const closed = Promise.withResolvers<void>()
    await using server = await testApp({
      routes: app =>
        app.get('/events', (_, reply) => {
          reply.hijack()
          reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
          reply.raw.write('data: 1\n\n')
          reply.raw.on('close', closed.resolve)
        }),
    })
    const asked = request(`${server.url}/events`).end()
    const [answer] = await once(asked, 'response')
    await once(answer, 'data')
    expect(server.counted()).toEqual([])

    asked.on('error', () => {}).destroy()
    await closed.promise

    expect(await server.rows(1)).toMatchObject([
      { operation: 'GET /events', exception: undefined, status: 200 },
    ])
  })

  it('is answered when its handler throws before it has written', async () => {
    await using server = await testApp({
      routes: app =>
        app.get('/events', async (_, reply) => {
          reply.hijack()
          throw new StoreDownException('No events today.')
        }),
    })

    expect((await fetch(`${server.url}/events`)).status).toBe(503)
    expect(await server.rows(1)).toMatchObject([{ exception: 'StoreDownException' }])
  })

  it('is cut when its handler throws after it has written', async () => {
    await using server = await testApp({
      routes: app =>
        app.get('/events', async (_, reply) => {
          reply.hijack()
          reply.raw.write('data: 1\n\n')
          await new Promise(setImmediate)
          throw new TypeError('secret of the house')
        }),
    })

    await expect(fetch(`${server.url}/events`).then(answer => answer.text())).rejects.toThrow()
    expect(await server.rows(1)).toMatchObject([
      { exception: 'ResponseInterruptedException', category: 'internal' },
    ])
  })
})

describe('what the parser meets', () => {
  it('is a truncated body that its client hears of', async () => {
    await using server = await testApp({ routes })

    const answer = await server.speak(
      'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"a"',
    )

    expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*evenkeel-exception: TruncatedBodyException/i)
    expect(await server.rows(1)).toMatchObject([
      { operation: 'POST /echo', exception: 'TruncatedBodyException', category: 'client', status: 400 },
    ])
    expect(server.problems).toEqual([])
  })

  it('is a body whose chunks make no sense', async () => {
    await using server = await testApp({ routes })

    const answer = await server.speak(
      'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    )

    expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*evenkeel-exception: MalformedRequestException/i)
    expect(await server.rows(1)).toMatchObject([
      { operation: 'POST /echo', exception: 'MalformedRequestException' },
    ])
  })

  it('is a client that leaves in the middle of its body', async () => {
    await using server = await testApp({ routes })
    const socket = await server.connect()
    const seen = once(server.app.server, 'request')
    socket.write(
      'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"a"',
    )
    await seen

    socket.resetAndDestroy()

    expect(await server.rows(1)).toMatchObject([
      { operation: 'POST /echo', exception: 'ClientDisconnectedException', status: 499 },
    ])
    expect(server.problems).toEqual([])
  })

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'MalformedRequestException', '(unreadable)'],
    [
      'headers that end too early',
      'GET /ok/7 HTTP/1.1\r\nhos',
      400,
      'MalformedRequestException',
      '(unreadable)',
    ],
    [
      'headers that are too large',
      `GET /ok/7 HTTP/1.1\r\nhost: a\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'HeadersTooLargeException',
      '(unreadable)',
    ],
    [
      'a request without a host',
      'GET /ok/7 HTTP/1.1\r\nconnection: close\r\n\r\n',
      400,
      'MissingHostException',
      'GET (no route)',
    ],
    [
      'an unknown expectation',
      'GET /ok/7 HTTP/1.1\r\nhost: a\r\nexpect: miracles\r\nconnection: close\r\n\r\n',
      417,
      'ExpectationFailedException',
      'GET (no route)',
    ],
    [
      'a path that can not be decoded',
      'GET /%ff%fe HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
      400,
      'MalformedUrlException',
      'GET (no route)',
    ],
    [
      'a method that nobody takes',
      'PROPFIND /nowhere HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
      404,
      'RouteNotFoundException',
      'PROPFIND (no route)',
    ],
  ])('is %s', async (_, bytes, status, exception, operation) => {
    await using server = await testApp({ routes })

    const answer = await server.speak(bytes)

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer.toLowerCase()).toContain(`evenkeel-exception: ${exception.toLowerCase()}`)
    expect(await server.rows(1)).toMatchObject([{ exception, status, operation, category: 'client' }])
  })

  it('is a request that does not arrive in time', async () => {
    await using server = await testApp({ routes, fastify: impatient })
    const socket = await server.connect()
    socket.write(
      'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"a"',
    )

    expect(await read(socket)).toMatch(/^HTTP\/1.1 408 /)
    expect(await server.rows(1)).toMatchObject([
      { operation: 'POST /echo', exception: 'RequestTimeoutException', status: 408 },
    ])
  })

  it('is nothing at all on a connection that never says a word', async () => {
    await using server = await testApp({ routes, fastify: impatient })
    const socket = await server.connect()

    expect(await read(socket)).toBe('')
    expect(server.counted()).toEqual([])
  })
})

/** Node takes the smaller of the two times for the headers' and the larger one for the request's, whichever is which. */
const impatient = { requestTimeout: 50, http: { headersTimeout: 50, connectionsCheckingInterval: 20 } }

async function problemOf(answer: Response): Promise<Problem> {
  return (await answer.json()) as Problem
}

function json(body: string): RequestInit {
  return { headers: { 'content-type': 'application/json' }, body }
}

function endless(): Readable {
  return new Readable({
    read() {
      setImmediate(() => this.push('x'.repeat(1000)))
    },
  })
}
