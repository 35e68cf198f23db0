import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../demo/eventually.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

/** The kinds of what is there to be asked about, as paths name them. */
const kinds = [
  'servers',
  'server-groups',
  'volumes',
  'volume-snapshots',
  'networks',
  'subnets',
  'floating-ips',
  'load-balancers',
  'pools',
  'members',
  'listeners',
  'health-monitors',
  'routers',
  'interfaces',
  'objects-users',
  'custom-images',
  'import',
  'actions',
] as const

/** The id of one of each kind. */
type Scene = Readonly<Record<(typeof kinds)[number], string>>

type Body = { readonly [field: string]: unknown }

const server = { name: 'web1.example.com', flavor: 'flex-4-1', image: 'debian-13' }
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== me'
const loadBalancer = { name: 'front', flavor: 'lb-standard' }
const pool = { name: 'web', algorithm: 'round_robin', protocol: 'tcp' }
const member = { name: 'web-1', protocol_port: 80 }
const listener = { name: 'http', protocol: 'tcp', protocol_port: 80 }
const timeouts = {
  timeout_client_data_ms: 50_000,
  timeout_member_connect_ms: 5_000,
  timeout_member_data_ms: 50_000,
}
const checks = {
  delay_s: 2,
  timeout_s: 1,
  up_threshold: 2,
  down_threshold: 3,
  http: {
    expected_codes: ['200', '204'],
    method: 'GET',
    url_path: '/up',
    version: '1.1',
    host: 'example.com',
  },
}
const tags = { env: 'prod' }
const imageUrl = 'https://images.example.com/a.raw'

/** Their answers have no end. */
const streams: ReadonlySet<string> = new Set(['GET /v1/actions/stream'])

/** What bodies are broken with. */
const pieces = [
  '',
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '\\',
  '\\u0000',
  '\\ud800',
  '\0',
  'é',
  '💩',
  '-',
  '9'.repeat(30),
  '1e999',
  'null',
  'true',
  '"name":',
  '__proto__',
  '=',
  '&',
  '\r\n--x\r\n',
]

