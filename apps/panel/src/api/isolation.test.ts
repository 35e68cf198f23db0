import { randomUUID } from 'node:crypto'
import { newTxId } from 'evenkeel'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashOfToken } from '../accounts/token.ts'
import { eventually } from '../demo/eventually.ts'
import { customImageImportRecords } from '../records/custom-image-imports.ts'
import { customImageRecords } from '../records/custom-images.ts'
import { networkRecords } from '../records/networks.ts'
import { someCustomImage, someImport } from '../records/testing.ts'
import { insertOperatorToken } from '../records/tokens.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

/** What a project has one of, by the name of what stands for it. */
type Kind =
  | 'network'
  | 'subnet'
  | 'server-group'
  | 'server'
  | 'volume'
  | 'volume-snapshot'
  | 'floating-ip'
  | 'load-balancer'
  | 'pool'
  | 'member'
  | 'listener'
  | 'health-monitor'
  | 'router'
  | 'interface'
  | 'objects-user'
  | 'custom-image'
  | 'action'
type Scene = Readonly<Record<Kind, string>>

/** A field of a body that refers to something. */
interface Reference {
  readonly field: string
  readonly kind: Kind
  /** A body that is right in all but the id. */
  body(id: string): object
}

/** What a route has to do with projects. */
type Concern =
  /** Tells everybody the same. */
  | { readonly about: 'nobody' }
  /** Lists what the project has. */
  | { readonly about: 'list'; readonly kind: Kind }
  /** Makes something new. */
  | { readonly about: 'new'; readonly references: readonly Reference[] }
  /** Is about the object in its path. */
  | {
      readonly about: 'one'
      readonly kind: Kind
      readonly body?: object
      readonly references: readonly Reference[]
    }
  /** Is specified in a file of its own, this respect included. */
  | { readonly about: 'stream'; readonly specified: string }

const nobody: Concern = { about: 'nobody' }
const list = (kind: Kind): Concern => ({ about: 'list', kind })
const creation = (...references: Reference[]): Concern => ({ about: 'new', references })
const one = (kind: Kind, body?: object, ...references: Reference[]): Concern => ({
  about: 'one',
  kind,
  ...(body && { body }),
  references,
})
const reference = (field: string, kind: Kind, body: Reference['body']): Reference => ({ field, kind, body })

const server = { name: 'web', flavor: 'flex-4-1', image: 'debian-13', password: 'hunter22' }
const volume = { name: 'data', size_gb: 10 }
const snapshot = { name: 'before' }
const floatingIp = { ip_version: 4 }
const loadBalancer = { name: 'front', flavor: 'lb-standard' }
const pool = { name: 'web', algorithm: 'round_robin', protocol: 'tcp' }
const member = { name: 'web-1', protocol_port: 80, address: '10.0.0.5' }
const listener = { name: 'http', protocol: 'tcp', protocol_port: 80 }

const interfaces = (rest: object) => [
  reference('interfaces[0].network', 'network', id => ({ ...rest, interfaces: [{ network: id }] })),
  reference('interfaces[0].addresses[0].subnet', 'subnet', id => ({
    ...rest,
    interfaces: [{ addresses: [{ subnet: id }] }],
  })),
]
const servers = (rest: object) => [
  reference('servers[0]', 'server', id => ({ ...rest, servers: [id] })),
  reference('server_uuids[0]', 'server', id => ({ ...rest, server_uuids: [id] })),
]
const assigned = (rest: object) => [
  reference('server', 'server', id => ({ ...rest, server: id })),
  reference('load_balancer', 'load-balancer', id => ({ ...rest, load_balancer: id })),
]
const ofPool = (rest: object) => reference('pool', 'pool', id => ({ ...rest, pool: id }))
/** The pool in the path is each one's own. */
const ofMembers = '/v1/load-balancers/pools/:pool/members'

