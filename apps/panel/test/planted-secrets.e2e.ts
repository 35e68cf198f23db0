import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sqliteTxLog, type TxRow } from 'evenkeel/tx-log'
import { describe, expect, it } from 'vitest'
import { makeBackup } from '../src/backup/make-backup.ts'
import { PanelProcess } from '../src/demo/panel-process.ts'
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

const image = (fields: (secret: string) => object) =>
  body(
    secret => ({
      name: 'own',
      user_data_handling: 'pass-through',
      zones: ['rma1'],
      ...fields(secret),
    }),
    '/v1/custom-images/import',
  )

/** Ways in which a secret gets to a panel, rightly or by mistake. */
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
  image(secret => ({ url: `https://ada:${secret}@images.example.com/a.raw` })),
  image(secret => ({ url: `https://${secret}@images.example.com/a.raw` })),
  image(secret => ({ url: `ftp://ada:${secret}@images.example.com/a.raw` })),
  image(secret => ({ url: 'https://images.example.com/a.raw', password: secret })),
  body(secret => ({ display_name: 'backups', secret_key: secret }), '/v1/objects-users'),
  body(secret => ({ display_name: ['backups'], keys: [{ secret_key: secret }] }), '/v1/objects-users'),
  body(secret => ({ name: 'ci', token: secret }), '/console/api/projects/demo/tokens'),
  body(secret => ({ name: 'ada', token: secret }), '/console/api/operator-tokens'),
  header('authorization', secret => `Bearer ${secret}`, '/metrics'),
  header('cookie', secret => `evenkeel_console=1.a.b.${secret}`, '/console'),
  header('last-event-id', secret => `token=${secret}`, '/v1/servers'),
  secret => ({
    method: 'POST',
    path: '/v1/server-groups',
    body: { name: 'apart', type: 'anti-affinity' },
    headers: { 'idempotency-key': `token=${secret}` },
  }),
  query('password', '/v1/metrics/buckets'),
  query('token', '/v1/actions'),
]

describe('secrets, planted wherever requests carry any', () => {
  it('are found in no answer, no log, no file and no metric', async () => {
    const planted = plantings.map(() => `zq${randomBytes(12).toString('hex')}`)
    await using panel = await startPanel({ LOG_LEVEL: 'trace' })

    const told: string[] = []
    for (const [at, planting] of plantings.entries()) {
      told.push(shown(await ask(panel, planting(planted[at] as string))))
    }
    await allOver(panel)
    told.push(...(await recorded(panel, plantings.length)))
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

describe('secrets that the panel gives out itself', () => {
  it('are found in the answers that give them, and nowhere else', async () => {
    await using panel = await startPanel({ LOG_LEVEL: 'trace' })
    const post = (path: string, body: object) => ask(panel, { method: 'POST', path, body })
    const user = await post('/v1/objects-users', { display_name: 'backups' })
    const [keys] = user.json<{ keys: readonly { secret_key: string }[] }>().keys
    const customer = (await post('/console/api/projects/demo/tokens', { name: 'ci' })).json()['token']
    const operator = (await post('/console/api/operator-tokens', { name: 'ada' })).json()['token']
    const fromCommand = await panel.makeToken('panel', '--name', 'cron')
    const opened = await post('/console/api/session', { token: operator })
    const cookie = opened.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    const secrets = [keys?.secret_key, customer, operator, fromCommand, cookie.split('.').at(-1)] as string[]
    for (const secret of secrets) expect(secret).toMatch(/^[\w/+-]{20,}$/)

    const told = await Promise.all(
      [
        { path: '/v1/servers', token: customer },
        { path: '/v1/servers', token: fromCommand },
        { path: '/v1/no/such/thing', token: customer },
        { path: '/console/api/projects/demo/tokens', token: operator },
        { path: '/console/api/operator-tokens', headers: { cookie }, token: null },
        { path: '/v1/project-logs' },
        { path: '/v1/actions' },
      ].map(async call => shown(await ask(panel, call as Call))),
    )
    await allOver(panel)
    told.push(...(await recorded(panel, 1)))
    const backup = await backedUp(panel)
    const files = await filesOf(panel)
    await panel.stop()

    expect(found(secrets, told)).toEqual([])
    expect(found(secrets, [panel.output])).toEqual([])
    expect(found(secrets, files)).toEqual([])
    expect(found(secrets, [backup])).toEqual([])
    expect(found(secrets, await filesOf(panel))).toEqual([])
    expect(found(['no such thing', 'backups'], files)).toEqual([1]) // What is no secret is there: the search finds.
  })
})

describe('the files of a panel', () => {
  it('are for the eyes of its user alone, also in a folder that others could look into', async () => {
    await using panel = await PanelProcess.prepare({ CLOUD_LATENCY: '0' })
    await mkdir(panel.dataDir, { mode: 0o755 })
    await panel.start()
    const backup = join(dirname(panel.dataDir), 'backup.tar.gz')
    await makeBackup(panel.dataDir, backup)
    const within = await readdir(panel.dataDir, { recursive: true })
    const all = [
      panel.dataDir,
      `${panel.dataDir}.key`,
      backup,
      ...within.map(name => join(panel.dataDir, name)),
    ]
    const open = await Promise.all(all.map(async path => ((await stat(path)).mode & 0o077) !== 0 && path))

    expect(all.length).toBeGreaterThan(8)
    expect(open.filter(Boolean)).toEqual([])
  })
})

/** All that is in a backup, unpacked. */
async function backedUp({ dataDir }: PanelProcess): Promise<string> {
  const path = join(dirname(dataDir), 'backup.tar.gz')
  await makeBackup(dataDir, path)
  return gunzipSync(await readFile(path)).toString('latin1')
}

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
async function recorded(panel: PanelProcess, transactionsMin: number): Promise<string[]> {
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
    '/console/api/findings',
    '/console/api/projects/demo/tokens',
    '/console/api/operator-tokens',
  ]
  expect(transactions.length).toBeGreaterThanOrEqual(transactionsMin)
  const metrics = await ask(panel, { path: '/metrics', token: 'e2e-console' })
  expect(metrics.text).toContain('evenkeel_build')
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
