import { type FindingsSource, mountConsole } from '@evenkeel/console'
import { InternalException } from 'evenkeel'
import { evenkeelFastifyOptions, mountEvenkeel } from 'evenkeel/fastify'
import { memoryStats } from 'evenkeel/stats'
import { memoryTxLog } from 'evenkeel/tx-log'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closedSessionsIn, operatorsIn } from '../accounts/operators.ts'
import { hashOfToken } from '../accounts/token.ts'
import { acceptsAll } from '../api/testing.ts'
import { embeddedCloud } from '../cloud/embedded/embedded-cloud.ts'
import type { Records } from '../records/database.ts'
import { someProject, temporaryRecords } from '../records/testing.ts'
import { deleteOperatorToken, insertOperatorToken, insertToken } from '../records/tokens.ts'
import { addMetricsRoute } from './metrics-route.ts'
import { operatorRoutes } from './operator-routes.ts'

/** What opens a session, and what the pages are made of: for whoever has none yet. */
const open = [
  'POST /console/api/session',
  'DELETE /console/api/session',
  'GET /console',
  'GET /console/*',
  'GET /console/assets/*',
]

const hour = 60 * 60 * 1000
const ownPage = { 'sec-fetch-site': 'same-origin' }

describe("operators' routes", () => {
  let app: FastifyInstance
  let records: Records
  let disposeRecords: () => Promise<void>
  let nowMs: number
  const routes: { readonly method: string; readonly url: string }[] = []
  const cloud = embeddedCloud({ path: ':memory:', latencyFactor: 0 })

  beforeAll(async () => {
    nowMs = Date.now()
    ;({ records, dispose: disposeRecords } = await temporaryRecords())
    await records.transaction(async trx => {
      const row = { isFromEnvironment: false, createdAt: 'now' }
      const customer = { ...row, projectId: someProject.id }
      for (const id of ['ada', 'leaver'])
        await insertOperatorToken(trx, { ...row, id, name: id, hash: hashOfToken(id) })
      for (const id of ['writer', 'reader'])
        await insertToken(trx, {
          ...customer,
          id,
          name: id,
          hash: hashOfToken(id),
          isReadOnly: id === 'reader',
        })
    })
    app = await serverOf()
  })
  afterAll(async () => {
    await app.close()
    cloud.close()
    await disposeRecords()
  })

  async function serverOf(): Promise<FastifyInstance> {
    const [stats, log, now] = [memoryStats(), memoryTxLog(), () => nowMs]
    const operators = operatorsIn(records)
    const server = Fastify(evenkeelFastifyOptions())
    mountEvenkeel(server, { service: 'panel', stats, log })
    server.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) if (each !== 'HEAD') routes.push({ method: each, url })
    })
    addMetricsRoute(server, { stats, log, release: '1', operators })
    await mountConsole(server, {
      stats,
      log,
      actions: {
        list: async () => [],
        view: async () => undefined,
        overview: async () => ({ running: 0, watches: 0, residue: 0 }),
        residue: async () => [],
      },
      findings: nothingFound,
      operators,
      closedSessions: closedSessionsIn(records),
      sessionKey: new Uint8Array(32).fill(1),
      routes: scope => operatorRoutes(scope, { cloud, records, perform: acceptsAll }),
      now,
    })
    await server.ready()
    return server
  }

  const guarded = () => routes.filter(({ method, url }) => !open.includes(`${method} ${url}`))

  const ask = ({ method, url }: { method: string; url: string }, headers: Record<string, string>) =>
    app.inject({ method: method as 'GET', url: url.replace(/:\w+/g, 'x'), headers })

  async function signedInAs(token: string): Promise<string> {
    const answer = await app.inject({ method: 'POST', url: '/console/api/session', payload: { token } })
    return String(answer.headers['set-cookie']).split(';')[0] ?? ''
  }

  /** What the guarded routes answer, each answer once. */
  async function answersTo(headers: Record<string, string>): Promise<readonly string[]> {
    const answers = await Promise.all(guarded().map(route => ask(route, headers)))
    return [
      ...new Set(answers.map(answer => `${answer.statusCode} ${answer.headers['evenkeel-exception']}`)),
    ].toSorted()
  }

  it('are all there, and so is nothing that is open to everybody', () => {
    const names = routes.map(({ method, url }) => `${method} ${url}`)

    expect(names.length).toBeGreaterThan(35)
    expect(names).toEqual(
      expect.arrayContaining([
        ...open,
        'GET /metrics',
        'POST /console/api/operator-tokens',
        'POST /console/api/reconciler/run',
      ]),
    )
    expect(names.filter(name => !/ \/(console|metrics)/.test(name))).toEqual([])
  })

  const refused = ['401 MetricsTokenRequiredException', '401 NotAnOperatorException']

  it.each<[string, Record<string, string>]>([
    ['without any token', {}],
    ['with a token that nobody has', { authorization: 'Bearer guess' }],
    ["with a customer's token", { authorization: 'Bearer writer' }],
    ["with a customer's token that may only read", { authorization: 'Bearer reader' }],
    ['with an operator token that is sent otherwise', { authorization: 'Basic ada', 'x-api-key': 'ada' }],
    ['with a cookie that nobody sealed', { cookie: `evenkeel_console=${Date.now() + hour}.a.YWRh.x` }],
  ])('are closed %s', async (_, headers) => {
    expect(await answersTo(headers)).toEqual(refused)
  })

  it('are closed to a session that has ended, was closed, or whose token was revoked', async () => {
    const [ended, closed, revoked] = [
      await signedInAs('ada'),
      await signedInAs('ada'),
      await signedInAs('leaver'),
    ]
    await app.inject({ method: 'DELETE', url: '/console/api/session', headers: { cookie: closed } })
    await records.transaction(trx => deleteOperatorToken(trx, 'leaver'))

    expect(await answersTo({ cookie: closed, ...ownPage })).toEqual(refused)
    expect(await answersTo({ cookie: revoked, ...ownPage })).toEqual(refused)
    nowMs += 12 * hour
    expect(await answersTo({ cookie: ended, ...ownPage })).toEqual(refused)
  })

  it.each([
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:81' },
    { origin: 'https://evil.example' },
  ])('are closed to a page from elsewhere, whatever session is open in the browser: %j', async foreign => {
    const cookie = await signedInAs('ada')

    expect(await answersTo({ cookie, ...foreign })).toEqual([
      '401 MetricsTokenRequiredException',
      '403 ForeignPageException',
    ])
  })
})

/** With it the console has the routes of findings. Nobody gets so far as to change one. */
const nothingFound: FindingsSource = {
  list: async () => [],
  find: async () => undefined,
  overview: async () => ({ open: 0, repairing: 0 }),
  comparisons: async () => [],
  comparingSinceMs: undefined,
  compare: () => {
    throw new InternalException('Somebody who is no operator had the records compared.')
  },
  remedy: () => Promise.reject(new InternalException('Somebody who is no operator had something repaired.')),
  dismiss: () => Promise.reject(new InternalException('Somebody who is no operator dismissed something.')),
}
