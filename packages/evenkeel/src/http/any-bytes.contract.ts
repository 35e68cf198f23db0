import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TxRow } from '../tx-log/tx-log.ts'
import {
  type ContractRoute,
  type ObservedServer,
  observedServer,
  type ServerHarness,
} from './server-harness.ts'
import { secret, small } from './server-routes.fixture.ts'

/** Whatever bytes come in, and whatever a handler throws: every server gives it one known end, and tells no secret. */
export function anyBytesContract(name: string, harness: ServerHarness): void {
  /** Some bytes are answered before a server like this sees them. */
  const seesAll = harness.lacks?.['no HTTP at all'] === undefined

  describe(`${name}: any bytes on a connection`, () => {
    let server: ObservedServer
    let thrown: unknown
    let seen = 0

    beforeAll(async () => {
      const routes: ContractRoute[] = [
        { method: 'GET', path: '/servers/:id', handle: async ({ params }) => params },
        {
          method: 'POST',
          path: '/servers',
          schema: small,
          handle: async ({ json }) => ({ body: await json() }),
        },
        { method: 'GET', path: '/throw', handle: () => Promise.reject(thrown) },
      ]
      server = await observedServer(options => harness.start(routes, options, undefined))
    })
    afterAll(() => server[Symbol.asyncDispose]())

    /** The rows that came since the last call, once those of these transactions are among them. */
    async function newRows(ids: readonly (string | undefined)[]): Promise<readonly TxRow[]> {
      let rows = (await server.rows(seen)).slice(seen)
      while (!ids.every(id => rows.some(row => row.id === id))) {
        rows = (await server.rows(seen + rows.length + 1)).slice(seen)
      }
      seen += rows.length
      return rows
    }

    /** Every answer of the chain names a transaction, every transaction is logged and counted once, and none is without an answer. */
    async function check(bytes: Uint8Array): Promise<number> {
      const answers = await server.speak(bytes)

      const answered = [...answers.matchAll(/^evenkeel-tx: (\w+)\r$/gim)].map(([, id]) => id)
      const rows = await newRows(answered)
      // Where others read the connection, they may break off what had begun, and answer in its place.
      if (seesAll) expect(rows.map(row => row.id).sort()).toEqual(answered.sort())
      expect(server.counted().reduce((sum, { count }) => sum + count, 0)).toBe(seen)
      expect(server.problems).toEqual([])
      expect(rows.filter(row => row.category === 'internal')).toEqual([])
      expect(answers).not.toMatch(/\n\s+at |node:internal|node_modules|\.ts:\d/)
      return answered.length
    }

    it('are one transaction, if they are one request', async () => {
      await fc.assert(
        fc.asyncProperty(wholeRequest, async bytes => {
          const count = await check(bytes)

          expect(count).toBeLessThanOrEqual(1)
          if (seesAll) expect(count).toBe(1)
        }),
        { numRuns: 150 },
      )
    })

    it('are as many transactions as there are answers, if they are a request with mistakes', async () => {
      await fc.assert(
        fc.asyncProperty(
          wholeRequest,
          fc.array(mistake, { minLength: 1, maxLength: 4 }),
          async (bytes, mistakes) => {
            await check(mistakes.reduce<Uint8Array>((text, make) => make(text), bytes))
          },
        ),
        { numRuns: 200 },
      )
    })

    it('are at most one transaction, if they are noise', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async bytes => {
          expect(await check(bytes)).toBeLessThanOrEqual(1)
        }),
        { numRuns: 100 },
      )
    })

    it('are answered as a bug, whatever the handler throws, and nobody is told what it was', async () => {
      await fc.assert(
        fc.asyncProperty(anything, async value => {
          thrown = value

          const answer = await fetch(`${server.url}/throw`)
          const told = `${await answer.text()} ${JSON.stringify([...answer.headers])}`

          const id = answer.headers.get('evenkeel-tx') ?? undefined
          const rows = await newRows([id])
          expect(rows.filter(row => row.id === id)).toMatchObject([
            { exception: 'InternalException', status: 500 },
          ])
          expect(answer.status).toBe(500)
          expect(told).not.toContain(secret)
          expect(server.problems).toEqual([])
        }),
        { numRuns: 150 },
      )
    })
  })
}

/** A string that holds a secret, an error about it, or any value with it somewhere inside. */
const anything = fc.oneof(
  fc.string().map(text => `${text}${secret}`),
  fc.string().map(text => new Error(`${text}${secret}`)),
  fc.string().map(text => Object.assign(new Error(secret), { code: text, statusCode: 404, body: secret })),
  fc.anything({
    values: [fc.constant(secret), fc.integer(), fc.constant(undefined)],
    withNullPrototype: true,
  }),
)

const method = fc.oneof(
  fc.constant('POST'),
  fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND'),
)

const target = fc.oneof(
  fc.constant('/servers'),
  fc.constantFrom('/servers/7', '/servers/%zz', '*', 'http://a/servers/7', '//', '/servers?name=%'),
  fc.webPath(),
  fc.stringMatching(/^\/[!-~]{0,150}$/),
)

const header = fc.oneof(
  fc.constant('content-type: application/json'),
  fc.constantFrom(
    'content-type: ',
    'content-type: text/plain; charset=utf-16',
    'accept: application/problem+json',
    'expect: 100-continue',
    'expect: wonders',
    'evenkeel-tx: ?',
    'evenkeel-tx: 01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'accept-version: 1.x',
  ),
  fc.stringMatching(/^x-[a-z]{1,8}: [ -~]{0,40}$/),
)

const body = fc.oneof(
  fc.constantFrom('', '{}', '{"name":"a"}', '{"name":', '"\\ud800"', 'x'.repeat(1001)),
  fc.json(),
  fc.string(),
)

const wholeRequest = fc
  .tuple(method, target, fc.array(header, { maxLength: 4 }), body)
  .map(([verb, path, headers, text]) => {
    const lines = [`${verb} ${path} HTTP/1.1`, 'host: a', 'connection: close', ...headers]
    return Buffer.from(`${lines.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  })

type Mistake = (bytes: Uint8Array) => Uint8Array

/** One byte lost, changed or too much, or the rest cut off, anywhere. */
const mistake: fc.Arbitrary<Mistake> = fc
  .record({
    where: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.nat(255),
    kind: fc.constantFrom('lose', 'change', 'add', 'cut'),
  })
  .map(({ where, byte, kind }) => bytes => {
    const at = Math.floor(where * bytes.length)
    const before = bytes.subarray(0, at)
    const changed = kind === 'change' || kind === 'add' ? [Buffer.of(byte)] : []
    const after = kind === 'cut' ? [] : [bytes.subarray(kind === 'add' ? at : at + 1)]
    return Buffer.concat([before, ...changed, ...after])
  })
