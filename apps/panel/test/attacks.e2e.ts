import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../src/demo/eventually.ts'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import { type Answer, ask, startPanel } from './panel.fixture.ts'

let panel: PanelProcess

beforeAll(async () => {
  panel = await startPanel()
})

afterAll(() => panel[Symbol.asyncDispose]())

/** Sends bytes as they are, and returns what comes back until the panel closes the connection. */
function send(bytes: string | Buffer): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(panel.port, '127.0.0.1')
  let received = ''
  socket.on('data', chunk => {
    received += chunk
  })
  socket.once('close', () => resolve(received))
  socket.once('error', reject)
  socket.write(bytes)
  return promise
}

/** A request of HTTP/1.1 with a token that is good, after which the connection is closed. */
function request(line: string, headers: readonly string[] = [], body = ''): string {
  const own = ['Host: a', 'Authorization: Bearer e2e-panel', 'Connection: close']
  return `${[line, ...own, ...headers].join('\r\n')}\r\n\r\n${body}`
}

const post = 'POST /v1/servers HTTP/1.1'
const get = 'GET /v1/servers HTTP/1.1'
const json = 'Content-Type: application/json'
const chunked = 'Transfer-Encoding: chunked'
const smuggled = '0\r\n\r\nDELETE /v1/servers/7 HTTP/1.1\r\nHost: a\r\n\r\n'
const unreadable = '400 MalformedRequestException'
const tooLarge = '431 HeadersTooLargeException'

const malformed: readonly (readonly [string, string | Buffer, string])[] = [
  ['two lengths, one of them in chunks', request(post, ['Content-Length: 4', chunked], smuggled), unreadable],
  ['two lengths that differ', request(post, ['Content-Length: 4', 'Content-Length: 5'], '{}{}{'), unreadable],
  [
    'two lengths that are the same',
    request(post, ['Content-Length: 4', 'Content-Length: 4'], '{}{}'),
    unreadable,
  ],
  ['a length with a sign', request(post, ['Content-Length: +4'], '{}{}'), unreadable],
  ['a length below nothing', request(post, ['Content-Length: -4'], '{}{}'), unreadable],
  ['an encoding that is none', request(post, ['Transfer-Encoding: xchunked'], smuggled), unreadable],
  ['an encoding after chunks', request(post, ['Transfer-Encoding: chunked, identity'], smuggled), unreadable],
  ['a chunk of a length that is none', request(post, [json, chunked], 'zz\r\n{}\r\n0\r\n\r\n'), unreadable],
  [
    'a chunk with a long extension',
    request(post, [json, chunked], `2;${'a'.repeat(20_000)}\r\n{}\r\n`),
    unreadable,
  ],
  [
    'long headers after the body',
    request(post, [json, chunked], `2\r\n{}\r\n0\r\nA: ${'a'.repeat(20_000)}`),
    tooLarge,
  ],
  ['a space before a colon', request(get, ['X-A : b']), unreadable],
  ['a header on two lines', request(get, ['X-A: b', ' c']), unreadable],
  ['a header with a NUL', request(get, ['X-A: b\0c']), unreadable],
  ['a header with a control character', request(get, ['X-A: b\u0001c']), unreadable],
  ['a header with half a line end', request(get, ['X-A: b\rX-B: c']), unreadable],
  ['lines that end otherwise', request(get).replaceAll('\r\n', '\n'), unreadable],
  ['a path with a NUL', request('GET /v1/ser\0vers HTTP/1.1'), unreadable],
  ['a method that is none', request('OWN /v1/servers HTTP/1.1'), unreadable],
  ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', unreadable],
  ['the beginning of TLS', Buffer.from([22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]), unreadable],
  ['two hosts', request(get, ['Host: b']), unreadable],
  ['two tokens', request(get, ['Authorization: Bearer e2e-panel']), unreadable],
  ['a long header', request(get, [`X-A: ${'a'.repeat(20_000)}`]), tooLarge],
  ['thousands of headers', request(get, Array(2500).fill('a: b')), tooLarge],
  ['a long URL', request(`GET /v1/servers?${'a'.repeat(20_000)} HTTP/1.1`), tooLarge],
  ['a long id', request(`GET /v1/servers/${'a'.repeat(5000)} HTTP/1.1`), '414 ParameterTooLongException'],
  ['an id with a NUL', request('GET /v1/servers/a%00b HTTP/1.1'), '404 ServerNotFoundException'],
  [
    'an id that climbs',
    request('GET /v1/servers/..%2f..%2fetc%2fpasswd HTTP/1.1'),
    '404 ServerNotFoundException',
  ],
  [
    'a path that climbs',
    request('GET /console/assets/..%2f..%2fpackage.json HTTP/1.1'),
    '404 RouteNotFoundException',
  ],
  ['a method that echoes', request('TRACE /v1/servers HTTP/1.1'), '405 MethodNotAllowedException'],
]

