import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import express, { type ErrorRequestHandler, type Express, type Response as ExpressResponse } from 'express'
import { describe, expect, it } from 'vitest'
import { readJson } from '../http/read-json.ts'
import { serverContract } from '../http/server.contract.ts'
import type { ServerOptions } from '../http/server-chain.ts'
import {
  type ContractAnswer,
  type ObservedServer,
  observedServer,
  type StartedServer,
} from '../http/server-harness.ts'
import { memoryStats } from '../stats/memory-stats.ts'
import { memoryTxLog } from '../tx-log/memory/memory-tx-log.ts'
import { mountEvenkeel } from './mount-evenkeel.ts'

serverContract('Express', {
  innermost: 'Express',
  lacks: { 'an overlong parameter': 'Express sets no bound to a parameter' },
  differs: {
    'an answer that JSON can not carry': {
      exception: 'InternalException',
      because: 'Express makes the JSON inside of the handler, so that it throws there',
    },
    ...Object.fromEntries(
      ['null', 'undefined'].map(nothing => [
        `${nothing}, thrown at once`,
        {
          exception: 'RouteNotFoundException',
          category: 'client',
          status: 404,
          because: 'Express takes it for next(), and nobody else answers',
        },
      ]),
    ),
  },
  async start(routes, options, patienceMs) {
    const app = express()
    for (const { method, path, schema, handle } of routes) {
      app[method === 'GET' ? 'get' : 'post'](path, (request, response) => {
        const answer = handle({
          params: request.params as Record<string, string>,
          json: () => readJson(request, { limitBytes: 100, ...(schema !== undefined && { schema }) }),
          bytes: () => request,
        })
        return Promise.resolve(answer).then(value => write(response, value))
      })
    }
    return started(app, options, patienceMs)
  },
})

async function write(response: ExpressResponse, answer: ContractAnswer): Promise<void> {
  if (answer instanceof Readable) await pipeline(answer, response.type('text'))
  else response.json(answer)
}

async function started(app: Express, options: ServerOptions, patienceMs?: number): Promise<StartedServer> {
  const impatience = {
    requestTimeout: patienceMs,
    headersTimeout: patienceMs,
    connectionsCheckingInterval: 20,
  }
  const server = patienceMs === undefined ? createServer(app) : createServer(impatience as object, app)
  const { chain } = mountEvenkeel(server, app, options)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    chain,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}

