import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../demo/eventually.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

let api: ApiForTests
beforeEach(async () => {
  api = await apiForTests({ project: { quotaServers: 10, quotaVcpus: 40, quotaMemoryGb: 160 } })
})
afterEach(() => api.dispose())

interface Interface {
  readonly type: string
  readonly network: { readonly uuid: string; readonly name: string }
  readonly addresses: readonly { readonly address: string; readonly subnet: { readonly uuid: string } }[]
}

interface Server {
  readonly uuid: string
  readonly interfaces: readonly Interface[]
}

/** The uuid of nothing. */
const stranger = 'c0c2bd0c-6c5f-4f0e-9f0e-0d6f0ff1d9ab'

const minimal = { name: 'web', flavor: 'flex-4-2', image: 'debian-13', ssh_keys: ['ssh-ed25519 AAAA me'] }
const post = (more: object) => api.send('POST', '/v1/servers', { ...minimal, ...more })
const get = async (uuid: string) => (await api.send('GET', `/v1/servers/${uuid}`)).json()
const patch = (uuid: string, interfaces: unknown) => api.send('PATCH', `/v1/servers/${uuid}`, { interfaces })
const settled = async (uuid: string) =>
  eventually('it is settled', async () => ((await get(uuid)).status === 'changing' ? undefined : get(uuid)))

async function created(interfaces: readonly object[]): Promise<Server> {
  const answer = await post({ interfaces })
  expect(answer.json()).toMatchObject({ status: 'changing' })
  await settled(answer.json().uuid)
  return answer.json()
}

async function network(more: object = {}): Promise<{ uuid: string; subnet: string }> {
  const { uuid, subnets } = (await api.send('POST', '/v1/networks', { name: 'backend', ...more })).json()
  return { uuid, subnet: subnets[0]?.uuid }
}

/** Each interface in a word: its addresses, or what it is on. */
const connections = ({ interfaces }: Server) =>
  interfaces.map(({ addresses, network: { name } }) => addresses.map(({ address }) => address).join() || name)

const ports = () => api.cloud.objects().flatMap(object => (object.kind === 'port' ? [object] : []))