/** Every route of the API. One that is missing here fails the first test. */
const routes: { readonly [route: string]: Concern } = {
  'GET /v1': nobody,
  'GET /v1/exceptions': nobody,
  'GET /v1/openapi.json': nobody,
  'GET /v1/reference': nobody,
  'GET /v1/regions': nobody,
  'GET /v1/flavors': nobody,
  'GET /v1/images': nobody,

  'GET /v1/servers': list('server'),
  'POST /v1/servers': creation(
    ...interfaces(server),
    reference('server_groups[0]', 'server-group', id => ({ ...server, server_groups: [id] })),
    reference('anti_affinity_with', 'server', id => ({ ...server, anti_affinity_with: id })),
    reference('image', 'custom-image', id => ({ ...server, image: id })),
  ),
  'GET /v1/servers/:uuid': one('server'),
  'PATCH /v1/servers/:uuid': one('server', { name: 'mine' }, ...interfaces({})),
  'DELETE /v1/servers/:uuid': one('server'),
  'POST /v1/servers/:uuid/start': one('server'),
  'POST /v1/servers/:uuid/stop': one('server'),
  'POST /v1/servers/:uuid/reboot': one('server'),

  'GET /v1/server-groups': list('server-group'),
  'POST /v1/server-groups': creation(),
  'GET /v1/server-groups/:uuid': one('server-group'),
  'PATCH /v1/server-groups/:uuid': one('server-group', { name: 'mine' }),
  'DELETE /v1/server-groups/:uuid': one('server-group'),

  'GET /v1/volumes': list('volume'),
  'POST /v1/volumes': creation(
    ...servers(volume),
    reference('volume_snapshot_uuid', 'volume-snapshot', id => ({ name: 'copy', volume_snapshot_uuid: id })),
  ),
  'GET /v1/volumes/:uuid': one('volume'),
  'PATCH /v1/volumes/:uuid': one('volume', { name: 'mine' }, ...servers({})),
  'DELETE /v1/volumes/:uuid': one('volume'),
  'POST /v1/volumes/:uuid/revert': one(
    'volume',
    { snapshot: randomUUID() },
    reference('snapshot', 'volume-snapshot', id => ({ snapshot: id })),
  ),

  'GET /v1/volume-snapshots': list('volume-snapshot'),
  'POST /v1/volume-snapshots': creation(
    reference('source_volume', 'volume', id => ({ ...snapshot, source_volume: id })),
  ),
  'GET /v1/volume-snapshots/:uuid': one('volume-snapshot'),
  'PATCH /v1/volume-snapshots/:uuid': one('volume-snapshot', { name: 'mine' }),
  'DELETE /v1/volume-snapshots/:uuid': one('volume-snapshot'),

  'GET /v1/networks': list('network'),
  'POST /v1/networks': creation(),
  'GET /v1/networks/:uuid': one('network'),
  'PATCH /v1/networks/:uuid': one('network', { mtu: 1500 }),
  'DELETE /v1/networks/:uuid': one('network'),

  'GET /v1/subnets': list('subnet'),
  'POST /v1/subnets': creation(
    reference('network', 'network', id => ({ network: id, cidr: '172.16.0.0/24' })),
  ),
  'GET /v1/subnets/:uuid': one('subnet'),
  'PATCH /v1/subnets/:uuid': one('subnet', { dns_servers: [] }),
  'DELETE /v1/subnets/:uuid': one('subnet'),

  'GET /v1/floating-ips': list('floating-ip'),
  'POST /v1/floating-ips': creation(...assigned(floatingIp)),
  'GET /v1/floating-ips/:uuid': one('floating-ip'),
  'PATCH /v1/floating-ips/:uuid': one('floating-ip', { tags: { mine: 'yes' } }, ...assigned({})),
  'POST /v1/floating-ips/:uuid': one('floating-ip', { tags: { mine: 'yes' } }, ...assigned({})),
  'DELETE /v1/floating-ips/:uuid': one('floating-ip'),

  'GET /v1/load-balancers': list('load-balancer'),
  'POST /v1/load-balancers': creation(
    reference('vip_addresses[0].subnet', 'subnet', id => ({
      ...loadBalancer,
      vip_addresses: [{ subnet: id }],
    })),
  ),
  'GET /v1/load-balancers/:uuid': one('load-balancer'),
  'PATCH /v1/load-balancers/:uuid': one('load-balancer', { name: 'mine' }),
  'DELETE /v1/load-balancers/:uuid': one('load-balancer'),

  'GET /v1/load-balancers/pools': list('pool'),
  'POST /v1/load-balancers/pools': creation(
    reference('load_balancer', 'load-balancer', id => ({ ...pool, load_balancer: id })),
  ),
  'GET /v1/load-balancers/pools/:uuid': one('pool'),
  'PATCH /v1/load-balancers/pools/:uuid': one('pool', { name: 'mine' }),
  'DELETE /v1/load-balancers/pools/:uuid': one('pool'),

  [`GET ${ofMembers}`]: one('pool'),
  [`POST ${ofMembers}`]: one(
    'pool',
    { ...member, subnet: randomUUID() },
    reference('subnet', 'subnet', id => ({ ...member, subnet: id })),
  ),
  [`GET ${ofMembers}/:uuid`]: one('member'),
  [`PATCH ${ofMembers}/:uuid`]: one('member', { name: 'mine' }),
  [`DELETE ${ofMembers}/:uuid`]: one('member'),

  'GET /v1/load-balancers/listeners': list('listener'),
  'POST /v1/load-balancers/listeners': creation(ofPool(listener)),
  'GET /v1/load-balancers/listeners/:uuid': one('listener'),
  'PATCH /v1/load-balancers/listeners/:uuid': one('listener', { protocol_port: 81 }),
  'DELETE /v1/load-balancers/listeners/:uuid': one('listener'),

  'GET /v1/load-balancers/health-monitors': list('health-monitor'),
  'POST /v1/load-balancers/health-monitors': creation(ofPool({ type: 'tcp' })),
  'GET /v1/load-balancers/health-monitors/:uuid': one('health-monitor'),
  'PATCH /v1/load-balancers/health-monitors/:uuid': one('health-monitor', { delay_s: 3 }),
  'DELETE /v1/load-balancers/health-monitors/:uuid': one('health-monitor'),

  'GET /v1/routers': list('router'),
  'POST /v1/routers': creation(),
  'GET /v1/routers/:uuid': one('router'),
  'DELETE /v1/routers/:uuid': one('router'),
  'POST /v1/routers/:uuid/interfaces': one(
    'router',
    { network: randomUUID() },
    reference('network', 'network', id => ({ network: id })),
    reference('addresses[0].subnet', 'subnet', id => ({ addresses: [{ subnet: id }] })),
  ),
  'DELETE /v1/routers/:uuid/interfaces/:interface': one('router'),

  'GET /v1/objects-users': list('objects-user'),
  'POST /v1/objects-users': creation(),
  'GET /v1/objects-users/:uuid': one('objects-user'),
  'PATCH /v1/objects-users/:uuid': one('objects-user', { display_name: 'mine' }),
  'DELETE /v1/objects-users/:uuid': one('objects-user'),
  'GET /v1/metrics/buckets': { about: 'stream', specified: 'bucket-metrics-routes.test.ts' },

  'GET /v1/custom-images': list('custom-image'),
  'GET /v1/custom-images/:uuid': one('custom-image'),
  'PATCH /v1/custom-images/:uuid': one('custom-image', { name: 'mine' }),
  'DELETE /v1/custom-images/:uuid': one('custom-image'),
  'GET /v1/custom-images/import': list('custom-image'),
  'POST /v1/custom-images/import': creation(),
  'GET /v1/custom-images/import/:uuid': one('custom-image'),

  'GET /v1/project-logs': list('server'),
  'GET /v1/actions': list('action'),
  'GET /v1/actions/:id': one('action'),
  'POST /v1/actions/:id/cancel': one('action'),
  'GET /v1/actions/stream': { about: 'stream', specified: 'action-stream.test.ts' },
}