describe('an Express app', () => {
  function serve(routes: (app: Express) => void): Promise<ObservedServer> {
    const app = express()
    routes(app)
    return observedServer(options => started(app, options))
  }

  function httpError(status: number, message: string): Error {
    return Object.assign(new Error(message), { status, statusCode: status, expose: status < 500 })
  }

  it.each([
    ['malformed JSON', 'application/json', '{"password":"hunter2"\n;}', 'MalformedJsonException', 400],
    ['a large body', 'application/json', JSON.stringify('x'.repeat(200)), 'PayloadTooLargeException', 413],
    ['an unknown charset', 'application/json; charset=klingon', '{}', 'UnsupportedMediaTypeException', 415],
  ])('has exceptions for what its body parser refuses: %s', async (_, type, body, exception, status) => {
    await using server = await serve(app =>
      app
        .use(express.json({ limit: 100 }))
        .post('/echo', (request, response) => void response.json(request.body)),
    )

    const answer = await fetch(`${server.url}/echo`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })

    expect(answer.status).toBe(status)
    expect(await answer.text()).not.toContain('hunter2')
    expect(await server.rows(1)).toMatchObject([{ operation: 'POST /echo', exception, status }])
  })

  it.each([
    [404, 'NotFoundException', 'No such cat.'],
    [422, 'BadClientRequestWithStatusException', 'No such cat.'],
    [503, 'ServiceUnavailableException', 'A system behind this service did not do its part.'],
    [500, 'InternalException', 'Something went wrong on our side.'],
  ])('takes an error of http-errors with %i for %s', async (status, exception, detail) => {
    await using server = await serve(app =>
      app.get('/', () => {
        throw httpError(status, 'No such cat.')
      }),
    )

    const answer = await fetch(server.url)

    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(detail) })
    expect(await server.rows(1)).toMatchObject([{ exception, status }])
  })

  it('names transactions by the templates of routers inside of routers', async () => {
    await using server = await serve(app => {
      const servers = express.Router().get('/:id', (_, response) => void response.json(1))
      servers.post('/', () => {
        throw new TypeError('bug')
      })
      app.use('/projects/:project', express.Router().use('/servers', servers))
    })

    await fetch(`${server.url}/projects/p-1/servers/7`)
    await fetch(`${server.url}/projects/p-1/servers/`, { method: 'POST' })
    const refused = await fetch(`${server.url}/projects/p-1/servers/7`, { method: 'DELETE' })

    expect(refused.headers.get('allow')).toBe('GET, HEAD')
    expect((await server.rows(3)).map(row => row.operation)).toEqual([
      'GET /projects/:project/servers/:id',
      'POST /projects/:project/servers',
      'DELETE (no route)',
    ])
  })

  it('names transactions by the templates of apps inside of apps', async () => {
    const things = (path: string) => express().get(path, (_, response) => void response.json(1))
    const project = things('/').use(['/shelves/:shelf', '/boxes/:box'], things('/:thing'))
    await using server = await serve(app =>
      app
        .use('/projects/:project', express.Router().use(things('/flavors/:flavor')))
        .use('/projects/:project', project)
        .use(express.Router().use('/images/:image', things('/'))),
    )

    await fetch(`${server.url}/projects/p-1`)
    await fetch(`${server.url}/projects/p-1/boxes/b-1/7`)
    await fetch(`${server.url}/projects/p-1/flavors/7`)
    await fetch(`${server.url}/images/7`)

    expect((await server.rows(4)).map(row => row.operation)).toEqual([
      'GET /projects/:project',
      'GET /projects/:project/boxes/:box/:thing',
      'GET /projects/:project/flavors/:flavor',
      'GET /images/:image',
    ])
  })

  it('knows which methods an app takes that stands in a router', async () => {
    const volumes = express().get('/:volume', (_, response) => void response.json(1))
    await using server = await serve(app => app.use(express.Router().use('/volumes', volumes)))

    const refused = await fetch(`${server.url}/volumes/7`, { method: 'DELETE' })

    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('says * where an app is mounted at several places, of which Express remembers the last', async () => {
    const servers = express().get('/:id', (_, response) => void response.json(1))
    await using server = await serve(app => app.use('/projects/:project', servers).use('/all', servers))

    await fetch(`${server.url}/projects/p-1/7`)
    await fetch(`${server.url}/all/7`)

    expect((await server.rows(2)).map(row => row.operation)).toEqual(['GET */:id', 'GET /all/:id'])
  })

  it('knows long paths as well', async () => {
    await using server = await serve(app => app.get('/files/:name', (_, response) => void response.json(1)))

    const refused = await fetch(`${server.url}/files/${'x'.repeat(300)}`, { method: 'DELETE' })

    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('may answer an error by a handler of its own, which is an answer then', async () => {
    await using server = await serve(app => {
      app.get('/', () => {
        throw new TypeError('bug')
      })
      app.use(
        ((_error, _request, response, _next) =>
          void response.status(418).send('short and stout')) as ErrorRequestHandler,
      )
    })

    expect((await fetch(server.url)).status).toBe(418)
    expect(await server.rows(1)).toMatchObject([{ exception: undefined, status: 418 }])
  })

  it('keeps on its error answers what middleware allowed, and nothing that describes another body', async () => {
    await using server = await serve(app => {
      app.use((_, response, next) => {
        response.set({ 'access-control-allow-origin': '*', etag: '"1"', 'content-encoding': 'gzip' })
        next()
      })
    })

    const { headers } = await fetch(`${server.url}/nowhere`)

    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect([headers.get('etag'), headers.get('content-encoding')]).toEqual([null, null])
  })

  it('takes one chain for a server', async () => {
    const app = express()
    const server = createServer(app)
    const options = { service: 'test', stats: memoryStats(), log: memoryTxLog() }
    mountEvenkeel(server, app, options)

    expect(() => mountEvenkeel(server, app, options)).toThrow('A chain is mounted into this server already.')
  })
})
