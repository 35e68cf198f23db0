import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiForTests, apiForTests } from './testing.ts'

const createdAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
const nobody = '00000000-0000-4000-8000-000000000000'

let api: ApiForTests
beforeEach(async () => {
  api = await apiForTests()
})
afterEach(() => api.dispose())

const send = async (method: string, path: string, body?: object) => {
  const { statusCode, body: text } = await api.send(method, `/v1/${path}`, body)
  return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) }
}
const get = async (path: string) => (await send('GET', path)).body
const create = async (path: string, body: object) => {
  const answer = await send('POST', path, body)
  expect(answer).toMatchObject({ status: 201 })
  return answer.body
}
const refused = async (method: string, path: string, body?: object) => {
  const answer = await send(method, path, body)
  expect(answer.status).toBe(400)
  return answer.body
}
const running = (uuid: string) =>
  expect.poll(async () => (await get(`load-balancers/${uuid}`)).status).toBe('running')
const newLoadBalancer = async (given: object = {}) => {
  const made = await create('load-balancers', { name: 'front', flavor: 'lb-standard', ...given })
  await running(made.uuid)
  return made
}
const newPool = (loadBalancer: string, given: object = {}) =>
  create('load-balancers/pools', {
    name: 'web',
    load_balancer: loadBalancer,
    algorithm: 'round_robin',
    protocol: 'tcp',
    ...given,
  })
const newSubnet = async () => {
  const network = await create('networks', { name: 'backend', auto_create_ipv4_subnet: false })
  const subnet = await create('subnets', { network: network.uuid, cidr: '10.0.0.0/24' })
  return { network: network.uuid, subnet: subnet.uuid, stub: stub(subnet, 'cidr') }
}
const newMember = (pool: string, subnet: string, given: object = {}) =>
  create(`load-balancers/pools/${pool}/members`, {
    name: 'web-1',
    protocol_port: 80,
    address: '10.0.0.5',
    subnet,
    ...given,
  })
const newListener = (pool: string, given: object = {}) =>
  create('load-balancers/listeners', { name: 'http', pool, protocol: 'tcp', protocol_port: 80, ...given })
const newMonitor = (pool: string, given: object = {}) =>
  create('load-balancers/health-monitors', { pool, type: 'tcp', ...given })
/** What other objects show of one. */
const stub = ({ href, uuid, ...rest }: { [field: string]: unknown }, field = 'name') => ({
  href,
  uuid,
  [field]: rest[field],
})

