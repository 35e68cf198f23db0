import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { OverloadedException } from '../exceptions/index.ts'
import { DeadlineFilter } from '../filters/deadline-filter.ts'
import { Filter, newTxId, type Service } from '../filters/index.ts'
import { currentTx } from '../filters/transaction.ts'
import type { TxRow } from '../tx-log/tx-log.ts'
import { anyBytesContract } from './any-bytes.contract.ts'
import type { HttpAnswer, HttpRequest } from './http-message.ts'
import type { Problem } from './problem.ts'
import type { ServerOptions } from './server-chain.ts'
import {
  type ContractRoute,
  type Ending,
  type ObservedServer,
  observedServer,
  read,
  type ServerHarness,
} from './server-harness.ts'
import { contractRoutes, secret, throwables } from './server-routes.fixture.ts'

/** What every server does with requests, whatever framework it is made with: one transaction each, with a known end. */
export function serverContract(name: string, harness: ServerHarness): void {
  anyBytesContract(name, harness)

  describe(`${name}, as every server,`, () => {
    let server: ObservedServer | undefined

    async function serve(
      options: Partial<ServerOptions> = {},
      routes: readonly ContractRoute[] = [],
      patienceMs?: number,
    ): Promise<ObservedServer> {
      server = await observedServer(
        given => harness.start([...routes, ...contractRoutes], given, patienceMs),
        options,
      )
      return server
    }

    afterEach(async () => {
      if (server === undefined) return
      const { status } = await fetch(`${server.url}/ok/still-alive`)
      await server[Symbol.asyncDispose]()
      server = undefined
      expect(status).toBe(200)
    })

    /** The one row that a request leaves, beside the one count that agrees with it. */
    async function outcome({ rows, counted }: ObservedServer): Promise<Ending> {
      const [row, ...more] = await rows(1)
      expect(more).toEqual([])
      const { operation, exception, category, status } = row as TxRow
      expect(counted()).toMatchObject([{ kind: 'request', operation, exception, category, status, count: 1 }])
      return { operation, exception, category, status }
    }

    /** A case that a harness may declare to be different or impossible, which the title then says. */
    function itEnds(
      caseName: string,
      expected: Ending,
      run: (server: ObservedServer, expected: Ending) => Promise<void>,
      options: { routes?: readonly ContractRoute[]; patienceMs?: number } = {},
    ): void {
      const lack = harness.lacks?.[caseName]
      if (lack !== undefined) {
        it.skip(`${caseName} (can't be: ${lack})`, () => {})
        return
      }
      const { because, ...different } = harness.differs?.[caseName] ?? {}
      const ending: Ending = { ...expected, ...different }
      const title = because === undefined ? caseName : `${caseName} (${because})`
      it(`ends ${title} as ${ending.exception ?? 'a success'}`, async () => {
        const started = await serve({}, options.routes, options.patienceMs)

        await run(started, ending)

        expect(await outcome(started)).toEqual(ending)
        expect(started.problems).toEqual([])
      })
    }

    function itAnswers(
      caseName: string,
      request: RequestInit & { path: string; is?: (problem: Problem, answer: Response) => void },
      expected: Ending,
    ): void {
      itEnds(caseName, expected, async ({ url, rows }, { exception, category, status }) => {
        const { path, is, ...init } = request

        const answer = await fetch(`${url}${path}`, init)

        expect(answer.status).toBe(status)
        const text = await answer.text()
        const headers = JSON.stringify([...answer.headers])
        const [row] = await rows(1)
        expect(answer.headers.get('evenkeel-tx')).toBe(row?.id)
        expect(text).not.toContain(secret)
        expect(headers).not.toContain(secret)
        expect(text).not.toContain('    at ')
        if (exception === undefined) return
        const problem = JSON.parse(text) as Problem
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
        expect(answer.headers.get('evenkeel-exception')).toBe(exception)
        expect(answer.headers.get('evenkeel-category')).toBe(category)
        expect(problem).toMatchObject({
          type: `urn:evenkeel:test:${exception}`,
          status,
          category,
          txId: row?.id,
        })
        is?.(problem, answer)
      })
    }

    it('prints the fixed filters where they belong', async () => {
      const { chain } = await serve()

      expect(chain).toBe(
        `HttpCatchAllFilter → StatsFilter → TxLoggingFilter → EdgeFilter → ${harness.innermost}`,
      )
    })

    describe('answers what is asked for', () => {
      itAnswers('a success', { path: '/ok/7?page=2' }, success('GET /ok/:id'))
      itAnswers('JSON', { path: '/echo', method: 'POST', ...json('{"a":1}') }, success('POST /echo'))
      itAnswers('HEAD', { path: '/ok/7', method: 'HEAD' }, success('HEAD /ok/:id'))

      it('in a transaction that the handler may look at and name', async () => {
        const { url, rows } = await serve()

        const answer = await fetch(`${url}/tx`, { headers: { 'evenkeel-deadline-ms': '1500' } })

        const [row] = await rows(1)
        expect(await answer.json()).toEqual({ id: row?.id, operation: 'GET /tx', waitsMs: 1500 })
        expect(row).toMatchObject({ operation: 'GET /tx', principal: 'user:anna' })
      })

      it.each([undefined, '', 'soon', '-1', '1e3'])(
        'without a deadline if its header is %j',
        async header => {
          const { url } = await serve()

          const answer = await fetch(
            `${url}/tx`,
            header === undefined ? {} : { headers: { 'evenkeel-deadline-ms': header } },
          )

          expect(await answer.json()).toMatchObject({ waitsMs: null })
        },
      )

      it('with the asking transaction for a parent, if its id can be one', async () => {
        const { url, rows } = await serve()
        const parentId = newTxId()

        await fetch(`${url}/ok/7`, { headers: { 'evenkeel-tx': parentId } })
        await fetch(`${url}/ok/7`, { headers: { 'evenkeel-tx': 'DROP TABLE' } })

        expect((await rows(2)).map(row => row.parentId)).toEqual([parentId, undefined])
      })
    })

    describe('refuses what it can not take', () => {
      itAnswers(
        'an unknown route',
        { path: `/nowhere?token=${secret}` },
        client('GET (no route)', 'RouteNotFoundException', 404),
      )
      itAnswers(
        'an unknown route, before its malformed body',
        { path: '/nowhere', method: 'POST', ...json('{') },
        client('POST (no route)', 'RouteNotFoundException', 404),
      )
      itAnswers(
        'a wrong method',
        {
          path: '/ok/7',
          method: 'DELETE',
          is: (_, { headers }) => expect(headers.get('allow')).toBe('GET, HEAD'),
        },
        client('DELETE (no route)', 'MethodNotAllowedException', 405),
      )
      itAnswers(
        'malformed JSON',
        {
          path: '/echo',
          method: 'POST',
          ...json(`{"password":"${secret}"\n;}`),
          is: ({ detail }) => expect(detail).toMatch(/^The body is not valid JSON: .+\.$/),
        },
        client('POST /echo', 'MalformedJsonException'),
      )
      itAnswers(
        'JSON with a poisoned prototype',
        { path: '/echo', method: 'POST', ...json('{"__proto__":{}}') },
        client('POST /echo', 'MalformedJsonException'),
      )
      itAnswers(
        'an empty JSON body',
        { path: '/echo', method: 'POST', ...json('') },
        client('POST /echo', 'EmptyBodyException'),
      )
      itAnswers(
        'a body that is too large',
        {
          path: '/echo',
          method: 'POST',
          ...json(JSON.stringify('x'.repeat(200))),
          is: ({ data }) => expect(data).toEqual({ limitBytes: 100 }),
        },
        client('POST /echo', 'PayloadTooLargeException', 413),
      )
      itAnswers(
        'a media type that nobody reads',
        { path: '/echo', method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a' },
        client('POST /echo', 'UnsupportedMediaTypeException', 415),
      )
      itAnswers(
        'a media type that is none',
        { path: '/echo', method: 'POST', headers: { 'content-type': ';;' }, body: 'a' },
        client('POST /echo', 'UnsupportedMediaTypeException', 415),
      )
      itAnswers(
        'a violated schema',
        {
          path: '/checked',
          method: 'POST',
          ...json('{"name":"a","sizes":[1,"x"]}'),
          is: ({ data }) => expect(data).toEqual({ fields: { 'sizes[1]': expect.any(String) } }),
        },
        client('POST /checked', 'ValidationException'),
      )
      itAnswers(
        'a path that can not be decoded',
        { path: '/ok/%zz' },
        client('GET (no route)', 'MalformedUrlException'),
      )
      itAnswers(
        'an overlong parameter',
        { path: `/ok/${'x'.repeat(101)}` },
        client('GET (no route)', 'ParameterTooLongException', 414),
      )
    })

    describe('survives handlers that throw', () => {
      for (const [at, [what, [, exception]]] of Object.entries(throwables).entries()) {
        const [category, status] = kinds[exception] ?? ['internal', 500]
        for (const how of ['throw', 'throw-at-once']) {
          const path = `/${how}/${at}`
          itAnswers(
            how === 'throw' ? what : `${what}, thrown at once`,
            { path },
            { operation: `GET ${path}`, exception, category, status },
          )
        }
      }
      itAnswers(
        'an answer that JSON can not carry',
        { path: '/cyclic' },
        {
          operation: 'GET /cyclic',
          exception: 'ResponseNotSerializableException',
          category: 'internal',
          status: 500,
        },
      )
    })

    describe('counts a stream when it has ended', () => {
      itEnds('a stream that is read', success('GET /stream'), async ({ url }) => {
        const answer = await fetch(`${url}/stream`)

        expect(await answer.text()).toBe('ab')
      })

      itEnds('a body that comes in parts', success('POST /count'), async ({ url }) => {
        const body = new ReadableStream({
          async start(controller) {
            for (let part = 0; part < 3; part++) {
              controller.enqueue(new Uint8Array(20))
              await new Promise(setImmediate)
            }
            controller.close()
          },
        })

        const answer = await fetch(`${url}/count`, {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream' },
          body,
          duplex: 'half',
        })

        expect(await answer.json()).toEqual({ count: 60 })
      })

      itEnds(
        'a stream that breaks after the response has begun',
        {
          operation: 'GET /half',
          exception: 'ResponseInterruptedException',
          category: 'internal',
          status: 500,
        },
        async ({ url, rows }) => {
          const answer = await fetch(`${url}/half`)

          await expect(answer.text()).rejects.toThrow()
          const [row] = await rows(1)
          expect(row?.causes.map(({ message }) => message).join()).toContain(secret)
        },
      )

      itEnds(
        'a stream that its source breaks off',
        {
          operation: 'GET /half/store',
          exception: 'StoreDownException',
          category: 'dependency',
          status: 503,
        },
        async ({ url }) => {
          await expect(fetch(`${url}/half/store`).then(answer => answer.text())).rejects.toThrow()
        },
      )

      itEnds(
        'a client that leaves in the middle of a stream',
        client('GET /endless', 'ClientDisconnectedException', 499),
        async ({ connect }) => {
          const socket = await connect()
          socket.write('GET /endless HTTP/1.1\r\nhost: a\r\n\r\n')
          await once(socket, 'data')

          socket.destroy()
        },
      )
    })

    describe('does not wait for ever', () => {
      function slow(): { route: ContractRoute; started: Promise<void>; aborted: Promise<unknown> } {
        const started = Promise.withResolvers<void>()
        const aborted = Promise.withResolvers<unknown>()
        const handle = async (): Promise<never> => {
          const { signal } = currentTx()
          signal.addEventListener('abort', () => aborted.resolve(signal.reason))
          started.resolve()
          await aborted.promise
          throw signal.reason
        }
        return {
          route: { method: 'GET', path: '/slow', handle },
          started: started.promise,
          aborted: aborted.promise,
        }
      }

      it.each([
        ['closes', (socket: Socket) => socket.destroy()],
        ['resets', (socket: Socket) => socket.resetAndDestroy()],
      ])('when the client %s the connection before it has its answer', async (_, leave) => {
        const { route, started, aborted } = slow()
        const observed = await serve({}, [route])
        const socket = await observed.connect()
        socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n')
        await started

        leave(socket)

        expect(await outcome(observed)).toEqual(client('GET /slow', 'ClientDisconnectedException', 499))
        expect(await aborted).toMatchObject({ className: 'ClientDisconnectedException' })
        expect(observed.problems).toEqual([])
      })

      it('when the deadline has passed, of which the handler learns', async () => {
        const { route, aborted } = slow()
        const observed = await serve({ filters: [new DeadlineFilter()] }, [route])

        const answer = await fetch(`${observed.url}/slow`, { headers: { 'evenkeel-deadline-ms': '20' } })

        expect(answer.status).toBe(504)
        expect(await aborted).toMatchObject({ className: 'DeadlineExceededException' })
        expect(await outcome(observed)).toEqual({
          operation: 'GET /slow',
          exception: 'DeadlineExceededException',
          category: 'dependency',
          status: 504,
        })
        expect(observed.problems).toEqual([])
      })

      it('and reports a bug of a handler whose client is gone', async () => {
        const started = Promise.withResolvers<void>()
        const fail = Promise.withResolvers<never>()
        const handle = (): Promise<never> => {
          started.resolve()
          return fail.promise
        }
        const observed = await serve({}, [{ method: 'GET', path: '/slow', handle }])
        const socket = await observed.connect()
        socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n')
        await started.promise
        socket.destroy()
        await observed.rows(1)

        fail.reject(new TypeError('late bug'))
        while (observed.problems.length === 0) await new Promise(setImmediate)

        expect(observed.problems.map(problem => problem.message)).toEqual(['TypeError: late bug'])
        expect(await observed.rows(1)).toHaveLength(1)
      })
    })

    describe('meets what is no whole request:', () => {
      const unfinished =
        'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"a"'

      itEnds('a truncated body', client('POST /echo', 'TruncatedBodyException'), async ({ speak }) => {
        const answer = await speak(unfinished)

        expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*evenkeel-exception: TruncatedBodyException/i)
      })

      itEnds(
        'a body whose chunks make no sense',
        client('POST /echo', 'MalformedRequestException'),
        async ({ speak }) => {
          const answer = await speak(
            'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
          )

          expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*evenkeel-exception: MalformedRequestException/i)
        },
      )

      const reading = Promise.withResolvers<void>()
      itEnds(
        'a client that leaves in the middle of its body',
        client('POST /upload', 'ClientDisconnectedException', 499),
        async ({ connect }) => {
          const socket = await connect()
          socket.write(
            'POST /upload HTTP/1.1\r\nhost: a\r\ncontent-type: application/octet-stream\r\ncontent-length: 50\r\n\r\nhalf',
          )
          await reading.promise

          socket.resetAndDestroy()
        },
        {
          routes: [
            {
              method: 'POST',
              path: '/upload',
              handle: async ({ bytes }) => {
                for await (const _ of bytes()) reading.resolve()
                return 'all of it'
              },
            },
          ],
        },
      )

      itEnds(
        'a request that does not arrive in time',
        client('POST /echo', 'RequestTimeoutException', 408),
        async ({ connect }) => {
          const socket = await connect()
          socket.write(unfinished)

          expect(await read(socket)).toMatch(/^HTTP\/1.1 408 /)
        },
        { patienceMs: 50 },
      )

      const oddities: [caseName: string, bytes: string, Ending][] = [
        ['no HTTP at all', 'hello\r\n\r\n', client('(unreadable)', 'MalformedRequestException')],
        [
          'headers that end too early',
          'GET /ok/7 HTTP/1.1\r\nhos',
          client('(unreadable)', 'MalformedRequestException'),
        ],
        [
          'headers that are too large',
          `GET /ok/7 HTTP/1.1\r\nhost: a\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`,
          client('(unreadable)', 'HeadersTooLargeException', 431),
        ],
        [
          'a request without a host',
          'GET /ok/7 HTTP/1.1\r\nconnection: close\r\n\r\n',
          client('GET (no route)', 'MissingHostException'),
        ],
        [
          'a request with two hosts',
          'GET /ok/7 HTTP/1.1\r\nhost: a\r\nHost: b\r\nconnection: close\r\n\r\n',
          client('GET (no route)', 'MalformedRequestException'),
        ],
        [
          'a request on behalf of two callers',
          'GET /ok/7 HTTP/1.1\r\nhost: a\r\nauthorization: b\r\nAuthorization: c\r\nconnection: close\r\n\r\n',
          client('GET (no route)', 'MalformedRequestException'),
        ],
        [
          'an unknown expectation',
          'GET /ok/7 HTTP/1.1\r\nhost: a\r\nexpect: miracles\r\nconnection: close\r\n\r\n',
          client('GET (no route)', 'ExpectationFailedException', 417),
        ],
        [
          'a path of bytes that are no text',
          'GET /ok/%ff%fe HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
          client('GET (no route)', 'MalformedUrlException'),
        ],
        [
          'a method that nobody takes',
          'PROPFIND /nowhere HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
          client('PROPFIND (no route)', 'RouteNotFoundException', 404),
        ],
      ]
      for (const [caseName, bytes, ending] of oddities) {
        itEnds(caseName, ending, async ({ speak }, { status, exception }) => {
          const answer = await speak(bytes)

          expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
          expect(answer.toLowerCase()).toContain(`evenkeel-exception: ${exception?.toLowerCase()}`)
        })
      }

      it('or several on one connection, each a transaction of its own', async () => {
        const { speak, rows } = await serve()

        const answers = await speak(
          'GET /ok/1 HTTP/1.1\r\nhost: a\r\n\r\nGET /throw/0 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
        )

        expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404'])
        expect((await rows(2)).map(row => row.operation).sort()).toEqual(['GET /ok/:id', 'GET /throw/0'])
      })
    })

    describe('takes filters of the application', () => {
      async function served(filter: Filter<HttpRequest, HttpAnswer>): Promise<ObservedServer> {
        return serve({ filters: [filter] })
      }

      it('that refuse before the handler sees the request', async () => {
        class ShedFilter extends Filter<HttpRequest, HttpAnswer> {
          override async apply(
            request: HttpRequest,
            next: Service<HttpRequest, HttpAnswer>,
          ): Promise<HttpAnswer> {
            if (request.url.includes('still-alive')) return next(request)
            throw new OverloadedException('Too much to do.', { retryAfterMs: 1000 })
          }
        }
        const observed = await served(new ShedFilter())

        const answer = await fetch(`${observed.url}/ok/7`)

        expect(observed.chain).toContain('TxLoggingFilter → ShedFilter → EdgeFilter')
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
        expect(await outcome(observed)).toMatchObject({
          exception: 'OverloadedException',
          operation: 'GET (no route)',
        })
      })

      it('that answer instead of the handler', async () => {
        class TeapotFilter extends Filter<HttpRequest, HttpAnswer> {
          override async apply(
            request: HttpRequest,
            next: Service<HttpRequest, HttpAnswer>,
          ): Promise<HttpAnswer> {
            if (request.url.includes('still-alive')) return next(request)
            return { status: 418, headers: { 'content-type': 'text/plain' }, body: 'short and stout' }
          }
        }
        const { url, rows } = await served(new TeapotFilter())

        const answer = await fetch(`${url}/ok/7`)

        expect([answer.status, await answer.text()]).toEqual([418, 'short and stout'])
        expect(answer.headers.get('evenkeel-tx')).toBe((await rows(1))[0]?.id)
      })

      it('that answer for an exception', async () => {
        class ConsolingFilter extends Filter<HttpRequest, HttpAnswer> {
          override async apply(
            request: HttpRequest,
            next: Service<HttpRequest, HttpAnswer>,
          ): Promise<HttpAnswer> {
            return next(request).catch(() => ({
              status: 200,
              headers: {},
              body: 'as if nothing had happened',
            }))
          }
        }
        const observed = await served(new ConsolingFilter())

        const answer = await fetch(`${observed.url}/throw/3`)

        expect([answer.status, await answer.text()]).toEqual([200, 'as if nothing had happened'])
        expect(await outcome(observed)).toMatchObject({ exception: undefined, status: 200 })
      })

      it('that can not hand the same request on twice', async () => {
        class StutteringFilter extends Filter<HttpRequest, HttpAnswer> {
          override async apply(
            request: HttpRequest,
            next: Service<HttpRequest, HttpAnswer>,
          ): Promise<HttpAnswer> {
            await next(request).catch(() => {})
            return request.url.includes('still-alive')
              ? { status: 200, headers: {}, body: '' }
              : next(request)
          }
        }
        const observed = await served(new StutteringFilter())

        await fetch(`${observed.url}/throw/0`)

        expect(await outcome(observed)).toMatchObject({ exception: 'HandledTwiceException' })
      })
    })

    it('gives the answers to exceptions the headers that the application wants, also where no handler was reached', async () => {
      const { url, problems } = await serve({
        headers: request => ({ 'access-control-allow-origin': request.url.startsWith('/ok') ? '*' : 'none' }),
      })

      for (const path of ['/ok/%zz', `/ok/${'x'.repeat(101)}`]) {
        const { headers, status } = await fetch(`${url}${path}`)
        if (status >= 400) expect(headers.get('access-control-allow-origin')).toBe('*')
      }
      expect((await fetch(`${url}/nowhere`)).headers.get('access-control-allow-origin')).toBe('none')
      expect((await fetch(`${url}/throw/0`)).headers.get('access-control-allow-origin')).toBe('none')
      expect(problems).toEqual([])
    })
  })
}

const kinds: { readonly [exception: string]: readonly [category: string, status: number] } = {
  ServerNotFoundException: ['client', 404],
  DuplicateException: ['discard', 200],
  StoreDownException: ['dependency', 503],
}

function success(operation: string): Ending {
  return { operation, exception: undefined, category: undefined, status: 200 }
}

function client(operation: string, exception: string, status = 400): Ending {
  return { operation, exception, category: 'client', status }
}

function json(body: string): RequestInit {
  return { headers: { 'content-type': 'application/json' }, body }
}
