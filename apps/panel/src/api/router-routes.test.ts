import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiForTests, type ApiForTestsOptions, apiForTests } from './testing.ts'

let api: ApiForTests
const open = async (options: ApiForTestsOptions = {}) => {
  await api?.dispose()
  api = await apiForTests(options)
}
beforeEach(async () => {
  api = await apiForTests()
})
afterEach(() => api.dispose())

const router = { name: 'edge', zone: 'rma1' }
const create = (body: object = {}) => api.send('POST', '/v1/routers', { ...router, ...body })
const get = async (uuid: string) => api.send('GET', `/v1/routers/${uuid}`)
const running = async (body: object = {}) => {
  const { uuid } = (await create(body)).json()
  await expect.poll(async () => (await get(uuid)).json().status).toBe('running')
  return uuid as string
}
const connect = (uuid: string, body: object) => api.send('POST', `/v1/routers/${uuid}/interfaces`, body)
const networkWith = async (body: object = {}) =>
  (await api.send('POST', '/v1/networks', { name: 'backend', ...body })).json()
/** A network with one subnet, and the uuids of both. */
const subnetOf = async (cidr: string, gateway?: string) => {
  const network = await networkWith({ auto_create_ipv4_subnet: false })
  const body = { network: network.uuid, cidr, ...(gateway && { gateway_address: gateway }) }
  const subnet = (await api.send('POST', '/v1/subnets', body)).json()
  return { network: network.uuid as string, subnet: subnet.uuid as string }
}

describe('routers', () => {
  it('are created without interfaces, changing at first, and run', async () => {
    const answer = await create({ tags: { env: 'prod' } })

    expect(answer.statusCode).toBe(201)
    const { uuid, href, ...rest } = answer.json()
    expect(href).toMatch(new RegExp(`/v1/routers/${uuid}$`))
    expect(rest).toEqual({
      name: 'edge',
      zone: { slug: 'rma1' },
      status: 'changing',
      internet_gateway: false,
      internet_gateway_addresses: [],
      interfaces: [],
      tags: { env: 'prod' },
    })
    await expect.poll(async () => (await get(uuid)).json().status).toBe('running')
    expect(api.cloud.objects()).toMatchObject([{ kind: 'router', state: 'ready', name: 'edge' }])
  })

  it('show that they are changing for a while, the same directly after', async () => {
    await open({ environment: { CHANGING_MS: '300' } })
    const made = (await create()).json()

    expect((await get(made.uuid)).json()).toEqual(made)
  })

  it('that lead to the internet have a public address of each version from the start', async () => {
    const made = (await create({ internet_gateway: true })).json()

    expect(made.internet_gateway).toBe(true)
    expect(made.internet_gateway_addresses).toEqual([
      {
        version: 4,
        address: expect.stringMatching(/^203\.0\.113\./),
        subnet: { href: expect.any(String), uuid: expect.any(String), cidr: '203.0.113.0/24' },
        reverse_ptr: null,
      },
      {
        version: 6,
        address: expect.stringMatching(/^2001:db8:1:/),
        subnet: { href: expect.any(String), uuid: expect.any(String), cidr: '2001:db8:1::/64' },
        reverse_ptr: null,
      },
    ])
    expect(made.interfaces).toEqual([])
    const addresses = made.internet_gateway_addresses.map(({ address }: { address: string }) => address)
    await expect.poll(async () => (await get(made.uuid)).json().status).toBe('running')
    const port = api.cloud.objects().find(({ kind }) => kind === 'port')
    expect(port).toMatchObject({ network: 'public', routerId: expect.any(String) })
    expect(port?.kind === 'port' && port.addresses.map(({ address }) => address)).toEqual(addresses)
  })

  it.each([
    [{ name: null }, { name: 'This field is required.' }],
    [{ zone: null }, { zone: 'This field is required.' }],
    [{ zone: 'mars1' }, { zone: '"mars1" is not a valid choice. Choose one of rma1, lpg1.' }],
    [{ internet_gateway: 'perhaps' }, { internet_gateway: 'Must be true or false.' }],
  ])('are not created with %j', async (body, errors) => {
    const answer = await create(body)

    expect([answer.statusCode, answer.json()]).toEqual([400, errors])
  })

  it('that can’t be made are gone with their addresses, and say why', async () => {
    api.cloud.faults.replace([{ operation: 'network.createRouter', kind: 'refuse' }])
    const { uuid } = (await create({ internet_gateway: true })).json()

    await expect.poll(async () => (await get(uuid)).statusCode).toBe(404)

    expect((await get(uuid)).json().detail).toContain('Not found. Creation failed:')
    await expect.poll(() => api.cloud.objects()).toEqual([])
    await expect.poll(() => api.records.read.selectFrom('addresses').selectAll().execute()).toEqual([])
  })

  it('count against the project’s quota', async () => {
    const quotasJson = JSON.stringify({ routers: 1 })
    await api.records.transaction(trx => trx.updateTable('projects').set({ quotasJson }).execute())
    await create()

    const refused = await create()

    expect([refused.statusCode, refused.json().detail]).toEqual([400, expect.stringContaining('1 routers')])
  })

  it('are filtered by name and tags', async () => {
    const one = await running({ tags: { env: 'prod' } })
    await running({ name: 'other' })
    const listed = async (filter: string) =>
      (await api.send('GET', `/v1/routers?${filter}`)).json().map(({ uuid }: { uuid: string }) => uuid)

    expect(await listed('name=edge')).toEqual([one])
    expect(await listed('tag:env')).toEqual([one])
  })

  it('are deleted with their interfaces and addresses, in one go with their networks', async () => {
    const { network } = await subnetOf('10.0.0.0/24')
    const uuid = await running({ internet_gateway: true })
    await connect(uuid, { network })

    expect((await api.send('DELETE', `/v1/routers/${uuid}`)).statusCode).toBe(204)
    expect((await get(uuid)).statusCode).toBe(404)
    expect((await api.send('DELETE', `/v1/networks/${network}`)).statusCode).toBe(204)

    await expect.poll(() => api.cloud.objects()).toEqual([])
    await expect.poll(() => api.records.read.selectFrom('interfaces').selectAll().execute()).toEqual([])
  })
})