describe('the interfaces of a new server', () => {
  it('are there in the 201 answer as they stay, in their order, each with its addresses', async () => {
    const { uuid, subnet } = await network()

    const server = await created([
      { network: uuid },
      { network: 'public' },
      { addresses: [{ subnet, address: '172.16.0.42' }] },
      { addresses: [{ subnet }] },
      { network: uuid, addresses: [] },
    ])

    expect(connections(server)).toEqual([
      '172.16.0.101',
      '203.0.113.2,2001:db8:1::10',
      '172.16.0.42',
      '172.16.0.102',
      'backend',
    ])
    expect(server.interfaces[0]).toEqual({
      type: 'private',
      network: { href: `http://localhost:80/v1/networks/${uuid}`, uuid, name: 'backend' },
      addresses: [
        {
          version: 4,
          address: '172.16.0.101',
          prefix_length: 24,
          gateway: null,
          reverse_ptr: null,
          subnet: { href: `http://localhost:80/v1/subnets/${subnet}`, uuid: subnet, cidr: '172.16.0.0/24' },
        },
      ],
    })
    expect((await get(server.uuid)).interfaces).toEqual(server.interfaces)
    expect((await api.send('GET', '/v1/servers')).json()[0].interfaces).toEqual(server.interfaces)
    expect(ports().map(({ addresses }) => addresses.map(({ address }) => address).join())).toEqual([
      '172.16.0.101',
      '203.0.113.2,2001:db8:1::10',
      '172.16.0.42',
      '172.16.0.102',
      '',
    ])
  })

  it('have no address on a network without a subnet', async () => {
    const { uuid } = await network({ auto_create_ipv4_subnet: false })

    expect((await created([{ network: uuid }])).interfaces[0]?.addresses).toEqual([])
  })

  it('are on the network named default of the zone, which is made on first use, and only once', async () => {
    const wanted = { use_public_network: false, use_private_network: true }
    const servers = await Promise.all([post(wanted), post(wanted)])

    const names = servers.map(server => server.json().interfaces.map((one: Interface) => one.network.name))
    expect(names).toEqual([['default'], ['default']])
    expect((await api.send('GET', '/v1/networks')).json()).toHaveLength(1)
    expect((await post({ ...wanted, zone: 'lpg1' })).statusCode).toBe(201)
    expect((await api.send('GET', '/v1/networks?name=default')).json()).toHaveLength(2)
  })

  it.each([{ server_groups: [stranger] }, { anti_affinity_with: stranger }, { image: `custom:${stranger}` }])(
    'have no network made for a server that is refused for something else: %j',
    async wrong => {
      expect((await post({ use_private_network: true, ...wrong })).statusCode).toBe(400)

      expect((await api.send('GET', '/v1/networks')).json()).toEqual([])
    },
  )

  it('are refused by their field, and nothing of the server stays', async () => {
    const { uuid, subnet } = await network()
    const elsewhere = await network({ zone: 'lpg1' })
    const nothing = '6fe39134-bf41-4b58-a1d5-1b1c4c3a9f3e'
    const foreign = (
      await api.send('POST', '/v1/networks', { name: 'n' }, { headers: { authorization: 'Bearer stranger' } })
    ).json()
    await created([{ addresses: [{ subnet, address: '172.16.0.200' }] }])

    const refused: [object, object][] = [
      [{ network: nothing }, { 'interfaces[1].network': `Network ${nothing} does not exist.` }],
      [{ network: foreign.uuid }, { 'interfaces[1].network': `Network ${foreign.uuid} does not exist.` }],
      [
        { addresses: [{ subnet: nothing }] },
        { 'interfaces[1].addresses[0].subnet': `Subnet ${nothing} does not exist.` },
      ],
      [
        { network: elsewhere.uuid },
        { 'interfaces[1].network': expect.stringContaining('must be in the same one') },
      ],
      [
        { network: uuid, addresses: [{ subnet: elsewhere.subnet }] },
        { 'interfaces[1].addresses[0].subnet': expect.stringContaining('must be of one network') },
      ],
      [
        { addresses: [{ subnet, address: '172.16.0.200' }] },
        { 'interfaces[1].addresses[0].address': expect.stringContaining("is taken by server 'web'") },
      ],
      [
        { addresses: [{ subnet, address: '10.1.1.1' }] },
        {
          'interfaces[1].addresses[0].address': expect.stringContaining(
            'is not a valid IP for the specified subnet',
          ),
        },
      ],
    ]
    for (const [one, fields] of refused) {
      const answer = await post({ interfaces: [{ network: 'public' }, one] })
      expect(answer.json()).toEqual(fields)
      expect(answer.statusCode).toBe(400)
    }

    expect((await api.send('GET', '/v1/servers')).json()).toHaveLength(1)
    const taken = await api.records.read.selectFrom('interfaces').select('uuid').execute()
    expect(taken).toHaveLength(1)
  })

  it('are gone with it: its networks can be deleted in the next call', async () => {
    const { uuid } = await network()
    const server = await created([{ network: uuid }, { network: 'public' }])

    const answers = [
      await api.send('DELETE', `/v1/servers/${server.uuid}`),
      await api.send('GET', `/v1/servers/${server.uuid}`),
      await api.send('DELETE', `/v1/networks/${uuid}`),
    ]

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 404, 204])
    await eventually('nothing is left', async () => (api.cloud.objects().length === 0 ? true : undefined))
    const left = async (table: 'interfaces' | 'addresses' | 'subnetAddresses') =>
      (await api.records.read.selectFrom(table).selectAll().execute()).length
    await eventually('its addresses are free', async () =>
      (await left('interfaces')) + (await left('addresses')) + (await left('subnetAddresses')) === 0
        ? true
        : undefined,
    )
  })
})