/** For each route that reads a body, bodies that have every field that it knows. */
const rightBodies: { readonly [route: string]: (scene: Scene) => readonly Body[] } = {
  'POST /v1/servers': ({ networks: network, subnets: subnet, 'server-groups': group }) => [
    {
      ...server,
      zone: 'rma1',
      volume_size_gb: 10,
      volumes: [{ size_gb: 1, type: 'ssd' }],
      bulk_volume_size_gb: 100,
      use_public_network: true,
      use_private_network: true,
      use_ipv6: true,
      ssh_keys: [key],
      password: 'correct horse',
      user_data: '#cloud-config\n',
      server_groups: [group],
      tags,
    },
    {
      ...server,
      ssh_keys: [key],
      interfaces: [
        { network: 'public' },
        { network },
        { addresses: [{ subnet, address: '172.16.0.77' }] },
        { network, addresses: [] },
      ],
    },
  ],
  'PATCH /v1/servers/:uuid': ({ networks: network, subnets: subnet }) => [
    { name: 'web2' },
    { flavor: 'flex-4-2' },
    { interfaces: [{ network: 'public' }, { network, addresses: [{ subnet }] }] },
    { tags },
  ],
  'POST /v1/servers/:uuid/start': () => [{}],
  'POST /v1/servers/:uuid/stop': () => [{}],
  'POST /v1/servers/:uuid/reboot': () => [{}],
  'POST /v1/server-groups': () => [{ name: 'apart', type: 'anti-affinity', zone: 'rma1', tags }],
  'PATCH /v1/server-groups/:uuid': () => [{ name: 'away', tags }],
  'POST /v1/volumes': ({ 'volume-snapshots': snapshot, servers: at }) => [
    { name: 'data', size_gb: 1, type: 'ssd', zone: 'rma1', servers: [at], tags },
    { name: 'data', size_gb: 1, server_uuids: [at] },
    { name: 'copy', volume_snapshot_uuid: snapshot },
  ],
  'PATCH /v1/volumes/:uuid': ({ servers: at }) => [
    { name: 'more data' },
    { servers: [at] },
    { server_uuids: [at] },
    { servers: [] },
    { tags },
  ],
  'POST /v1/volumes/:uuid/revert': ({ 'volume-snapshots': snapshot }) => [{ snapshot }],
  'POST /v1/volume-snapshots': ({ volumes: volume }) => [{ name: 'before', source_volume: volume, tags }],
  'PATCH /v1/volume-snapshots/:uuid': () => [{ name: 'after', tags }],
  'POST /v1/networks': () => [{ name: 'lan', zone: 'rma1', mtu: 1500, auto_create_ipv4_subnet: true, tags }],
  'PATCH /v1/networks/:uuid': () => [{ name: 'lan 2', mtu: 6601, tags }],
  'POST /v1/subnets': ({ networks: network }) => [
    {
      network,
      cidr: '10.11.0.0/22',
      gateway_address: '10.11.3.254',
      dns_servers: ['192.0.2.1', '2001:db8::1'],
      tags,
    },
  ],
  'PATCH /v1/subnets/:uuid': () => [
    { gateway_address: '172.16.0.1', dns_servers: ['192.0.2.1', '2001:db8::1'], tags },
  ],
  'POST /v1/floating-ips': ({ servers: at }) => [
    {
      ip_version: 4,
      type: 'regional',
      region: 'rma',
      server: at,
      reverse_ptr: 'www.example.com',
      tags,
    },
    { ip_version: 6, prefix_length: 56 },
  ],
  'PATCH /v1/floating-ips/:uuid': ({ servers: at }) => [{ server: at, reverse_ptr: 'www.example.com', tags }],
  'POST /v1/floating-ips/:uuid': ({ servers: at }) => [{ server: at, reverse_ptr: 'www.example.com', tags }],
  'POST /v1/load-balancers': ({ subnets: subnet }) => [
    { ...loadBalancer, zone: 'rma1', vip_addresses: [{ subnet, address: '172.16.0.88' }], tags },
  ],
  'PATCH /v1/load-balancers/:uuid': () => [{ name: 'front', tags }],
  'POST /v1/load-balancers/pools': ({ 'load-balancers': front }) => [{ ...pool, load_balancer: front, tags }],
  'PATCH /v1/load-balancers/pools/:uuid': () => [{ name: 'web', tags }],
  'POST /v1/load-balancers/pools/:pool/members': ({ subnets: subnet }) => [
    { ...member, subnet, address: '172.16.0.51', monitor_port: 81, enabled: true, tags },
  ],
  'PATCH /v1/load-balancers/pools/:pool/members/:uuid': () => [{ name: 'web', enabled: false, tags }],
  'POST /v1/load-balancers/listeners': ({ pools: to }) => [
    {
      ...listener,
      ...timeouts,
      pool: to,
      protocol_port: 8080,
      allowed_cidrs: ['192.0.2.0/24', '::/0'],
      tags,
    },
  ],
  'PATCH /v1/load-balancers/listeners/:uuid': () => [
    { ...listener, ...timeouts, allowed_cidrs: ['192.0.2.0/24'], tags },
  ],
  'POST /v1/load-balancers/health-monitors': ({ pools: of }) => [{ pool: of, type: 'http', ...checks, tags }],
  'PATCH /v1/load-balancers/health-monitors/:uuid': () => [{ ...checks, tags }],
  'POST /v1/routers': () => [{ name: 'gate', zone: 'rma1', internet_gateway: true, tags }],
  'POST /v1/routers/:uuid/interfaces': ({ networks: network, subnets: subnet }) => [
    { network, addresses: [{ subnet, address: '172.16.0.99' }] },
  ],
  'POST /v1/objects-users': () => [{ display_name: 'backups', tags }],
  'PATCH /v1/objects-users/:uuid': () => [{ display_name: 'archive', tags }],
  'POST /v1/custom-images/import': () => [
    {
      url: imageUrl,
      name: 'appliance',
      slug: 'mine',
      user_data_handling: 'pass-through',
      zones: ['rma1'],
      source_format: 'raw',
      firmware_type: 'bios',
      tags,
    },
  ],
  'PATCH /v1/custom-images/:uuid': () => [
    { name: 'appliance', slug: 'mine', user_data_handling: 'pass-through', tags },
  ],
  'POST /v1/actions/:id/cancel': () => [{}],
}

