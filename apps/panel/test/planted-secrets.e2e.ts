import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sqliteTxLog, type TxRow } from 'evenkeel/tx-log'
import { describe, expect, it } from 'vitest'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import { type Answer, allOver, ask, type Call, smallServer, startPanel } from './panel.fixture.ts'

type Planting = (secret: string) => Call

const get = '/v1/servers'
const json = { 'content-type': 'application/json' }
const header =
  (name: string, value: (secret: string) => string = secret => secret, path = get): Planting =>
  secret => ({ path, headers: { [name]: value(secret) } })
const query =
  (name: string, path = get): Planting =>
  secret => ({ path: `${path}?${name}=${secret}` })
const body =
  (fields: (secret: string) => unknown, path = get, method = 'POST'): Planting =>
  secret => ({ method, path, body: fields(secret) })
const text =
  (sent: (secret: string) => string, path = get, headers: Record<string, string> = json): Planting =>
  secret => ({ method: 'POST', path, text: sent(secret), headers })
const server = (fields: (secret: string) => object) =>
  body(secret => ({ ...smallServer, image: 'debian-13', ...fields(secret) }))

/** Fifty ways in which a secret gets to a panel, rightly or by mistake. */
const plantings: readonly Planting[] = [
  header('authorization', secret => `Bearer ${secret}`),
  header('authorization', secret => `Basic ${Buffer.from(secret).toString('base64')} ${secret}`),
  header('authorization', secret => secret),
  header('authorization', secret => `Digest username="a", response="${secret}"`),
  header('authorization', secret => `Bearer ${secret}`, '/console/api/transactions'),
  header('authorization', secret => `Bearer ${secret}`, '/no/such/route'),
  header('proxy-authorization', secret => `Basic ${secret}`),
  header('cookie', secret => `session=${secret}`),
  header('cookie', secret => `theme=dark; evenkeel-session=${secret}`, '/console/api/transactions'),
  header('x-api-key'),
  header('x-auth-token'),
  header('x-forwarded-authorization'),
  header('referer', secret => `https://panel.example/?token=${secret}`),
  header('user-agent', secret => `curl/8 Authorization: Bearer ${secret}`),
  header('user-agent', secret => `tool (https://ada:${secret}@example.com)`),
  header('user-agent', secret => `tool password=${secret}`),
  header('idempotency-key', secret => `token=${secret}`),
  header('traceparent', secret => secret),
  header('accept', secret => `application/json; token=${secret}`),
  header('origin', secret => `https://ada:${secret}@example.com`),
  query('token'),
  query('access_token'),
  query('password'),
  query('api_key', '/no/such/route'),
  query('secret', '/v1/servers/7'),
  query('user_data', '/console/api/transactions'),
  query('token', '/health/ready'),
  query('token', '/console'),
  server(secret => ({ password: secret })),
  server(secret => ({ user_data: `#cloud-config\npassword: ${secret}` })),
  server(secret => ({ password: secret, image: 'flatcar-stable' })),
  server(secret => ({ password: { of: secret } })),
  server(secret => ({ password: [secret] })),
  server(secret => ({ password: secret, flavor: 'no-such-flavor' })),
  server(secret => ({ user_data: [secret] })),
  server(secret => ({ rootPassword: secret })),
  server(secret => ({ token: secret })),
  server(secret => ({ ssh_keys: [`-----BEGIN PRIVATE KEY-----\n${secret}`] })),
  server(secret => ({ tags: { password: secret, wrong: 7 } })),
  body(secret => ({ password: secret }), '/v1/servers/7', 'PATCH'),
  body(secret => ({ token: secret }), '/console/api/session'),
  body(secret => ({ token: { of: secret } }), '/console/api/session'),
  body(secret => ({ token: 'wrong', password: secret }), '/console/api/session'),
  body(
    secret => [{ operation: 'volumes.create', kind: 'refuse', token: secret }],
    '/console/api/cloud/faults',
    'PUT',
  ),
  text(secret => `{"password": "${secret}" "name"`),
  text(secret => `{"password": "${secret}`),
  text(secret => `password=${secret}&name=web`, get, { 'content-type': 'application/x-www-form-urlencoded' }),
  text(secret => `<password>${secret}</password>`, get, { 'content-type': 'application/xml' }),
  text(secret => `{"token": "${secret}"}${' '.repeat(1_100_000)}`),
  text(secret => `{"token": "${secret}"}`, '/no/such/route'),
]

describe('fifty secrets, planted wherever requests carry any', () => {
  it('are found in no answer, no log, no file and no metric', async () => {
    const planted = plantings.map(() => `zq${randomBytes(12).toString('hex')}`)
    expect(planted).toHaveLength(50)
    await using panel = await startPanel({ LOG_LEVEL: 'trace' })

    const told: string[] = []
    for (const [at, planting] of plantings.entries()) {
      told.push(shown(await ask(panel, planting(planted[at] as string))))
    }
    await allOver(panel)
    told.push(...(await recorded(panel)))
    const running = await filesOf(panel)
    await panel.stop()
    const rows = await rowsOf(panel)

    expect(rows.length).toBeGreaterThanOrEqual(plantings.length)
    // What stood around a secret is there: it was looked for where it would be.
    expect(rows.map(({ fields }) => fields['userAgent'])).toContain('tool password=[secret]')
    expect(found(planted, told)).toEqual([])
    expect(found(planted, [panel.output])).toEqual([])
    expect(
      found(
        planted,
        rows.map(row => JSON.stringify(row)),
      ),
    ).toEqual([])
    expect(found(planted, running)).toEqual([])
    expect(found(planted, await filesOf(panel))).toEqual([])
  })
})

/** In plain, and in the encodings that would hide it from a plain search. */
function found(planted: readonly string[], texts: readonly string[]): number[] {
  const all = texts.join('\n')
  return planted.flatMap((secret, at) => {
    const bytes = Buffer.from(secret)
    const forms = [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')]
    return forms.some(form => all.includes(form)) ? [at] : []
  })
}

function shown({ rawHeaders, text }: Answer): string {
  return `${rawHeaders.join('\n')}\n${text}`
}

/** All that the console tells of what happened, and the metrics. */
async function recorded(panel: PanelProcess): Promise<string[]> {
  const { transactions } = (await ask(panel, { path: '/console/api/transactions?limit=200' })).json<{
    transactions: readonly TxRow[]
  }>()
  const { actions } = (await ask(panel, { path: '/console/api/actions' })).json<{
    actions: readonly { id: string }[]
  }>()
  const paths = [
    ...transactions.map(({ id }) => `/console/api/transactions/${id}`),
    ...actions.map(({ id }) => `/console/api/actions/${id}`),
    '/console/api/cloud/objects',
    '/console/api/cloud/events',
    '/console/api/cloud/faults',
    '/console/api/residue',
  ]
  expect(transactions.length).toBeGreaterThanOrEqual(plantings.length)
  const metrics = await ask(panel, { path: '/metrics', token: 'e2e-console' })
  expect(metrics.text).toContain('WrongOperatorTokenException')
  return [...(await Promise.all(paths.map(async path => shown(await ask(panel, { path }))))), shown(metrics)]
}

/** As they are kept: compressed in the files, so that a look at the bytes alone would prove little. */
async function rowsOf({ dataDir }: PanelProcess): Promise<readonly TxRow[]> {
  const log = sqliteTxLog({ folder: join(dataDir, 'tx-log') })
  try {
    return await log.query({ limit: 1000 })
  } finally {
    await log.close()
  }
}

async function filesOf({ dataDir }: PanelProcess): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')))
}
