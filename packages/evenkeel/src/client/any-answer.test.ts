import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atOurEdge, Exception, NotFoundException, toException } from '../exceptions/index.ts'
import { runInTx, Transaction } from '../filters/index.ts'
import type { HttpCall, HttpResult } from './http-call.ts'
import { httpClient } from './http-client.ts'

class PlaceNotFoundException extends NotFoundException<{ name: string }> {}

/** A good answer about an exception, to be damaged. */
const problem = {
  type: 'urn:evenkeel:places:PlaceNotFoundException',
  title: 'PlaceNotFoundException',
  status: 404,
  detail: 'There is no place Atlantis.',
  category: 'client',
  txId: '01KADVZ8Q3V5B6W8Y2N4M6P0RS',
  data: { name: 'Atlantis' },
  retry: 'unsafe',
  ancestors: ['NotFoundException'],
}

const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map(text => Buffer.from(text)),
  // One member of a problem holds something else.
  fc
    .tuple(fc.constantFrom(...Object.keys(problem)), fc.jsonValue())
    .map(([name, value]) => Buffer.from(JSON.stringify({ ...problem, [name]: value }))),
)

const texts = fc.oneof(
  fc.constantFrom(
    'client',
    'discard',
    'dependency',
    'internal',
    'PlaceNotFoundException',
    '__proto__',
    '%',
    '7',
  ),
  fc.stringMatching(/^[!-~]{0,30}$/),
)
const names = fc.constantFrom(
  'content-type',
  'retry-after',
  'evenkeel-exception',
  'evenkeel-category',
  'evenkeel-tx',
  'x-other',
)
const headers = fc.dictionary(
  names,
  fc.oneof(texts, fc.constantFrom('application/json', 'application/problem+json')),
)

describe('whatever a peer answers', () => {
  it('the call has one known outcome: status, headers and body of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: 599 }), headers, bodies, async (status, headers, body) => {
        const isBodiless = [204, 205, 304].includes(status)
        const places = httpClient({
          baseUrl: 'http://places.invalid',
          service: 'places',
          exceptions: [PlaceNotFoundException],
          answers: [{ status: 409, field: 'code', exception: PlaceNotFoundException }],
          fetch: async () => new Response(isBodiless ? null : body.slice(), { status, headers }),
        })

        await expectOneKnownOutcome(places)
      }),
      { numRuns: 500 },
    )
  })

  describe('over a real connection', () => {
    let server: Server
    let port: number
    let says: Uint8Array
    beforeAll(async () => {
      server = createServer(socket => {
        socket.on('error', () => {}) // the client may hang up before all is said
        socket.once('data', () => socket.end(says))
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      port = (server.address() as AddressInfo).port
    })
    afterAll(() => server.close())

    const lines = fc.constantFrom(
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 404 \r\n',
      'HTTP/1.1 99 Low\r\n',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n',
      'HTTP/1.1 204 None\r\n',
      'HTTP/1.1 302 Found\r\nlocation: http://elsewhere/\r\n',
      'HTTP/2 200\r\n',
      'content-length: 5\r\n',
      'content-length: -5\r\n',
      'content-length: 99999999999999999999\r\n',
      'transfer-encoding: chunked\r\n',
      'content-encoding: gzip\r\n',
      'content-encoding: br\r\n',
      'content-type: application/json\r\n',
      'evenkeel-category: internal\r\nevenkeel-exception: X\r\n',
      'x'.repeat(20_000),
      '\r\n',
      '5\r\nhello\r\n',
      '0\r\n\r\n',
      JSON.stringify(problem),
    )
    const bytes = fc
      .array(
        fc.oneof(
          { weight: 6, arbitrary: lines.map(line => Buffer.from(line)) },
          fc.uint8Array({ maxLength: 20 }),
        ),
      )
      .map(parts => Buffer.concat(parts))

    it('the call has one known outcome: any bytes', async () => {
      await fc.assert(
        fc.asyncProperty(bytes, async answer => {
          says = answer
          const places = httpClient({
            baseUrl: `http://127.0.0.1:${port}`,
            service: 'places',
            timeoutMs: 5000,
            answerBytesMax: 1000,
          })

          await expectOneKnownOutcome(places)
        }),
        { numRuns: 300 },
      )
    })
  })
})

/** A success is one by its status; all else is an exception of a known category, and ours at our edge unless it is a discard. */
async function expectOneKnownOutcome(call: (call: HttpCall) => Promise<HttpResult>): Promise<void> {
  const tx = new Transaction({ kind: 'background', operation: 'any answer' })

  const outcome = await runInTx(tx, () => call({ path: '/' })).catch(toException)

  if (outcome instanceof Exception) {
    expect(['client', 'discard', 'dependency', 'internal']).toContain(outcome.category)
    // A bug of ours would be an internal one without an origin.
    expect(['discard', 'dependency']).toContain(atOurEdge(outcome).category)
    expect(outcome.className).toMatch(/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u)
  } else {
    expect(outcome.status).toBeGreaterThanOrEqual(200)
    expect(outcome.status).toBeLessThanOrEqual(299)
  }
  const exception = outcome instanceof Exception ? outcome.className : undefined
  expect(tx.calls).toMatchObject([{ operation: 'places: GET /', exception }])
}