describe('PATCH interfaces', () => {
  it('replaces all of them, keeps what stays with its addresses, and is seen by the next GET', async () => {
    const one = await network()
    const other = await network({ name: 'other' })
    const { uuid } = await created([{ network: 'public' }, { network: one.uuid }])

    const answer = await patch(uuid, [{ network: other.uuid }, { network: one.uuid }])

    expect([answer.statusCode, answer.body]).toEqual([204, ''])
    const server = await get(uuid)
    expect(server.status).toBe('running')
    expect(connections(server)).toEqual(['172.16.1.101', '172.16.0.101'])
    await eventually('the public port is removed', async () => (ports().length === 2 ? true : undefined))
    expect(ports().every(({ serverId }) => serverId !== undefined)).toBe(true)
    expect(api.cloud.objects().some(({ kind }) => kind === 'pointer')).toBe(false)
  })

  it('gives and takes the public network', async () => {
    const { uuid: backend } = await network()
    const { uuid } = await created([{ network: backend }])

    await patch(uuid, [{ network: backend }, { network: 'public' }])
    expect(connections(await get(uuid))).toEqual(['172.16.0.101', '203.0.113.2,2001:db8:1::10'])

    await patch(uuid, [{ network: backend }])
    expect(connections(await get(uuid))).toEqual(['172.16.0.101'])
  })

  it('changes an address for another one of the subnet', async () => {
    const { subnet } = await network()
    const { uuid } = await created([{ addresses: [{ subnet, address: '172.16.0.10' }] }])

    expect((await patch(uuid, [{ addresses: [{ subnet, address: '172.16.0.11' }] }])).statusCode).toBe(204)

    expect(connections(await get(uuid))).toEqual(['172.16.0.11'])
  })

  it('that changes nothing, or only the order, makes nothing new', async () => {
    const { uuid: backend, subnet } = await network()
    const { uuid } = await created([{ network: 'public' }, { network: backend }])
    const before = ports()

    const same = await patch(uuid, [
      { network: 'public' },
      { addresses: [{ subnet, address: '172.16.0.101' }] },
    ])
    expect(same.statusCode).toBe(204)
    expect(same.headers).not.toHaveProperty('evenkeel-action')
    await patch(uuid, [{ network: backend }, { network: 'public' }])

    expect(connections(await get(uuid))).toEqual(['172.16.0.101', '203.0.113.2,2001:db8:1::10'])
    expect(ports()).toEqual(before)
  })

  it('is told at once when it could not be done, and leaves the server as it was', async () => {
    const { uuid: backend } = await network()
    const { uuid } = await created([{ network: 'public' }])
    api.cloud.faults.replace([{ operation: 'compute.attachPort', kind: 'refuse' }])

    const answer = await patch(uuid, [{ network: backend }])

    expect(answer.statusCode).toBe(503)
    expect(answer.json().detail).toContain('The network interface could not be attached')
    expect(await get(uuid)).toMatchObject({ status: 'running', interfaces: [{ type: 'public' }] })
    await eventually('nothing new is left', async () => (ports().length === 1 ? true : undefined))
  })

  it('lets go of a network whose interface the cloud does not give up: the rest is ours to see to', async () => {
    const { uuid: backend } = await network()
    const { uuid } = await created([{ network: 'public' }, { network: backend }])
    api.cloud.faults.replace([{ operation: 'compute.detachPort', kind: 'refuse' }])

    expect((await patch(uuid, [{ network: 'public' }])).statusCode).toBe(204)

    expect(connections(await get(uuid))).toEqual(['203.0.113.2,2001:db8:1::10'])
    expect((await api.send('DELETE', `/v1/networks/${backend}`)).statusCode).toBe(204)
    api.cloud.faults.replace([])
    await eventually('port and network are gone', async () =>
      ports().length === 1 && !api.cloud.objects().some(({ kind }) => kind === 'network') ? true : undefined,
    )
  })

  it('refuses an address that something has, and leaves the server as it was', async () => {
    const { subnet } = await network()
    await created([{ addresses: [{ subnet, address: '172.16.0.10' }] }])
    const { uuid } = await created([{ network: 'public' }])

    const answer = await patch(uuid, [{ addresses: [{ subnet, address: '172.16.0.10' }] }])

    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual({
      'interfaces[0].addresses[0].address': expect.stringContaining("is taken by server 'web'"),
    })
    expect(connections(await get(uuid))).toEqual(['203.0.113.2,2001:db8:1::10'])
  })
})