describe('/v1/load-balancers', () => {
  it('makes one that is reached by two public addresses, IPv4 first, and shows it as it can be read back', async () => {
    await api.dispose()
    api = await apiForTests({ isCloudThere: false })

    const made = await create('load-balancers', {
      name: 'front',
      flavor: 'lb-standard',
      tags: { env: 'prod' },
    })

    expect(made).toEqual({
      href: `http://localhost:80/v1/load-balancers/${made.uuid}`,
      uuid: made.uuid,
      name: 'front',
      status: 'changing',
      zone: { slug: 'rma1' },
      flavor: { slug: 'lb-standard', name: 'LB-Standard' },
      vip_addresses: [
        { version: 4, address: '203.0.113.2', subnet: expect.objectContaining({ cidr: '203.0.113.0/24' }) },
        {
          version: 6,
          address: '2001:db8:1::10',
          subnet: expect.objectContaining({ cidr: '2001:db8:1::/64' }),
        },
      ],
      tags: { env: 'prod' },
      created_at: createdAt,
    })
    expect(await get(`load-balancers/${made.uuid}`)).toEqual(made)
  })

  it('gets it running, and lists, renames and tags it', async () => {
    const { uuid } = await newLoadBalancer()

    expect(await send('PATCH', `load-balancers/${uuid}`, { name: 'edge', tags: { a: 'b' } })).toMatchObject({
      status: 204,
    })

    const [listed, ...more] = await get('load-balancers?tag:a=b&name=edge')
    expect(more).toEqual([])
    expect(listed).toMatchObject({ uuid, name: 'edge', status: 'running', tags: { a: 'b' } })
    const log = (await get('project-logs')).results
    expect(log.map(({ message }: { message: string }) => message)).toEqual([
      "Load balancer 'front' has been created",
      "Load balancer 'front' has been renamed to 'edge' and has been given other tags",
    ])
  })

  it('makes one that is reached by a private address as asked for, or by any of a subnet', async () => {
    const { subnet, stub } = await newSubnet()

    const made = await newLoadBalancer({ vip_addresses: [{ subnet, address: '10.0.0.42' }, { subnet }] })

    expect(made.vip_addresses).toEqual([
      { version: 4, address: '10.0.0.42', subnet: stub },
      { version: 4, address: '10.0.0.101', subnet: stub },
    ])
  })

  it.each(['10.0.0.0', '10.0.1.5', '2001:db8::1'])(
    'refuses %s as an address in 10.0.0.0/24',
    async address => {
      const { subnet } = await newSubnet()
      const body = { name: 'front', flavor: 'lb-standard', vip_addresses: [{ subnet, address }] }

      expect(await refused('POST', 'load-balancers', body)).toEqual({
        'vip_addresses[0].address': expect.stringContaining('is not a valid IP for the specified subnet'),
      })
    },
  )

  it('says which field is wrong, and why', async () => {
    const body = { name: 'front', flavor: 'lb-standard' }
    for (const [given, errors] of [
      [{ name: null }, { name: 'This field is required.' }],
      [{ flavor: null }, { flavor: 'This field is required.' }],
      [
        { flavor: 'lb-huge' },
        { flavor: '"lb-huge" is not a valid choice. Choose one of lb-standard, lb-large.' },
      ],
      [{ zone: 'mars1' }, { zone: '"mars1" is not a valid choice. Choose one of rma1, lpg1.' }],
      [{ vip_addresses: [{ subnet: 'here' }] }, { 'vip_addresses[0].subnet': 'Must be a valid UUID.' }],
    ])
      expect(await refused('POST', 'load-balancers', { ...body, ...given })).toEqual(errors)
    const absent = { name: 'front', flavor: 'lb-large', vip_addresses: [{ subnet: nobody }] }
    expect(await refused('POST', 'load-balancers', absent)).toEqual({
      'vip_addresses[0].subnet': `Subnet ${nobody} does not exist.`,
    })
    expect(await get('load-balancers')).toEqual([])
    expect(api.cloud.objects()).toEqual([])
  })

  it('is bounded by a quota', async () => {
    await api.dispose()
    api = await apiForTests({ project: { quotasJson: '{"loadBalancers":1}' } })
    await newLoadBalancer()

    const second = await send('POST', 'load-balancers', { name: 'second', flavor: 'lb-standard' })

    expect(second.body.detail).toContain("This project's quota is 1 load balancers")
  })

  it('goes with all that is below it, and gives its addresses back', async () => {
    const { subnet } = await newSubnet()
    const { uuid } = await newLoadBalancer()
    const pool = await newPool(uuid)
    const member = await newMember(pool.uuid, subnet)
    await newListener(pool.uuid)
    await newMonitor(pool.uuid)

    expect(await send('DELETE', `load-balancers/${uuid}`)).toEqual({ status: 204, body: undefined })

    for (const path of ['load-balancers', 'pools', 'listeners', 'health-monitors'].map(kind =>
      kind === 'load-balancers' ? kind : `load-balancers/${kind}`,
    ))
      expect(await get(path)).toEqual([])
    expect((await send('GET', `load-balancers/pools/${pool.uuid}/members/${member.uuid}`)).status).toBe(404)
    await expect.poll(() => api.cloud.objects().map(({ kind }) => kind)).toEqual(['network', 'subnet'])
    const { vip_addresses } = await newLoadBalancer()
    expect(vip_addresses[0].address).toBe('203.0.113.2')
  })

  it('keeps its network and its subnet, and those of its members, from being deleted', async () => {
    const vip = await newSubnet()
    const members = await newSubnet()
    const { uuid } = await newLoadBalancer({ vip_addresses: [{ subnet: vip.subnet }] })
    const pool = await newPool(uuid)
    await newMember(pool.uuid, members.subnet)

    for (const { network, subnet } of [vip, members]) {
      for (const path of [`networks/${network}`, `subnets/${subnet}`])
        expect((await refused('DELETE', path)).detail).toContain(`load balancer 'front' (${uuid})`)
    }

    await send('DELETE', `load-balancers/${uuid}`)
    for (const { network } of [vip, members])
      expect((await send('DELETE', `networks/${network}`)).status).toBe(204)
    await expect.poll(() => api.cloud.objects()).toEqual([])
  })

  it('has floating IPs lead to it, which lead nowhere when it is gone', async () => {
    const made = await newLoadBalancer()
    const floating = await create('floating-ips', { ip_version: 4, load_balancer: made.uuid })
    expect(floating).toMatchObject({
      server: null,
      load_balancer: stub(made),
      next_hop: made.vip_addresses[0].address,
    })
    const other = await newLoadBalancer({ name: 'other' })
    const path = new URL(floating.href).pathname.replace('/v1/', '')
    expect((await send('PATCH', path, { load_balancer: other.uuid })).status).toBe(204)
    expect(await get(path)).toMatchObject({
      load_balancer: stub(other),
      next_hop: other.vip_addresses[0].address,
    })

    await send('DELETE', `load-balancers/${other.uuid}`)

    expect(await get(path)).toMatchObject({ server: null, load_balancer: null, next_hop: null })
    await expect.poll(() => api.cloud.objects().filter(({ kind }) => kind === 'route')).toEqual([])
  })

  it('has no floating IP lead to it that could not', async () => {
    const { subnet } = await newSubnet()
    const inner = await newLoadBalancer({ vip_addresses: [{ subnet }] })
    const far = await newLoadBalancer({ zone: 'lpg1' })

    expect(await refused('POST', 'floating-ips', { ip_version: 4, load_balancer: inner.uuid })).toEqual({
      load_balancer: expect.stringContaining('is reached by private addresses only'),
    })
    expect(await refused('POST', 'floating-ips', { ip_version: 4, load_balancer: far.uuid })).toEqual({
      load_balancer: expect.stringContaining('is in region lpg, and the floating IP in region rma'),
    })
  })
})