describe('interfaces of routers', () => {
  it('are answered when they are there, and shown by their router', async () => {
    const { network, subnet } = await subnetOf('10.0.0.0/24')
    const uuid = await running()

    const answer = await connect(uuid, { network, addresses: [{ subnet, address: '10.0.0.7' }] })

    expect(answer.statusCode).toBe(201)
    const shown = answer.json()
    expect(shown).toEqual({
      uuid: expect.any(String),
      type: 'private',
      network: { href: expect.stringMatching(/networks/), uuid: network, name: 'backend' },
      addresses: [
        {
          version: 4,
          address: '10.0.0.7',
          subnet: { href: expect.stringMatching(/subnets/), uuid: subnet, cidr: '10.0.0.0/24' },
          reverse_ptr: null,
        },
      ],
      mac_address: expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
    })
    expect((await get(uuid)).json()).toMatchObject({ status: 'running', interfaces: [shown] })
    expect(api.cloud.objects().filter(({ kind }) => kind === 'port')).toMatchObject([
      { macAddress: shown.mac_address, routerId: expect.any(String), state: 'ready' },
    ])
  })

  it.each([
    ['the gateway of its subnet, which is a router’s to have', '10.0.0.1', '10.0.0.1'],
    ['an address that is given out by itself, without a gateway', undefined, '10.0.0.101'],
  ])('have %s, where none is asked for', async (_, gateway, address) => {
    const { network, subnet } = await subnetOf('10.0.0.0/24', gateway)

    for (const body of [{ network }, { addresses: [{ subnet }] }]) {
      const uuid = await running()
      const { addresses, uuid: interfaceUuid } = (await connect(uuid, body)).json()
      expect(addresses).toMatchObject([{ address }])
      await api.send('DELETE', `/v1/routers/${uuid}/interfaces/${interfaceUuid}`)
      await expect
        .poll(() => api.records.read.selectFrom('subnetAddresses').selectAll().execute())
        .toEqual([])
    }
  })

  it('may have the gateway’s address when it is asked for, and become the gateway afterwards', async () => {
    const { subnet } = await subnetOf('10.0.0.0/24', '10.0.0.1')
    const uuid = await running()
    const answer = await connect(uuid, { addresses: [{ subnet, address: '10.0.0.1' }] })
    expect(answer.json().addresses).toMatchObject([{ address: '10.0.0.1' }])

    const { subnet: other } = await subnetOf('10.1.0.0/24')
    await connect(uuid, { addresses: [{ subnet: other, address: '10.1.0.9' }] })
    const change = await api.send('PATCH', `/v1/subnets/${other}`, { gateway_address: '10.1.0.9' })
    expect(change.statusCode).toBe(204)
  })

  it('keep their addresses from everybody else', async () => {
    const { subnet } = await subnetOf('10.0.0.0/24')
    const addresses = [{ subnet, address: '10.0.0.7' }]
    const uuid = await running()
    await connect(uuid, { addresses })

    const refused = await connect(await running({ name: 'other' }), { addresses })

    expect(refused.statusCode).toBe(400)
    expect(refused.json()['addresses[0].address']).toContain(`10.0.0.7 is taken by router 'edge' (${uuid})`)
  })

  it('keep their network and subnet from being deleted, and are named', async () => {
    const { network, subnet } = await subnetOf('10.0.0.0/24')
    const uuid = await running()
    await connect(uuid, { network })

    for (const path of [`/v1/networks/${network}`, `/v1/subnets/${subnet}`]) {
      const refused = await api.send('DELETE', path)
      expect([refused.statusCode, refused.json().detail]).toEqual([
        400,
        expect.stringContaining(`in use by router 'edge' (${uuid})`),
      ])
    }
  })

  it('are removed, after which their network can be deleted in the next call', async () => {
    const { network } = await subnetOf('10.0.0.0/24')
    const uuid = await running()
    const { uuid: interfaceUuid } = (await connect(uuid, { network })).json()
    const remove = (id: string) => api.send('DELETE', `/v1/routers/${uuid}/interfaces/${id}`)

    expect((await remove(interfaceUuid)).statusCode).toBe(204)

    expect((await get(uuid)).json().interfaces).toEqual([])
    expect((await api.send('DELETE', `/v1/networks/${network}`)).statusCode).toBe(204)
    await expect.poll(() => api.cloud.objects().map(({ kind }) => kind)).toEqual(['router'])
    await expect.poll(async () => (await remove(interfaceUuid)).statusCode).toBe(404)
    expect((await remove(randomUUID())).statusCode).toBe(404)
  })

  it('that lead to the internet are nobody’s to remove', async () => {
    const uuid = await running({ internet_gateway: true })
    const [gateway] = await api.records.read.selectFrom('interfaces').selectAll().execute()

    const answer = await api.send('DELETE', `/v1/routers/${uuid}/interfaces/${gateway?.uuid}`)

    expect(answer.statusCode).toBe(404)
    expect((await get(uuid)).json().internet_gateway_addresses).toHaveLength(2)
  })

  it('are gone with their addresses when they can’t be made, and the router runs as before', async () => {
    const { network } = await subnetOf('10.0.0.0/24')
    const uuid = await running()
    api.cloud.faults.replace([{ operation: 'network.attachRouterPort', kind: 'refuse' }])

    expect((await connect(uuid, { network })).statusCode).toBe(503)

    expect((await get(uuid)).json()).toMatchObject({ status: 'running', interfaces: [] })
    await expect.poll(() => api.cloud.objects().some(({ kind }) => kind === 'port')).toBe(false)
    await expect.poll(() => api.records.read.selectFrom('interfaces').selectAll().execute()).toEqual([])
  })

  it('that are asked for at once are made one after the other', async () => {
    const networks = [
      await subnetOf('10.0.0.0/24'),
      await subnetOf('10.1.0.0/24'),
      await subnetOf('10.2.0.0/24'),
    ]
    const uuid = await running()

    const answers = await Promise.all(networks.map(({ network }) => connect(uuid, { network })))

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201])
    expect((await get(uuid)).json().interfaces).toHaveLength(3)
  })

  it('are made once under an idempotency key', async () => {
    const { network } = await subnetOf('10.0.0.0/24')
    const uuid = await running()
    const headers = { 'idempotency-key': 'once' }
    const send = () => api.send('POST', `/v1/routers/${uuid}/interfaces`, { network }, { headers })

    const [first, second] = [await send(), await send()]

    expect([second.statusCode, second.json()]).toEqual([201, first.json()])
  })

  it('are told in the project’s log', async () => {
    const { network } = await subnetOf('10.0.0.0/24')
    const uuid = await running()
    const { uuid: interfaceUuid } = (await connect(uuid, { network })).json()
    await api.send('DELETE', `/v1/routers/${uuid}/interfaces/${interfaceUuid}`)
    const entries = async () => {
      const { results } = (await api.send('GET', '/v1/project-logs')).json()
      return results
        .map(({ action, message }: { action: string; message: string }) => [action, message])
        .filter(([action]: [string]) => action.startsWith('router'))
    }

    await expect.poll(entries).toEqual([
      ['router_create', "Router 'edge' has been created"],
      ['router_interface_create', "Router 'edge' has been given an interface on network 'backend'"],
      ['router_interface_delete', "Router 'edge' has no interface on network 'backend' any more"],
    ])
  })

  it('need a network with a subnet, in the router’s zone, where the router is not yet', async () => {
    const uuid = await running()
    const { network, subnet } = await subnetOf('10.0.0.0/24')
    const { network: overlapping } = await subnetOf('10.0.0.0/16')
    const { subnet: strange } = await subnetOf('10.9.0.0/24')
    const { uuid: empty } = await networkWith({ auto_create_ipv4_subnet: false })
    const { uuid: elsewhere } = await networkWith({ zone: 'lpg1' })
    await connect(uuid, { network })
    const absent = randomUUID()
    const cases: readonly (readonly [object, string, string])[] = [
      [{}, 'network', 'This field is required, unless addresses name a subnet.'],
      [{ network: 'public' }, 'network', 'Must be a valid UUID.'],
      [{ network: absent }, 'network', `Network ${absent} does not exist.`],
      [{ addresses: [{ subnet: absent }] }, 'addresses[0].subnet', `Subnet ${absent} does not exist.`],
      [{ network, addresses: [{ subnet: strange }] }, 'addresses[0].subnet', 'must be of one network'],
      [{ network: empty }, 'network', 'has no subnet'],
      [{ network: elsewhere }, 'network', 'must be in the same one'],
      [{ network }, 'network', 'has an interface on network'],
      [{ addresses: [{ subnet }] }, 'addresses[0].subnet', 'has an interface on network'],
      [{ network: overlapping }, 'network', '10.0.0.0/16 overlaps with 10.0.0.0/24'],
      [
        { addresses: [{ subnet: strange, address: '10.8.0.1' }] },
        'addresses[0].address',
        'is not a valid IP for',
      ],
    ]
    for (const [body, field, message] of cases) {
      const answer = await connect(uuid, body)

      expect([answer.statusCode, answer.json()]).toEqual([400, { [field]: expect.stringContaining(message) }])
    }
    expect((await get(uuid)).json().interfaces).toHaveLength(1)
  })
})