/** What no field can be: whoever puts it there is told which field it is. */
const anything: readonly unknown[] = [
  true,
  0,
  1.5,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '\0',
  '\u001b[2J',
  '\ud800',
  '💩',
  '1e3',
  "'; drop table servers; --",
  '__proto__',
  'x'.repeat(70_000),
  [],
  [null],
  Array.from({ length: 2_000 }, () => 'x'),
  {},
  { constructor: { prototype: null } },
  randomUUID(),
]

/** What one field can't be, and is nearly. */
const nearly: { readonly [field: string]: readonly unknown[] } = {
  image: [`custom:${'x'.repeat(70_000)}`, 'custom:', 'custom:\ud800'],
  name: ['-web', 'web-', 'a..b', 'web_1', 'wëb', 'x'.repeat(256)],
  cidr: [
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/25',
    '10.0.0.0/024',
    '10.0.0.0/0x18',
    '10.0.0.0/24 ',
    '10.0.0/24',
    '10.0.0.256/24',
    '010.0.0.0/24',
    '167772160/24',
    '0.0.0.0/0',
    '8.8.8.0/24',
    '172.16.0.0/11',
    '192.168.0.0/15',
    '169.254.0.0/16',
    '::/0',
    'fd00::/64',
    '::ffff:10.0.0.0/104',
  ],
  gateway_address: ['10.11.4.1', '10.11.0.0', '10.11.3.255', '10.11.0.150', '::1', '10.11.0.1/22', '10.11.1'],
  dns_servers: [
    ['0.0.0.0'],
    ['127.0.0.1'],
    ['255.255.255.255'],
    ['ff02::1'],
    ['dns.example.com'],
    ['192.0.2.1', '192.0.2.1'],
  ],
  address: ['172.16.0.0', '172.16.0.255', '172.16.1.1', '127.0.0.1', '172.16.0.077', '::ffff:172.16.0.77'],
  mtu: [1279, 9001, '1500.0'],
  size_gb: [0, 1_000_001, '1GB'],
  volume_size_gb: [9, 1_000_001],
  bulk_volume_size_gb: [99, 150, '100 '],
  reverse_ptr: [
    'a_b.example.com',
    'x'.repeat(64),
    `${'a.'.repeat(127)}a`,
    'example.com.',
    '.',
    'exämple.com',
  ],
  protocol_port: [0, 65_536, 11_111_111, '80 '],
  monitor_port: [0, 65_536],
  allowed_cidrs: [['192.0.2.1'], ['192.0.2.0/33'], ['all']],
  expected_codes: [['20'], ['600'], ['200-204', '301'], ['204-200'], ['200-']],
  url_path: ['up', '/a b', '//\n'],
  delay_s: [0, 3_601],
  timeout_s: [0, 3],
  up_threshold: [0, 11],
  ip_version: [5, '04', 46],
  prefix_length: [32, 64, 128, '56 '],
  network: ['PUBLIC', 'private'],
  url: [
    'ftp://images.example.com/a',
    'http://',
    'http://user:secret@images.example.com/a',
    'file:///etc/passwd',
  ],
}

let api: ApiForTests
let scene: Scene
beforeAll(async () => {
  const plenty = { quotaServers: 1000, quotaVcpus: 1000, quotaMemoryGb: 10_000, quotaVolumeGb: 10_000_000 }
  const imageUrls = `${imageUrl}=1GB`
  api = await apiForTests({ environment: { IMAGE_URLS: imageUrls }, project: plenty })
  scene = await makeScene()
})
afterAll(() => api.dispose())

