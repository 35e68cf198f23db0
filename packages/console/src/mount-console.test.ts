import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { actionView, FakeRecords, idNumber, operatorToken, serverWith, txRow } from './console.fixture.ts'
import type { ConsoleOptions } from './mount-console.ts'

let app: FastifyInstance
let records: FakeRecords
const asOperator = { authorization: `Bearer ${operatorToken}` }

beforeEach(() => {
  records = new FakeRecords()
})
afterEach(() => app.close())

async function start(options?: Partial<ConsoleOptions>): Promise<void> {
  app = await serverWith(records, options)
}

const get = (url: string, headers: Record<string, string> = asOperator) => app.inject({ url, headers })

describe('an operator session', () => {
  const signIn = (payload: object) => app.inject({ method: 'POST', url: '/console/api/session', payload })

  it('is opened with an operator token and then stands for it', async () => {
    await start()
    const answer = await signIn({ token: operatorToken })
    const cookie = String(answer.headers['set-cookie'])

    expect(answer.statusCode).toBe(204)
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict; Path=\/console; Max-Age=43200$/)
    expect((await get('/console/api/residue', { cookie })).statusCode).toBe(200)
    expect((await get('/console/api/session', { cookie })).statusCode).toBe(204)
  })

  it('ends after twelve hours', async () => {
    let nowMs = 0
    await start({ now: () => nowMs })
    const cookie = String((await signIn({ token: operatorToken })).headers['set-cookie'])
    nowMs = 12 * 60 * 60 * 1000

    expect((await get('/console/api/session', { cookie })).statusCode).toBe(401)
  })

  it('is not opened with another token', async () => {
    await start()
    const answer = await signIn({ token: 'guess' })

    expect(answer.statusCode).toBe(401)
    expect(answer.json().exception).toBe('WrongOperatorTokenException')
    expect(answer.headers).not.toHaveProperty('set-cookie')
  })

  it.each([
    [{}, { token: 'must be the token of an operator, as text.' }],
    [{ token: 7 }, { token: 'must be the token of an operator, as text.' }],
    [{ token: '' }, { token: 'must not be empty.' }],
    [{ token: 'a', user: 'b' }, { user: 'is not known here: leave it out.' }],
    [[], { body: 'must be a JSON object with the field "token".' }],
  ])('refuses %j and names the field', async (payload, fields) => {
    await start()
    const answer = await signIn(payload)

    expect(answer.statusCode).toBe(400)
    expect(answer.json().data.fields).toEqual(fields)
  })

  it('is closed by signing out, also for whoever has a copy of its cookie', async () => {
    await start()
    const cookie = String((await signIn({ token: operatorToken })).headers['set-cookie'])
    const another = String((await signIn({ token: operatorToken })).headers['set-cookie'])
    const answer = await app.inject({ method: 'DELETE', url: '/console/api/session', headers: { cookie } })

    expect(answer.statusCode).toBe(204)
    expect(answer.headers['set-cookie']).toMatch(/^evenkeel_console=; .*Max-Age=0$/)
    expect((await get('/console/api/session', { cookie })).statusCode).toBe(401)
    expect((await get('/console/api/session', { cookie: another })).statusCode).toBe(204)
  })

  it('is over as soon as the token is revoked that opened it', async () => {
    const operators = revocable()
    await start({ operators })
    const cookie = String((await signIn({ token: operatorToken })).headers['set-cookie'])
    expect((await get('/console/api/session', { cookie })).statusCode).toBe(204)

    operators.isRevoked = true

    expect((await get('/console/api/session', { cookie })).statusCode).toBe(401)
  })

  it('is sent back over https only where it came by https', async () => {
    await start({ originOf: () => 'https://panel.example.com' })

    expect((await signIn({ token: operatorToken })).headers['set-cookie']).toMatch(/; Secure$/)
  })

  it('is of no use to pages from elsewhere, and neither opened nor closed by them', async () => {
    await start({ routes: scope => void scope.post('/deed', async () => 'done') })
    const cookie = String((await signIn({ token: operatorToken })).headers['set-cookie'])
    const foreign = { 'sec-fetch-site': 'same-site', origin: 'http://localhost:81' }
    const requests = [
      { method: 'POST', url: '/console/api/deed' },
      { method: 'GET', url: '/console/api/actions' },
      { method: 'DELETE', url: '/console/api/session' },
      { method: 'POST', url: '/console/api/session', payload: { token: operatorToken } },
    ] as const

    for (const request of requests) {
      const answer = await app.inject({ ...request, headers: { cookie, ...foreign } })
      expect([answer.statusCode, answer.json().exception]).toEqual([403, 'ForeignPageException'])
    }
    const own = { cookie, 'sec-fetch-site': 'same-origin' }
    expect((await app.inject({ method: 'POST', url: '/console/api/deed', headers: own })).body).toBe('done')
    const program = { ...asOperator, ...foreign } // Pages can't add a token that they don't have.
    expect((await app.inject({ method: 'POST', url: '/console/api/deed', headers: program })).body).toBe(
      'done',
    )
  })
})

