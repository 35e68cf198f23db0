import { once } from 'node:events'
import { request } from 'node:http'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ConflictException,
  NotFoundException,
  QuotaExceededException,
  ServiceUnavailableException,
  statusTable,
} from '../exceptions/index.ts'
import type { Problem } from '../http/problem.ts'
import { read } from '../http/server-harness.ts'
import { memoryStats } from '../stats/memory-stats.ts'
import { memoryTxLog } from '../tx-log/memory/memory-tx-log.ts'
import type { TxRow } from '../tx-log/tx-log.ts'
import { mountEvenkeel } from './mount-evenkeel.ts'
import { type TestApp, testApp } from './test-app.ts'

class ServerNotFoundException extends NotFoundException {}
class StoreDownException extends ServiceUnavailableException {}

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
  app.get('/bug', async () => {
    throw new TypeError('secret of the house')
  })
  app.get('/hook', { preHandler: async () => Promise.reject(undefined) }, async () => 'never')
  app.get('/files/*', async (_, reply) => reply.callNotFound())
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

  const own: [string, () => RequestInit & { path: string }, exception: string, status: number][] = [
    ['an undefined thrown by a hook', () => ({ path: '/hook' }), 'InternalException', 500],
    ['an answer that is no text', () => ({ path: '/number' }), 'ResponseNotSerializableException', 500],
  ]
  const common: typeof own = [
    ['a wrong method', () => ({ path: '/ok/7', method: 'DELETE' }), 'MethodNotAllowedException', 405],
    ['a route that has nothing there', () => ({ path: '/files/none' }), 'RouteNotFoundException', 404],
    [
      'malformed JSON',
      () => ({ path: '/echo', method: 'POST', ...json('{"a":') }),
      'MalformedJsonException',
      400,
    ],
    [
      'a body that is too large',
      () => ({ path: '/echo', method: 'POST', ...json(JSON.stringify('x'.repeat(200))) }),
      'PayloadTooLargeException',
      413,
    ],
    ['a path that can not be decoded', () => ({ path: '/ok/%zz' }), 'MalformedUrlException', 400],
    ['an overlong parameter', () => ({ path: `/ok/${'x'.repeat(101)}` }), 'ParameterTooLongException', 414],
    ['a client exception', () => ({ path: '/client' }), 'ServerNotFoundException', 404],
    ['a bug', () => ({ path: '/bug' }), 'InternalException', 500],
  ]

  it.each(own)('answers, counts and logs %s once', async (_, build, exception, status) => {
    const { path, ...init } = build()

    const answer = await fetch(`${server.url}${path}`, init)

    expect(answer.status).toBe(status)
    expect(await outcome()).toMatchObject({ exception, status })
    expect(server.problems).toEqual([])
  })

  it.each([...own, ...common])(
    'answers %s through inject, which has no connection',
    async (_, build, exception, status) => {
      const { path, method = 'GET', headers, body } = build()

      const answer = await server.app.inject({
        url: path,
        method: method as 'GET',
        headers: { ...(headers as object) },
        payload: body as string,
      })

      expect(answer.statusCode).toBe(status)
      expect(await server.rows(1)).toMatchObject([{ exception, status, id: answer.headers['evenkeel-tx'] }])
    },
  )

  it('names each field that violates a schema', async () => {
    const answer = await fetch(`${server.url}/checked`, {
      method: 'POST',
      ...json('{"name":"a","sizes":[1,"x"]}'),
    })

    expect(await answer.json()).toMatchObject({ data: { fields: { 'sizes[1]': 'must be integer.' } } })
  })

  it('gives the transaction of a bug as incident', async () => {
    const answer = await fetch(`${server.url}/bug`)

    const { detail, txId } = await problemOf(answer)
    expect(detail).toBe(`Something went wrong on our side. Incident ${txId}.`)
    expect((await server.rows(1))[0]?.causes[0]?.message).toContain('secret of the house')
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

describe('an answer that takes its time', () => {
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