describe('one wrong field', () => {
  it('is tried at every route that reads what it is sent', () => {
    const reading = api.routes.filter(route => !/^(GET|DELETE) /.test(route))

    expect(reading.toSorted()).toEqual(Object.keys(rightBodies).toSorted())
  })

  it.each(Object.entries(rightBodies))('is named by %s, which changes nothing', async (route, bodiesIn) => {
    const tried = new Set<string>()
    let refusals = 0
    for (const right of bodiesIn(scene)) {
      const bodies = [...spoilt(right)].filter(([field]) => !tried.has(field))
      for (const name of Object.keys(right)) tried.add(name)
      for (const [field, body] of bodies) {
        const { answer, told } = await answerTo(route, body)
        if (answer.statusCode < 400) continue
        refusals++

        const [named = '', ...more] = Object.keys(answer.json())
        const isAboutTheWhole = /not valid JSON|Only one attribute/.test(answer.json().detail)
        expect([isAboutTheWhole ? field : named.match(/^\w+/)?.[0], more], told).toEqual([field, []])
        expect(answer.body.length, told).toBeLessThan(2_000)
      }
    }
    expect(refusals > 0).toBe(tried.size > 0)
  })
})

describe('a body', () => {
  it('of any kind gets an answer that the client can read', async () => {
    const routes = Object.entries(rightBodies)
    const broken = fc.record({
      at: fc.nat(routes.length - 1),
      variant: fc.nat(3),
      edits: fc.array(
        fc.record({
          place: fc.double({ min: 0, max: 1, noNaN: true }),
          cut: fc.nat(9),
          put: fc.constantFrom(...pieces),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      type: fc.constantFrom(
        'application/json',
        'application/json',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'text/plain',
        'application/json; charset=utf-16',
        '',
      ),
    })

    await fc.assert(
      fc.asyncProperty(broken, async ({ at, variant, edits, type }) => {
        const [route, bodiesIn] = routes[at] ?? ['', () => []]
        const bodies = bodiesIn(scene)
        const right = JSON.stringify(bodies[variant % bodies.length])
        const payload = edits.reduce((text, { place, cut, put }) => {
          const from = Math.floor(place * text.length)
          return text.slice(0, from) + put + text.slice(from + cut)
        }, right)

        await answerTo(route, undefined, { payload, headers: { 'content-type': type } })
      }),
      { numRuns: 200 },
    )
  })
})

describe('a form', () => {
  it('with anything in a field, once or several times, gets an answer that the client can read', async () => {
    const routes = Object.entries(rightBodies).filter(([route]) => !route.includes('/:'))
    const spoilt = fc.record({
      at: fc.nat(routes.length - 1),
      field: fc.nat(20),
      value: fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.constantFrom(...pieces, 'x'.repeat(70_000)),
      ),
      times: fc.integer({ min: 1, max: 3 }),
    })

    await fc.assert(
      fc.asyncProperty(spoilt, async ({ at, field, value, times }) => {
        const [route, bodiesIn] = routes[at] ?? ['', () => []]
        const fields = Object.entries(bodiesIn(scene)[0] ?? {}).filter(
          ([, value]) => typeof value !== 'object',
        )
        const [name = ''] = fields[field % fields.length] ?? []
        const form = new URLSearchParams()
        for (const [other, right] of fields) if (other !== name) form.append(other, String(right))
        for (let time = 0; time < times; time++) form.append(name, value)

        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        await answerTo(route, undefined, { payload: String(form), headers })
      }),
      { numRuns: 100 },
    )
  })
})

describe('a header', () => {
  const long = 'x'.repeat(10_000)

  it.each<[string, readonly string[]]>([
    [
      'authorization',
      ['', 'Bearer', 'Bearer ', 'Basic d3JpdGVyOg==', 'bearer writer writer', `Bearer ${long}`, 'Bearer é'],
    ],
    ['idempotency-key', ['', ' ', long, 'é', '\t']],
    ['content-type', ['', 'json', 'application/json; charset', 'multipart/form-data', long]],
    ['accept', ['', '*/*;q=x', long]],
    ['host', ['', 'a b', '[::1', 'example.com:99999', '../..', `${long}.example.com`]],
    ['x-forwarded-host', ['', '<script>', long]],
    ['evenkeel-tx', ['', 'x', long]],
    ['traceparent', ['', '00-0-0-00', long]],
  ])('%s that is anything breaks nothing', async (name, values) => {
    for (const value of values) {
      const headers = { 'content-type': 'application/json', [name]: value }
      await answerTo('GET /v1/servers', undefined, { headers })
      await answerTo('POST /v1/networks', undefined, { payload: '{"name": ""}', headers })
    }
  })
})

describe('an address', () => {
  const ids = [
    'x',
    '%00',
    '%',
    '%2e%2e',
    '%F0%9F%92%A9',
    "';--",
    '1'.repeat(101),
    'a'.repeat(5_000),
    '10.0.0.0%2F8',
    '2001:db8::1%25eth0',
    '%20',
  ]
  const queries = [
    '',
    'tag:',
    'tag',
    'tag:__proto__=1',
    'tag:a=1&tag:a=2',
    'tag%3Aa',
    '%',
    '%00=%00',
    'name[]=1&name[x]=2',
    'name=%ff',
    'name=%ed%a0%80',
    '=',
    '&&&',
    'a'.repeat(5_000),
  ]
  /** Parameters that some lists know. */
  const ofSome = [
    'limit=0',
    'limit=1e9',
    'limit=1&limit=2',
    'before=x',
    'state=x',
    'uuid=x',
    'kind=',
    'kind=1&kind=2',
    'cursor=',
    'cursor=x',
    'cursor=W10',
    'cursor=WzFlOTksbnVsbCxudWxsXQ',
    'start=yesterday',
    'start=2026-02-30',
    'end=9999999999999',
    'start=1&start=2',
    'start=-271821-04-20T00:00:00Z',
  ]

  it('that leads nowhere is answered in words, at every route', async () => {
    for (const route of api.routes.filter(route => route.includes('/:') && !streams.has(route))) {
      for (const id of ids) {
        const { answer, told } = await answerTo(route, undefined, {}, id)

        expect([400, 404, 405, 414], told).toContain(answer.statusCode)
      }
    }
  })

  it('with any query gets what it asks for, or is told what is wrong about it', async () => {
    for (const route of api.routes.filter(route => /^GET [^:]+$/.test(route) && !streams.has(route))) {
      const isOfSome = /actions$|project-logs$|metrics/.test(route)
      for (const query of isOfSome ? [...queries, ...ofSome] : queries) {
        const { answer, told } = await answerTo(`${route}?${query}`)

        expect([200, 400], told).toContain(answer.statusCode)
      }
    }
  })
})

/**
 * Sends a request that may be wrong. Whatever is wrong about it, the answer is no failure and in the form that clients can
 * read, and a refusal leaves the panel as it was.
 */
async function answerTo(
  route: string,
  body?: unknown,
  raw: InjectOptions = {},
  id?: string,
): Promise<{ readonly answer: LightMyRequestResponse; readonly told: string }> {
  const [method = '', template = ''] = route.split(' ')
  const path = pathIn(template, id)
  const ask = () => api.send(method, path, body as object, raw)
  const before = await version()
  const answer = await ask()
  const sent = JSON.stringify(body ?? raw.payload)?.slice(0, 500)
  const told = `${method} ${path.slice(0, 200)} ${sent}: ${answer.statusCode} ${answer.body.slice(0, 500)}`

  expect(answer.statusCode, told).toBeLessThan(500)
  if (answer.statusCode < 400) {
    await undo(answer, path)
    await settled()
  } else {
    for (const message of Object.values(answer.json())) expect(message, told).toBeTypeOf('string')
    if ((await version()) !== before) expect(await changes(ask), told).toEqual([])
  }
  return { answer, told }
}

/** The tables that are other ones after each of three equal requests: after one it may be that what was deleted before has come to its end. */
async function changes(ask: () => Promise<unknown>): Promise<readonly string[]> {
  let changed = Object.keys(await tables())
  for (let time = 0; time < 3; time++) {
    const before = await tables()
    await ask()
    const after = await tables()
    changed = changed.filter(table => before[table] !== after[table])
  }
  return changed
}

/** Deletes what was made. */
async function undo(answer: LightMyRequestResponse, path: string): Promise<void> {
  if (answer.statusCode !== 201) return
  await settled()
  const { href, uuid } = answer.json()
  const made = href === undefined ? `${path}/${uuid}` : new URL(href).pathname
  await api.send('DELETE', made.replace('/import', ''))
}

async function makeScene(): Promise<Scene> {
  const make = async (path: string, body: object) => {
    const answer = await api.send('POST', `/v1/${path}`, body)
    if (answer.statusCode !== 201) throw new Error(`${path} was not made: ${answer.body}`)
    return { ...answer.json(), action: answer.headers['evenkeel-action'] }
  }
  const network = await make('networks', { name: 'lan', auto_create_ipv4_subnet: false })
  const { uuid: subnet } = await make('subnets', { network: network.uuid, cidr: '172.16.0.0/24' })
  const { uuid: group } = await make('server-groups', { name: 'apart', type: 'anti-affinity' })
  const { uuid: running, action } = await make('servers', { ...server, ssh_keys: [key] })
  const { uuid: volume } = await make('volumes', { name: 'data', size_gb: 1 })
  const { uuid: snapshot } = await make('volume-snapshots', { name: 'before', source_volume: volume })
  const floating = await make('floating-ips', { ip_version: 4 })
  const { uuid: front } = await make('load-balancers', loadBalancer)
  const { uuid: web } = await make('load-balancers/pools', { ...pool, load_balancer: front })
  const { uuid: checked } = await make('load-balancers/pools', { ...pool, load_balancer: front })
  const at = { ...member, subnet, address: '172.16.0.50' }
  const { uuid: one } = await make(`load-balancers/pools/${web}/members`, at)
  const { uuid: http } = await make('load-balancers/listeners', { ...listener, pool: web })
  const { uuid: check } = await make('load-balancers/health-monitors', { type: 'http', pool: checked })
  const { uuid: router } = await make('routers', { name: 'gate', zone: 'rma1' })
  const { uuid: elsewhere } = await make('networks', { name: 'elsewhere' })
  const { uuid: gate } = await make(`routers/${router}/interfaces`, { network: elsewhere })
  const user = await make('objects-users', { display_name: 'backups' })
  const { uuid: image } = await make('custom-images/import', {
    url: imageUrl,
    name: 'appliance',
    user_data_handling: 'pass-through',
    zones: ['rma1'],
  })
  await settled()
  return {
    servers: running,
    'server-groups': group,
    volumes: volume,
    'volume-snapshots': snapshot,
    networks: network.uuid,
    subnets: subnet,
    'floating-ips': floating.network.replace(/\/.*/, ''),
    'load-balancers': front,
    pools: web,
    members: one,
    listeners: http,
    'health-monitors': check,
    routers: router,
    interfaces: gate,
    'objects-users': user.id,
    'custom-images': image,
    import: image,
    actions: action,
  }
}

/** The path of a route's request about what is in the scene; or, in the last place, about what is named. */
function pathIn(template: string, id?: string): string {
  const path = id === undefined ? template : template.replace(/:\w+$|:\w+(?=\/[a-z]+$)/, () => id)
  return path.replace(/([\w-]+)\/:\w+/g, (_, kind: keyof Scene) => `${kind}/${scene[kind]}`)
}

/** Every body that differs from a right one in one place, and the name of the field that this is in. */
function* spoilt(right: object, within?: string): Generator<[field: string, body: object]> {
  for (const [name, value] of Object.entries(right)) {
    const field = within ?? name
    const put = (other: unknown): object =>
      Array.isArray(right) ? right.with(Number(name), other) : { ...right, [name]: other }
    for (const other of [...anything, ...(nearly[name] ?? [])]) yield [field, put(other)]
    if (typeof value === 'object') for (const [, part] of spoilt(value, field)) yield [field, put(part)]
  }
}

/** Another one once anything has been written, be it to the same effect. */
async function version(): Promise<number | undefined> {
  const { rows } = await sql<{ dataVersion: number }>`pragma data_version`.execute(api.records.read)
  return rows[0]?.dataVersion
}

/** All that the panel's database has, by table. */
async function tables(): Promise<{ readonly [table: string]: string }> {
  const { read } = api.records
  const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(
    read,
  )
  const contents = rows.map(async ({ name }) => {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(read)
    return [name, JSON.stringify(rows)] as const
  })
  return Object.fromEntries(await Promise.all(contents))
}

/** Waits until nothing is under way. */
function settled(): Promise<true> {
  return eventually(
    'all actions to end',
    async () => {
      const running = await sql`select 1 from admitted_actions limit 1`.execute(api.records.read)
      return running.rows.length === 0 || undefined
    },
    { everyMs: 2 },
  )
}