/** The routes that are about one object, or that make one. */
const asked = Object.entries(routes).flatMap(([route, concern]) => {
  const [method = '', path = ''] = route.split(' ')
  return concern.about === 'one' || concern.about === 'new' ? [{ route, method, path, concern }] : []
})

describe('a token of another project', () => {
  let api: ApiForTests
  let owners: Scene
  let strangers: Scene
  beforeAll(async () => {
    const quotas = { quotaServers: 9, quotaVcpus: 90, quotaMemoryGb: 900, quotaVolumeGb: 900 }
    api = await apiForTests({ project: quotas })
    owners = await sceneOf('writer')
    strangers = await sceneOf('stranger')
  })
  afterAll(() => api.dispose())

  const send = (token: string, method: string, path: string, body?: object) =>
    api.send(method, path, body, { headers: { authorization: `Bearer ${token}` } })

  /** Makes one of each kind. */
  async function sceneOf(token: string): Promise<Scene> {
    const make = async (path: string, body: object) => {
      const answer = await send(token, 'POST', path, body)
      if (answer.statusCode !== 201) throw new Error(`${path} was not made: ${answer.body}`)
      return { ...answer.json(), action: answer.headers['evenkeel-action'] }
    }
    const network = await make('/v1/networks', { name: 'lan' })
    const { uuid: group } = await make('/v1/server-groups', { name: 'apart', type: 'anti-affinity' })
    const running = await make('/v1/servers', server)
    await eventually('the server to run', async () => {
      const { status } = (await send(token, 'GET', `/v1/servers/${running.uuid}`)).json()
      return status === 'running' || undefined
    })
    const { uuid: source } = await make('/v1/volumes', volume)
    const { uuid: copy } = await make('/v1/volume-snapshots', { ...snapshot, source_volume: source })
    const floating = await make('/v1/floating-ips', floatingIp)
    const lan = network.subnets[0].uuid
    const { uuid: front } = await make('/v1/load-balancers', loadBalancer)
    const { uuid: web } = await make('/v1/load-balancers/pools', { ...pool, load_balancer: front })
    const members = `/v1/load-balancers/pools/${web}/members`
    const inLan = `${network.subnets[0].cidr.split('/')[0].replace(/0$/, '5')}`
    const { uuid: first } = await make(members, { ...member, address: inLan, subnet: lan })
    const { uuid: http } = await make('/v1/load-balancers/listeners', { ...listener, pool: web })
    // So seldom that nothing is found out while the tests compare what the owner sees.
    const monitor = { type: 'tcp', pool: web, delay_s: 3600 }
    const { uuid: check } = await make('/v1/load-balancers/health-monitors', monitor)
    const { uuid: edge } = await make('/v1/routers', { name: 'edge', zone: 'rma1' })
    await eventually('the router to run', async () => {
      const { status } = (await send(token, 'GET', `/v1/routers/${edge}`)).json()
      return status === 'running' || undefined
    })
    const { uuid: joined } = await make(`/v1/routers/${edge}/interfaces`, { network: network.uuid })
    const { id: objectsUser } = await make('/v1/objects-users', { display_name: 'backups' })
    return {
      router: edge,
      interface: joined,
      'objects-user': objectsUser,
      network: network.uuid,
      subnet: lan,
      'load-balancer': front,
      pool: web,
      member: first,
      listener: http,
      'health-monitor': check,
      'server-group': group,
      server: running.uuid,
      volume: source,
      'volume-snapshot': copy,
      'floating-ip': floating.network.replace(/\/.*/, ''),
      'custom-image': await imageOf(network),
      action: running.action,
    }
  }

  /** An image needs somewhere to come from: its records do here. */
  async function imageOf({ uuid: network }: { readonly uuid: string }): Promise<string> {
    const { projectId } = (await networkRecords.findAny(api.records.read, network)) ?? {}
    const imported = someImport({ ...(projectId && { projectId }) })
    await api.records.transaction(async trx => {
      await customImageImportRecords.insert(trx, imported)
      await customImageRecords.insert(trx, someCustomImage(imported))
    })
    return imported.uuid
  }

  /** Everything that the owner sees. */
  async function everything(): Promise<unknown> {
    const lists = Object.entries(routes).filter(([, { about }]) => about === 'list')
    const answers = lists.map(([route]) => send('writer', 'GET', route.replace('GET ', '')))
    // How far somebody has read in the log moves with others' entries, and tells nothing of them.
    return (await Promise.all(answers)).map(answer => answer.json().results ?? answer.json())
  }

  it('is tried at every route that there is', () => {
    expect(api.routes.toSorted()).toEqual(Object.keys(routes).toSorted())
  })

  it('is the only kind of token: an operator has none of the API’s, and nobody passes without one', async () => {
    const row = { id: 'ada', name: 'ada', isFromEnvironment: false, createdAt: 'now' }
    await api.records.transaction(trx => insertOperatorToken(trx, { ...row, hash: hashOfToken('ada') }))
    const closed = Object.entries(routes).filter(([, { about }]) => about !== 'nobody')

    for (const [route] of [
      ...closed,
      ['GET /v1/regions'],
      ['HEAD /v1/servers'],
      ['HEAD /v1/servers/:uuid'],
    ]) {
      const [method = '', path = ''] = route.split(' ')
      const at = pathOf(path, owners.server, owners.pool)
      const tried = [
        { authorization: 'Bearer ada' },
        { authorization: '' },
        { authorization: 'Basic writer' },
      ]
      const answers = await Promise.all(tried.map(headers => api.send(method, at, undefined, { headers })))
      expect([route, ...answers.map(answer => answer.headers['evenkeel-exception'])]).toEqual([
        route,
        'UnknownTokenException',
        'TokenRequiredException',
        'TokenRequiredException',
      ])
    }
  })

  it.each<[string, (own: Scene, foreign: Scene) => string]>([
    [
      'a member in its own pool',
      (own, foreign) => `${ofMembers.replace(':pool', own.pool)}/${foreign.member}`,
    ],
    [
      'its own member in a pool',
      (own, foreign) => `${ofMembers.replace(':pool', foreign.pool)}/${own.member}`,
    ],
    [
      'its own interface at a router',
      (own, foreign) => `/v1/routers/${foreign.router}/interfaces/${own.interface}`,
    ],
    [
      'an interface at its own router',
      (own, foreign) => `/v1/routers/${own.router}/interfaces/${foreign.interface}`,
    ],
  ])('finds no foreign object through its own: %s', async (_, pathOfBoth) => {
    const before = await everything()

    const answer = await send('stranger', 'DELETE', pathOfBoth(strangers, owners))

    expect(answer.statusCode).toBe(404)
    expect(await everything()).toEqual(before)
  })

  it('is told no earlier answer of another project under the same idempotency key', async () => {
    const headers = { 'idempotency-key': 'first' }
    const make = (token: string) =>
      api.send(
        'POST',
        '/v1/server-groups',
        { name: 'apart', type: 'anti-affinity' },
        {
          headers: { ...headers, authorization: `Bearer ${token}` },
        },
      )

    const [own, foreign] = [await make('writer'), await make('stranger')]

    expect([own.statusCode, foreign.statusCode]).toEqual([201, 201])
    expect(foreign.json().uuid).not.toBe(own.json().uuid)
  })

  it.each(Object.entries(routes).filter(([, { about }]) => about === 'list'))(
    'at %s is shown nothing that its project does not have',
    async (route, concern) => {
      const path = route.replace('GET ', '')
      const kind = concern.about === 'list' ? concern.kind : 'action'
      const [own, others] = [await send('stranger', 'GET', path), await send('writer', 'GET', path)]

      expect(own.statusCode).toBe(200)
      for (const id of Object.values(owners)) expect(own.body).not.toContain(id)
      if (path !== '/v1/project-logs') {
        expect(own.body).toContain(strangers[kind])
        expect(others.body).toContain(owners[kind])
      }
    },
  )

  it.each(asked.filter(({ concern }) => concern.about === 'one'))(
    'at $route finds what is not its own as little as what is not there',
    async ({ method, path, concern }) => {
      if (concern.about !== 'one') return
      const before = await everything()
      const at = (id: string) => send('stranger', method, pathOf(path, id, owners.pool), concern.body)

      const [foreign, absent] = [await at(owners[concern.kind]), await at(absentOf(concern.kind))]

      expect(foreign.statusCode).toBe(404)
      expect([foreign.statusCode, foreign.body]).toEqual([absent.statusCode, absent.body])
      expect(foreign.headers['evenkeel-exception']).toBe(absent.headers['evenkeel-exception'])
      expect(await everything()).toEqual(before)
    },
  )

  const referring = asked.flatMap(({ concern, ...route }) =>
    concern.references.map(({ field, ...rest }) => ({
      ...route,
      field,
      ...rest,
      own: concern.about === 'one' ? concern.kind : undefined,
    })),
  )

  it.each(referring)(
    'at $route can name what is not its own in $field as little as what is not there',
    async ({ method, path, own, kind, body }) => {
      const before = await everything()
      const at = own === undefined ? path : pathOf(path, strangers[own], strangers.pool)
      const naming = async (id: string) => {
        const answer = await send('stranger', method, at, body(id))
        return { status: answer.statusCode, body: answer.body.replaceAll(id, '<id>') }
      }

      const [foreign, absent] = [await naming(owners[kind]), await naming(absentOf(kind))]

      expect(foreign).toEqual(absent)
      expect(foreign).toEqual({ status: 400, body: expect.stringContaining('<id> does not exist.') })
      expect(await everything()).toEqual(before)
    },
  )
})

/** The path of one object: the last place in it is its id's, and one before that its pool's. */
function pathOf(path: string, id: string, pool: string): string {
  return path.replace(/:\w+(?=.*:)/, pool).replace(/:\w+/, id)
}

/** An id as those of the kind are, which nothing has. */
function absentOf(kind: Kind): string {
  if (kind === 'floating-ip') return '203.0.113.255'
  return kind === 'action' ? newTxId() : randomUUID()
}