describe('what a load balancer is put together from', () => {
  let loadBalancer: { uuid: string; href: string; name: string }
  let pool: { uuid: string; href: string; name: string }
  beforeEach(async () => {
    loadBalancer = await newLoadBalancer()
    pool = await newPool(loadBalancer.uuid)
  })

  it('is a pool, shown as it can be read back', async () => {
    expect(pool).toEqual({
      href: `http://localhost:80/v1/load-balancers/pools/${pool.uuid}`,
      uuid: pool.uuid,
      name: 'web',
      load_balancer: stub(loadBalancer),
      algorithm: 'round_robin',
      protocol: 'tcp',
      tags: {},
      created_at: createdAt,
    })
    expect(await get(`load-balancers/pools/${pool.uuid}`)).toEqual(pool)
    await send('PATCH', `load-balancers/pools/${pool.uuid}`, { name: 'api', tags: { a: 'b' } })
    expect(await get('load-balancers/pools?tag:a')).toMatchObject([{ uuid: pool.uuid, name: 'api' }])
  })

  it('refuses a pool that can not be', async () => {
    const body = { name: 'web', load_balancer: loadBalancer.uuid, algorithm: 'source_ip', protocol: 'udp' }
    for (const [given, errors] of [
      [
        { algorithm: 'random' },
        { algorithm: expect.stringContaining('Expect one of round_robin, least_connections, source_ip.') },
      ],
      [
        { protocol: 'http' },
        { protocol: expect.stringContaining('Expect one of tcp, proxy, proxyv2, udp.') },
      ],
      [{ load_balancer: nobody }, { load_balancer: `Load balancer ${nobody} does not exist.` }],
    ])
      expect(await refused('POST', 'load-balancers/pools', { ...body, ...given })).toEqual(errors)
  })

  it('is a member, shown as it can be read back, in its pool only', async () => {
    const { subnet, stub: subnetStub } = await newSubnet()
    const members = `load-balancers/pools/${pool.uuid}/members`

    const member = await newMember(pool.uuid, subnet)

    expect(member).toEqual({
      href: `http://localhost:80/v1/${members}/${member.uuid}`,
      uuid: member.uuid,
      name: 'web-1',
      enabled: true,
      pool: stub(pool),
      load_balancer: stub(loadBalancer),
      protocol_port: 80,
      monitor_port: null,
      address: '10.0.0.5',
      subnet: subnetStub,
      monitor_status: 'no_monitor',
      tags: {},
      created_at: createdAt,
    })
    expect(await get(`${members}/${member.uuid}`)).toEqual(member)
    expect(await get(members)).toEqual([member])
    const other = await newPool(loadBalancer.uuid, { name: 'other' })
    expect(await get(`load-balancers/pools/${other.uuid}/members`)).toEqual([])
    for (const [method, body] of [['GET'], ['PATCH', { enabled: false }], ['DELETE']] as const) {
      const path = `load-balancers/pools/${other.uuid}/members/${member.uuid}`
      expect((await send(method, path, body)).status).toBe(404)
    }
    expect((await send('GET', `load-balancers/pools/${nobody}/members`)).status).toBe(404)
    await send('PATCH', `${members}/${member.uuid}`, { enabled: false, name: 'resting' })
    expect(await get(`${members}/${member.uuid}`)).toMatchObject({ enabled: false, name: 'resting' })
    expect((await send('DELETE', `${members}/${member.uuid}`)).status).toBe(204)
    expect(await get(members)).toEqual([])
  })

  it('refuses a member that can not be', async () => {
    const { subnet } = await newSubnet()
    const members = `load-balancers/pools/${pool.uuid}/members`
    const member = { name: 'web-1', protocol_port: 80, address: '10.0.0.5', subnet }
    await create(members, member)

    expect(await refused('POST', members, { ...member, address: '10.0.1.5' })).toEqual({
      address: expect.stringContaining('is not a valid IP for the specified subnet'),
    })
    expect(await refused('POST', members, { ...member, name: 'again' })).toEqual({
      address: expect.stringContaining("Member 'web-1'"),
    })
    expect(await refused('POST', members, { ...member, subnet: nobody })).toEqual({
      subnet: `Subnet ${nobody} does not exist.`,
    })
    for (const field of ['protocol_port', 'monitor_port'])
      for (const port of [0, 65_536, 8.5, 'http'])
        expect(await refused('POST', members, { ...member, [field]: port })).toEqual({
          [field]: `The ${field} must be between 1 and 65535.`,
        })
  })

  it('is a listener with its defaults, which can be changed in all but its pool', async () => {
    const listener = await newListener(pool.uuid)

    expect(listener).toEqual({
      href: `http://localhost:80/v1/load-balancers/listeners/${listener.uuid}`,
      uuid: listener.uuid,
      name: 'http',
      pool: stub(pool),
      load_balancer: stub(loadBalancer),
      protocol: 'tcp',
      protocol_port: 80,
      allowed_cidrs: [],
      timeout_client_data_ms: 50_000,
      timeout_member_connect_ms: 5_000,
      timeout_member_data_ms: 50_000,
      tags: {},
      created_at: createdAt,
    })
    const path = `load-balancers/listeners/${listener.uuid}`
    expect(await get(path)).toEqual(listener)
    const changes = {
      name: 'https',
      protocol: 'udp',
      protocol_port: 443,
      allowed_cidrs: ['192.0.2.0/24', '2001:db8::/32'],
      timeout_client_data_ms: 1,
      timeout_member_connect_ms: 2,
      timeout_member_data_ms: 3,
      tags: { a: 'b' },
    }
    expect((await send('PATCH', path, changes)).status).toBe(204)
    expect(await get(path)).toEqual({ ...listener, ...changes })
    expect((await send('PATCH', path, { allowed_cidrs: [] })).status).toBe(204)
    expect((await get(path)).allowed_cidrs).toEqual([])
  })

  it('refuses a listener that can not be', async () => {
    const first = await newListener(pool.uuid)
    const listener = { name: 'http', pool: pool.uuid, protocol: 'tcp', protocol_port: 81 }
    const listeners = 'load-balancers/listeners'

    expect(await refused('POST', listeners, { ...listener, protocol: 'http' })).toEqual({
      protocol: expect.stringContaining('Expect one of tcp, udp.'),
    })
    expect(await refused('POST', listeners, { ...listener, protocol_port: 11_111_111 })).toEqual({
      protocol_port: 'The protocol_port must be between 1 and 65535.',
    })
    expect(await refused('POST', listeners, { ...listener, allowed_cidrs: ['10.0.0.1'] })).toEqual({
      'allowed_cidrs[0]': expect.stringContaining('Enter a valid network address in CIDR notation'),
    })
    expect(await refused('POST', listeners, { ...listener, pool: nobody })).toEqual({
      pool: `Pool ${nobody} does not exist.`,
    })
    expect(await refused('POST', listeners, { ...listener, protocol_port: 80 })).toEqual({
      protocol_port: expect.stringContaining(`Listener 'http' (${first.uuid})`),
    })
    const second = await create(listeners, { ...listener, protocol: 'udp', protocol_port: 80 })
    expect(await refused('PATCH', `${listeners}/${second.uuid}`, { protocol: 'tcp' })).toEqual({
      protocol_port: expect.stringContaining(`Listener 'http' (${first.uuid})`),
    })
  })

  it('keeps a pool for as long as a listener uses it', async () => {
    const listener = await newListener(pool.uuid)
    const path = `load-balancers/pools/${pool.uuid}`

    expect((await refused('DELETE', path)).detail).toContain(`listener 'http' (${listener.uuid})`)

    expect((await send('DELETE', `load-balancers/listeners/${listener.uuid}`)).status).toBe(204)
    expect((await send('DELETE', path)).status).toBe(204)
    expect((await send('GET', path)).status).toBe(404)
    await expect.poll(() => api.cloud.objects().map(({ kind }) => kind)).toEqual(['port', 'load-balancer'])
  })

  it('is a health monitor with its defaults', async () => {
    const monitor = await newMonitor(pool.uuid)

    expect(monitor).toEqual({
      href: `http://localhost:80/v1/load-balancers/health-monitors/${monitor.uuid}`,
      uuid: monitor.uuid,
      pool: stub(pool),
      load_balancer: stub(loadBalancer),
      delay_s: 2,
      timeout_s: 1,
      up_threshold: 2,
      down_threshold: 3,
      type: 'tcp',
      http: null,
      tags: {},
      created_at: createdAt,
    })
    expect(await get(`load-balancers/health-monitors/${monitor.uuid}`)).toEqual(monitor)
    expect(await refused('POST', 'load-balancers/health-monitors', { pool: pool.uuid, type: 'tcp' })).toEqual(
      {
        pool: expect.stringContaining(`has a health monitor already (${monitor.uuid})`),
      },
    )
  })

  it('asks by HTTP as it is told, and a change of that leaves the rest', async () => {
    const { uuid, http } = await newMonitor(pool.uuid, {
      type: 'http',
      http: { expected_codes: ['202', '200'], url_path: '/health' },
    })
    const path = `load-balancers/health-monitors/${uuid}`
    expect(http).toEqual({
      expected_codes: ['202', '200'],
      method: 'GET',
      url_path: '/health',
      version: '1.1',
      host: null,
    })

    await send('PATCH', path, { http: { host: 'www.example.com', method: 'HEAD' }, delay_s: 9 })

    expect(await get(path)).toMatchObject({
      http: { ...http, host: 'www.example.com', method: 'HEAD' },
      delay_s: 9,
    })
    await send('PATCH', path, { http: { host: null } })
    expect((await get(path)).http).toEqual({ ...http, method: 'HEAD' })
  })

  it('refuses a health monitor that can not be', async () => {
    const monitors = 'load-balancers/health-monitors'
    const http = { pool: pool.uuid, type: 'http' }

    for (const field of ['pool', 'type'])
      expect(await refused('POST', monitors, { ...http, [field]: null })).toEqual({
        [field]: 'This field is required.',
      })
    expect(await refused('POST', monitors, { pool: pool.uuid, type: 'tcp', http: {} })).toEqual({
      http: expect.stringContaining('Only monitors of the types http and https'),
    })
    const old = { ...http, http: { host: 'www.example.com', version: '1.0' } }
    expect(await refused('POST', monitors, old)).toEqual({
      'http.host': 'The host argument can not be used with HTTP version 1.0.',
    })
    expect(await refused('POST', monitors, { ...http, delay_s: 1, timeout_s: 2 })).toEqual({
      timeout_s: expect.stringContaining('timeout_s is 2, and delay_s 1'),
    })
    for (const expected_codes of [[], ['20'], ['200-204', '300'], ['204-200'], ['600']])
      expect(await refused('POST', monitors, { ...http, http: { expected_codes } })).toHaveProperty([
        'http.expected_codes',
      ])
    const { uuid } = await newMonitor(pool.uuid)
    expect(await refused('PATCH', `${monitors}/${uuid}`, { timeout_s: 3 })).toHaveProperty('timeout_s')
    expect(await refused('PATCH', `${monitors}/${uuid}`, { http: { method: 'GET' } })).toHaveProperty('http')
  })

  it('can be changed many at once: each waits for its turn', async () => {
    const { subnet } = await newSubnet()
    const addresses = Array.from({ length: 8 }, (_, at) => `10.0.0.${at + 10}`)

    await Promise.all([
      newMonitor(pool.uuid),
      newListener(pool.uuid),
      ...addresses.map((address, at) => newMember(pool.uuid, subnet, { address, name: `web-${at}` })),
    ])

    expect(await get(`load-balancers/pools/${pool.uuid}/members`)).toHaveLength(8)
    expect(api.cloud.objects().filter(({ kind }) => kind === 'member')).toHaveLength(8)
  })

  it('shows what a failed creation left: nothing, and why for a day', async () => {
    api.cloud.faults.replace([{ operation: 'loadBalancers.createPart', kind: 'error-state' }])

    const failed = await send('POST', 'load-balancers/listeners', {
      name: 'http',
      pool: pool.uuid,
      protocol: 'tcp',
      protocol_port: 80,
    })

    expect(failed.status).toBe(503)
    expect(failed.body.detail).toContain('The listener could not be')
    expect(await get('load-balancers/listeners')).toEqual([])
    api.cloud.faults.replace([])
    await newListener(pool.uuid)
  })
})