/** One operator, whose token can be revoked. */
function revocable() {
  const operators = {
    isRevoked: false,
    withToken: async (token: string) => (token === operatorToken ? operators.withId('1') : undefined),
    withId: async (id: string) => (id === '1' && !operators.isRevoked ? { id, name: 'ada' } : undefined),
  }
  return operators
}

describe('the guard', () => {
  const paths = [
    'session',
    'live',
    'transactions',
    'transaction-log',
    'actions',
    'residue',
    `actions/${idNumber(1)}`,
    'faults',
  ]
  it.each(paths)('refuses /%s without a token, with a wrong one and with a made-up cookie', async path => {
    await start({ routes: scope => void scope.get('/faults', async () => []) })

    for (const headers of [
      {},
      { authorization: 'Bearer no' },
      { cookie: 'evenkeel_console=9999999999999.x' },
    ]) {
      const answer = await get(`/console/api/${path}`, headers)
      expect(answer.statusCode).toBe(401)
      expect(answer.json().exception).toBe('NotAnOperatorException')
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
  })

  it("lets an operator reach the application's own routes", async () => {
    await start({ routes: scope => void scope.get('/faults', async () => ['none']) })

    expect((await get('/console/api/faults')).json()).toEqual(['none'])
  })
})

describe('the records', () => {
  it('are found by the conditions in the query', async () => {
    await start()
    records.rows = [txRow()]
    const query = 'kind=request&operation=a&exception=B&category=client&principal=p&resource=r'
    const answer = await get(`/console/api/transactions?${query}&before=${idNumber(9)}&limit=7`)

    expect(answer.json().transactions).toHaveLength(1)
    expect(records.queries).toEqual([
      {
        kind: 'request',
        operation: 'a',
        exception: 'B',
        category: 'client',
        principal: 'p',
        resource: 'r',
        before: idNumber(9),
        limit: 7,
      },
    ])
  })

  it.each([
    ['transactions?limit=0', 'limit'],
    ['transactions?limit=ten', 'limit'],
    ['transactions?before=yesterday', 'before'],
    ['transactions?kind=cron', 'kind'],
    ['transactions?category=bug', 'category'],
    ['transactions?exception=', 'exception'],
    ['transactions?exception=A&exception=B', 'exception'],
    ['transactions?from=yesterday', 'from'],
    ['transactions?text=', 'text'],
    ['transactions/exceptions?from=1', 'to'],
    ['transactions?class=A', 'class'],
    ['actions?limit=201', 'limit'],
    ['actions?kind=request', 'kind'],
  ])('refuse %s and name the parameter', async (path, field) => {
    await start()
    const answer = await get(`/console/api/${path}`)

    expect(answer.statusCode).toBe(400)
    expect(Object.keys(answer.json().data.fields)).toEqual([field])
  })

  it('show one transaction and one action whole', async () => {
    await start()
    records.rows = [txRow({ id: idNumber(1), fields: { name: 'web' } })]
    records.views = [actionView({ id: idNumber(2) })]

    expect((await get(`/console/api/transactions/${idNumber(1)}`)).json().fields).toEqual({ name: 'web' })
    expect((await get(`/console/api/actions/${idNumber(2)}`)).json().name).toBe('server.create')
  })

  it('say what is not there, and what is no incident number', async () => {
    await start()
    const classes = await Promise.all(
      ['transactions', 'actions', 'incidents'].map(async kind => [
        (await get(`/console/api/${kind}/${idNumber(3)}`)).json().exception,
        (await get(`/console/api/${kind}/three`)).json().exception,
      ]),
    )

    expect(classes).toEqual([
      ['NoSuchTransactionException', 'NotAnIncidentNumberException'],
      ['NoSuchActionException', 'NotAnIncidentNumberException'],
      ['NoSuchIncidentException', 'NotAnIncidentNumberException'],
    ])
  })

  it('tell what an incident number stands for, the action before its own transaction', async () => {
    await start()
    records.rows = [txRow({ id: idNumber(1) }), txRow({ id: idNumber(2) })]
    records.views = [actionView({ id: idNumber(2) })]

    expect((await get(`/console/api/incidents/${idNumber(1)}`)).json().kind).toBe('transaction')
    expect((await get(`/console/api/incidents/${idNumber(2)}`)).json().kind).toBe('action')
  })
})

describe('the event stream', () => {
  it('begins with a snapshot, goes on with updates, and ends with the server', async () => {
    await start({ now: Date.now })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/console/api/live`, { headers: asOperator })
    const events = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('event: update')) text += (await events?.read())?.value ?? ''

    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(text).toMatch(/^retry: 1000\n\nevent: snapshot\ndata: {"now":\d+,"seconds":\[\]/)

    await app.close() // would wait for ever if the stream held the server open
    expect((await events?.read())?.done).toBe(true)
  })

  it.each([
    ['live', 'the token is revoked'],
    ['transactions/tail', 'the token is revoked'],
    ['live', 'the session is over'],
  ])('of %s ends as soon as %s', async (path, reason) => {
    const operators = revocable()
    let nowMs = 0
    await start({ operators, now: () => nowMs })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const payload = { token: operatorToken }
    const opened = await app.inject({ method: 'POST', url: '/console/api/session', payload })
    const cookie = String(opened.headers['set-cookie'])
    const answer = await fetch(`http://127.0.0.1:${port}/console/api/${path}`, { headers: { cookie } })
    const events = answer.body?.getReader()
    expect((await events?.read())?.done).toBe(false)

    if (reason === 'the token is revoked') operators.isRevoked = true
    else nowMs = 12 * 60 * 60 * 1000

    await expect(toTheEnd(events)).resolves.toBeUndefined()
  })

  it('answers with the exception when its sources fail, instead of beginning', async () => {
    await start()
    records.log.query = () => Promise.reject(new Error('the log is gone'))

    expect((await get('/console/api/live')).statusCode).toBe(500)
  })
})

describe('the pages', () => {
  const asBrowser = { accept: 'text/html,*/*' }
  let webRoot: string

  beforeEach(async () => {
    webRoot = await mkdtemp(join(tmpdir(), 'console-'))
    await mkdir(join(webRoot, 'assets'))
    await writeFile(
      join(webRoot, 'index.html'),
      '<base href="{{prefix}}/"><meta nonce="{{nonce}}"><html data-session="{{session}}">',
    )
    await writeFile(join(webRoot, 'assets', 'main-1a2b.js'), 'run()')
  })
  afterEach(() => rm(webRoot, { recursive: true }))

  it.each(['/ops', '/ops/', '/ops/actions/1?x=y'])('answer %s with the one page, made for it', async url => {
    await start({ webRoot, prefix: '/ops' })
    const answer = await get(url, asBrowser)

    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.body).toMatch(/^<base href="\/ops\/"><meta nonce="[\w-]{22}"><html data-session="none">$/)
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('answer their root to whoever asks for it', async () => {
    await start({ webRoot, prefix: '/ops' })

    expect((await get('/ops', { accept: '*/*' })).statusCode).toBe(200)
  })

  it('know whether a session is open', async () => {
    await start({ webRoot })
    const payload = { token: operatorToken }
    const answer = await app.inject({ method: 'POST', url: '/console/api/session', payload })
    const cookie = String(answer.headers['set-cookie'])

    expect((await get('/console', { ...asBrowser, cookie })).body).toContain('data-session="open"')
  })

  it('forbid every script and style that is not their own', async () => {
    await start({ webRoot })
    const { body, headers } = await get('/console', asBrowser)
    const nonce = /nonce="(.*?)"/.exec(body)?.[1]

    expect(headers['content-security-policy']).toContain(
      `script-src 'self'; style-src 'self' 'nonce-${nonce}'`,
    )
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
  })

  it('have assets that can be kept for ever', async () => {
    await start({ webRoot })
    const answer = await get('/console/assets/main-1a2b.js', {})

    expect(answer.body).toBe('run()')
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  it.each([
    ['/console/nowhere', { accept: 'application/json' }],
    ['/console/api/nowhere', asBrowser],
  ])('do not answer for %s when asked with %j', async (url, headers) => {
    await start({ webRoot })
    const answer = await get(url, headers)

    expect(answer.statusCode).toBe(404)
    expect(answer.json().exception).toBe('NoSuchConsolePageException')
  })

  it('say so when they have not been built, and leave the API working', async () => {
    await start({ webRoot: join(webRoot, 'missing') })

    expect((await get('/console', asBrowser)).json().exception).toBe('ConsoleNotBuiltException')
    expect((await get('/console/api/residue')).statusCode).toBe(200)
  })
})

describe('the transaction log', () => {
  it('is asked for a window of time and for a text in it', async () => {
    await start()

    await get('/console/api/transactions?from=1000&to=2000&text=disk%20full')

    expect(records.queries).toEqual([{ fromMs: 1000, toMs: 2000, text: 'disk full' }])
  })

  it('says what it has shed, what it takes on the disk, and what went wrong', async () => {
    await start()

    expect((await get('/console/api/transaction-log')).json()).toEqual({
      name: 'transactions',
      shedCount: 3,
      pendingCount: 0,
      sizeBytes: 4096,
      problemCount: 1,
      lastProblem: { exception: 'TxLogDiskFullException', message: 'The disk has no room.', atMs: 1000 },
      setAside: ['tx-2026-11-21.db.damaged'],
    })
  })

  it('counts the exceptions of each minute in a window', async () => {
    await start()

    const answer = await get('/console/api/transactions/exceptions?from=0&to=60000')

    expect(answer.json()).toEqual({ exceptions: [] })
  })

  it('loses all rows of a principal when an operator orders it, and keeps that it did', async () => {
    await start()
    records.rows = [
      txRow({ id: idNumber(1), principal: 'project:7' }),
      txRow({ id: idNumber(2), principal: 'project:8' }),
    ]

    const answer = await erase({ principal: 'project:7' })

    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toEqual({ txId: expect.any(String), rowCount: 1, notSearched: [] })
    expect(records.rows).toMatchObject([
      { id: answer.json().txId, kind: 'background', operation: 'tx-log.erase', status: 0 },
      { id: idNumber(2) },
    ])
  })

  it.each([
    [{}, 'principal'],
    [{ principal: '' }, 'principal'],
    [{ principal: 'a', all: true }, 'all'],
    [['a'], 'body'],
  ])('erases nothing when it is ordered with %j', async (order, field) => {
    await start()
    records.rows = [txRow({ principal: 'a' })]

    const answer = await erase(order)

    expect(answer.statusCode).toBe(400)
    expect(answer.json().data.fields).toHaveProperty([field])
    expect(records.rows).toHaveLength(1)
  })

  it('is erased by nobody but an operator', async () => {
    await start()

    expect((await erase({ principal: 'a' }, {})).statusCode).toBe(401)
  })
})

function erase(payload: object, headers: Record<string, string> = asOperator) {
  return app.inject({ method: 'POST', url: '/console/api/erasures', payload, headers })
}

/** Reads a stream until it ends, or is cut off. */
async function toTheEnd(events: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<void> {
  try {
    while ((await events?.read())?.done === false);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error // what `fetch` calls a connection that was cut
  }
}