describe('bytes that no client sends', () => {
  it.each(malformed)('are refused once, and nothing after them is read: %s', async (_, bytes, outcome) => {
    const answer = await send(bytes)

    expect(outcomeIn(answer)).toBe(outcome)
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1)
  })

  it('are counted, each as what it was', async () => {
    const { transactions } = await eventually('the refusals to be in the log', async () => {
      const path = '/console/api/transactions?category=client&limit=200'
      const page = (await ask(panel, { path })).json<{ transactions: readonly { exception: string }[] }>()
      return page.transactions.length >= malformed.length ? page : undefined
    })
    const counts = (names: readonly string[]) => Object.groupBy(names, name => name)
    const expected = counts(malformed.map(([, , outcome]) => outcome.split(' ')[1] ?? ''))

    for (const [name, all] of Object.entries(counts(transactions.map(({ exception }) => exception))))
      expect([name, all?.length]).toEqual([name, expected[name]?.length])
  })
})

describe('a body that attacks who reads it', () => {
  it.each<[string, string, string]>([
    ['names __proto__', '{"name": "a", "__proto__": {"isAdmin": true}}', '400 MalformedJsonException'],
    ['names __proto__ otherwise', '{"tags": {"\\u005f_proto__": {"a": 1}}}', '400 MalformedJsonException'],
    ['names constructor.prototype', '{"constructor": {"prototype": {"a": 1}}}', '400 MalformedJsonException'],
    ['has a million brackets', '['.repeat(1_000_000), '400 MalformedJsonException'],
    ['is nested deeply', `${'[['.repeat(200)}${']]'.repeat(200)}`, '400 NestedTooDeeplyException'],
    [
      'has a hundred thousand fields',
      `{${Array.from({ length: 90_000 }, (_, at) => `"a${at}":1`).join()}}`,
      '400 ValidationException',
    ],
    ['is larger than a megabyte', `"${'a'.repeat(1_100_000)}"`, '413 PayloadTooLargeException'],
    [
      'has a NUL in a name',
      '{"name": "a\\u0000b", "flavor": "flex-4-1", "image": "debian-13"}',
      '400 ValidationException',
    ],
    ['has half of a character', '{"tags": {"a": "\\ud800"}, "name": "a"}', '400 ValidationException'],
  ])('is refused: one that %s', async (_, text, outcome) => {
    const answer = await ask(panel, {
      method: 'POST',
      path: '/v1/servers',
      text,
      headers: { 'content-type': 'application/json' },
    })

    expect(`${answer.status} ${answer.headers['evenkeel-exception']}`).toBe(outcome)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it.each(['__proto__[a]=1&constructor=2&tag:__proto__=x', 'name[]=a&name[b]=c&name=%00&tag:%00=%00'])(
    'changes no list: %s',
    async query => {
      const answer = await ask(panel, { path: `/v1/servers?${query}` })

      expect([answer.status, answer.text]).toEqual([200, '[]'])
    },
  )
})

describe('a question without end', () => {
  it.each(['name=a', 'tag:a=b'])('is refused: %s, a thousand times', async condition => {
    const answer = await ask(panel, { path: `/v1/servers?${`${condition}&`.repeat(1000)}` })

    expect(`${answer.status} ${answer.headers['evenkeel-exception']}`).toBe('400 ValidationException')
  })
})

describe('whoever is nobody yet', () => {
  it.each([
    ['/v1/servers', 401],
    ['/console/api/actions/7/cancel', 401],
    ['/console/api/session', 413],
  ])('fills no memory: a large body to %s is not read', async (path, status) => {
    const text = JSON.stringify({ token: 'a'.repeat(500_000) })
    const headers = { 'content-type': 'application/json' }

    expect((await ask(panel, { method: 'POST', path, text, headers, token: null })).status).toBe(status)
  })
})

describe('many connections that say nothing', () => {
  it('keep nobody else from an answer', async () => {
    const idle: Socket[] = []
    try {
      for (let count = 0; count < 500; count++) idle.push(connect(panel.port, '127.0.0.1'))
      for (const socket of idle) socket.on('error', () => {}).write('GET /v1 HTTP/1.1\r\nHost')

      expect((await ask(panel, { path: '/v1/servers' })).status).toBe(200)
    } finally {
      for (const socket of idle) socket.destroy()
    }
  })
})

describe('the headers of every answer', () => {
  const careful = {
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'$/),
  }

  it.each<[string, Partial<Parameters<typeof ask>[1]>]>([
    ['a list', { path: '/v1/servers' }],
    ['what is not there', { path: '/v1/servers/7' }],
    ['a request without a token', { path: '/v1/servers', token: null }],
    ['a URL that can not be read', { path: '/v1/%ff' }],
    ['no route', { path: '/nowhere' }],
    ['what browsers ask first', { path: '/v1/servers', method: 'OPTIONS' }],
    ['the page of the API', { path: '/v1/reference' }],
    ['the page of exceptions', { path: '/v1/exceptions', headers: { accept: 'text/html' } }],
    ['operators’ data', { path: '/console/api/actions' }],
    ['no operator', { path: '/console/api/actions', token: null }],
    ['metrics', { path: '/metrics', token: 'e2e-console' }],
    ['readiness', { path: '/health/ready' }],
    ['the console', { path: '/console' }],
  ])('keep it from caches, frames and guesses about its type: %s', async (_, call) => {
    const answer = await ask(panel, { path: '', ...call })

    expect(answer.headers).toMatchObject(careful)
  })

  it('let pages of the API have styles and nothing that runs', async () => {
    const { headers, text } = await ask(panel, { path: '/v1/reference' })

    expect(headers['content-security-policy']).toContain("style-src 'unsafe-inline'")
    expect(text).not.toMatch(/<script|\son\w+=/i)
  })

  it('let no page from elsewhere read what operators see', async () => {
    const answer = await ask(panel, {
      path: '/console/api/actions',
      headers: { origin: 'https://evil.example' },
    })

    expect(Object.keys(answer.headers).filter(name => name.startsWith('access-control'))).toEqual([])
  })
})

describe('a session of the console', () => {
  const signIn = (headers: Record<string, string> = {}): Promise<Answer> =>
    ask(panel, {
      method: 'POST',
      path: '/console/api/session',
      body: { token: 'e2e-console' },
      headers,
      token: null,
    })
  const cookieOf = ({ headers }: Answer) => headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const look = async (cookie: string) =>
    (await ask(panel, { path: '/console/api/session', headers: { cookie }, token: null })).status

  it('has a cookie that no script reads and no other site sends', async () => {
    expect((await signIn()).headers['set-cookie']).toEqual([
      expect.stringMatching(/; HttpOnly; SameSite=Strict; Path=\/console; Max-Age=43200$/),
    ])
  })

  it('is over for every copy of its cookie once somebody signs out', async () => {
    const cookie = cookieOf(await signIn())
    expect(await look(cookie)).toBe(204)

    await ask(panel, { method: 'DELETE', path: '/console/api/session', headers: { cookie }, token: null })

    expect(await look(cookie)).toBe(401)
  })
})

function outcomeIn(answer: string): string {
  const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]
  const exception = /^evenkeel-exception: (\S+)/im.exec(answer)?.[1]
  return `${status} ${exception}`
}
