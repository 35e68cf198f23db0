import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkRecords } from '../records/networks.ts'
import { serverRecords } from '../records/servers.ts'
import { chooseSubnetAddress } from '../records/subnet-addresses.ts'
import { subnetRecords, subnetsOfNetwork } from '../records/subnets.ts'
import { someNetwork, someServer, someSubnet } from '../records/testing.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

const stranger = { headers: { authorization: 'Bearer stranger' } }

describe('/v1/networks', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests()
  })
  afterEach(() => api.dispose())

  const created = async (body: object = {}) =>
    (await api.send('POST', '/v1/networks', { name: 'backend', ...body })).json()
  const get = async (uuid: string) => (await api.send('GET', `/v1/networks/${uuid}`)).json()
  const atCloud = () => api.cloud.objects().map(({ kind }) => kind)

  it('makes a network with one subnet of 256 addresses, and shows both at once', async () => {
    const answer = await api.send('POST', '/v1/networks', { name: 'backend', tags: { env: 'prod' } })

    const network = answer.json()
    const [subnet] = network.subnets
    expect(answer.statusCode).toBe(201)
    expect(network).toEqual({
      href: `http://localhost:80/v1/networks/${network.uuid}`,
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'backend',
      zone: { slug: 'rma1' },
      mtu: 9000,
      subnets: [
        { href: `http://localhost:80/v1/subnets/${subnet.uuid}`, uuid: subnet.uuid, cidr: '172.16.0.0/24' },
      ],
      tags: { env: 'prod' },
      created_at: expect.stringMatching(/^20\d\d-.*\.\d{6}Z$/),
    })
    expect(await get(network.uuid)).toEqual(network)
    expect((await api.send('GET', '/v1/networks')).json()).toEqual([network])
    expect(atCloud()).toEqual(['network', 'subnet'])
  })

  it('gives each network of a project a range of its own', async () => {
    const cidrs = [await created(), await created()].map(({ subnets }) => subnets[0].cidr)

    expect(cidrs).toEqual(['172.16.0.0/24', '172.16.1.0/24'])
  })

  it('makes a network without a subnet, in the zone and with the MTU that are asked for', async () => {
    const wanted = { zone: 'lpg1', mtu: 1500, auto_create_ipv4_subnet: false }

    const network = await created(wanted)

    expect(network).toMatchObject({ zone: { slug: 'lpg1' }, mtu: 1500, subnets: [] })
    expect(api.cloud.objects()).toMatchObject([{ kind: 'network', zone: 'lpg1', mtu: 1500 }])
  })

  it('takes a form', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const payload = 'name=backend&mtu=1500&auto_create_ipv4_subnet=false'

    const answer = await api.send('POST', '/v1/networks', undefined, { payload, headers })

    expect(answer.json()).toMatchObject({ name: 'backend', mtu: 1500, subnets: [] })
  })

  it.each([
    [{}, { name: 'This field is required.' }],
    [{ name: 'a', mtu: 1279 }, { mtu: 'Must be a whole number from 1280 to 9000.' }],
    [{ name: 'a', mtu: 9001 }, { mtu: 'Must be a whole number from 1280 to 9000.' }],
    [{ name: 'a', zone: 'mars1' }, { zone: expect.stringContaining('is not a valid choice. Choose one of') }],
    [{ name: 'a', auto_create_ipv4_subnet: 'maybe' }, { auto_create_ipv4_subnet: 'Must be true or false.' }],
    [{ name: 'a\nb' }, { name: expect.stringContaining('control characters') }],
  ])('refuses %j, and makes nothing', async (body, errors) => {
    const answer = await api.send('POST', '/v1/networks', body)

    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual(errors)
    expect((await api.send('GET', '/v1/networks')).json()).toEqual([])
    expect(atCloud()).toEqual([])
  })

  it('makes no more of them than the project may have', async () => {
    await api.dispose()
    api = await apiForTests({ project: { quotasJson: '{"networks":1}' } })
    await created()

    const answer = await api.send('POST', '/v1/networks', { name: 'one-more' })

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain("This project's quota is 1 networks")
    expect(atCloud()).toEqual(['network', 'subnet'])
  })

  it('leaves nothing of a network whose subnet can not be made, and says so at once', async () => {
    api.cloud.faults.replace([{ operation: 'network.createSubnet', kind: 'refuse' }])

    const answer = await api.send('POST', '/v1/networks', { name: 'backend' })

    expect(answer.statusCode).toBe(503)
    expect(answer.json().detail).toContain('The subnet could not be made')
    expect((await api.send('GET', '/v1/networks')).json()).toEqual([])
    expect((await api.send('GET', '/v1/subnets')).json()).toEqual([])
    expect(atCloud()).toEqual([])
  })

  it('changes MTU, name and tags together, at the cloud too, as one entry of the log', async () => {
    const { uuid } = await created()

    const answer = await api.send('PATCH', `/v1/networks/${uuid}`, {
      mtu: 6601,
      name: 'front',
      tags: { a: 'b' },
    })

    expect(answer.statusCode).toBe(204)
    expect(answer.body).toBe('')
    expect(await get(uuid)).toMatchObject({ mtu: 6601, name: 'front', tags: { a: 'b' } })
    expect(api.cloud.objects()).toContainEqual(expect.objectContaining({ kind: 'network', mtu: 6601 }))
    expect(await log()).toEqual([
      "network_create: Network 'backend' has been created",
      "network_update: Network 'backend' has been given the MTU 6601 and has been renamed to 'front' and has been given other tags",
    ])
  })

  it('changes name and tags without an action, also together with the MTU that it has', async () => {
    const { uuid } = await created()

    const answers = [
      await api.send('PATCH', `/v1/networks/${uuid}`, { name: 'front' }),
      await api.send('PATCH', `/v1/networks/${uuid}`, { mtu: 9000, tags: {} }),
      await api.send('PATCH', `/v1/networks/${uuid}`, {}),
    ]

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 204, 204])
    expect(await get(uuid)).toMatchObject({ name: 'front', mtu: 9000 })
    expect((await log()).slice(1)).toEqual(["network_update: Network 'backend' has been renamed to 'front'"])
  })

  it('keeps MTU and name when the MTU can not be changed, and says so', async () => {
    const { uuid } = await created()
    api.cloud.faults.replace([{ operation: 'network.setMtu', kind: 'refuse' }])

    const answer = await api.send('PATCH', `/v1/networks/${uuid}`, { mtu: 1500, name: 'front' })

    expect(answer.statusCode).toBe(503)
    expect(answer.json().detail).toContain('The MTU of the network could not be changed')
    expect(await get(uuid)).toMatchObject({ mtu: 9000, name: 'backend' })
  })

  it('deletes a network with its subnets', async () => {
    const { uuid, subnets } = await created()

    const answer = await api.send('DELETE', `/v1/networks/${uuid}`)

    expect(answer.statusCode).toBe(204)
    expect((await api.send('GET', `/v1/networks/${uuid}`)).statusCode).toBe(404)
    expect((await api.send('GET', `/v1/subnets/${subnets[0].uuid}`)).statusCode).toBe(404)
    await expect.poll(atCloud).toEqual([])
  })

  it('deletes no network that servers are on, and lists them', async () => {
    const { uuid } = await created()
    const server = await serverOn(uuid)

    const answer = await api.send('DELETE', `/v1/networks/${uuid}`)

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain(
      `Network 'backend' is in use by server 'web' (${server.uuid}). Delete what is on it`,
    )
    expect((await get(uuid)).subnets).toHaveLength(1)

    await api.records.transaction(trx => serverRecords.markDeleted(trx, server.uuid, 'now'))
    expect((await api.send('DELETE', `/v1/networks/${uuid}`)).statusCode).toBe(204)
  })

  it('deletes a network in the call after the deletion of the last server on it', async () => {
    const { uuid } = await created()
    const server = await newServer({ network: uuid })
    expect((await api.send('DELETE', `/v1/networks/${uuid}`)).statusCode).toBe(400)

    expect((await api.send('DELETE', `/v1/servers/${server.uuid}`)).statusCode).toBe(204)
    expect((await api.send('DELETE', `/v1/networks/${uuid}`)).statusCode).toBe(204)

    await expect.poll(atCloud, { timeout: 5000 }).toEqual([])
  })

  it('gives an address again in the call after the deletion of the server that had it', async () => {
    const { subnets } = await created()
    const wanted = { addresses: [{ subnet: subnets[0].uuid, address: '172.16.0.42' }] }
    const first = await newServer(wanted)

    expect((await api.send('DELETE', `/v1/servers/${first.uuid}`)).statusCode).toBe(204)
    const second = await newServer(wanted)

    expect(second.interfaces).toMatchObject([{ addresses: [{ address: '172.16.0.42' }] }])
  })

  it("answers 404 for what isn't there, and for what is somebody else's", async () => {
    const { uuid } = await created()
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { name: 'mine' } : undefined

      expect((await api.send(method, '/v1/networks/none', body)).json()).toEqual({ detail: 'Not found.' })
      expect((await api.send(method, `/v1/networks/${uuid}`, body, stranger)).statusCode).toBe(404)
    }
    expect((await api.send('GET', '/v1/networks', undefined, stranger)).json()).toEqual([])
    expect(await get(uuid)).toMatchObject({ name: 'backend' })
  })

  it('lists networks with the subnets of each, filtered by name and tags', async () => {
    const one = someNetwork({ name: 'one', tags: { env: 'prod' } })
    const two = someNetwork({ name: 'two' })
    await api.records.transaction(async trx => {
      await networkRecords.insert(trx, one, two)
      await subnetRecords.insert(
        trx,
        someSubnet({ networkUuid: one.uuid, cidr: '10.0.0.0/24' }),
        someSubnet({ networkUuid: two.uuid, cidr: '10.0.1.0/24' }),
        someSubnet({ networkUuid: one.uuid, cidr: '10.0.2.0/24' }),
      )
    })
    const listed = async (query: string) =>
      (await api.send('GET', `/v1/networks${query}`))
        .json()
        .map(({ name, subnets }: { name: string; subnets: { cidr: string }[] }) => [
          name,
          ...subnets.map(({ cidr }) => cidr),
        ])

    expect(await listed('')).toEqual([
      ['one', '10.0.0.0/24', '10.0.2.0/24'],
      ['two', '10.0.1.0/24'],
    ])
    expect(await listed('?name=two')).toEqual([['two', '10.0.1.0/24']])
    expect(await listed('?tag:env')).toEqual([['one', '10.0.0.0/24', '10.0.2.0/24']])
  })

  async function newServer(own: object) {
    const answer = await api.send('POST', '/v1/servers', {
      name: 'web',
      flavor: 'flex-4-1',
      image: 'debian-13',
      ssh_keys: ['ssh-ed25519 AAAA me'],
      interfaces: [own],
    })
    expect(answer.statusCode).toBe(201)
    return answer.json()
  }

  async function log(): Promise<string[]> {
    const events = await api.records.read.selectFrom('events').selectAll().orderBy('id').execute()
    return events.map(({ action, message }) => `${action}: ${message}`)
  }

  async function serverOn(networkUuid: string) {
    const server = someServer({ name: 'web' })
    await api.records.transaction(async trx => {
      await serverRecords.insert(trx, server)
      const own = { uuid: server.uuid, serverUuid: server.uuid, position: 0, networkUuid, cloudPortId: null }
      await trx.insertInto('interfaces').values(own).execute()
      const place = { interfaceUuid: server.uuid, position: 0 }
      await chooseSubnetAddress(trx, await subnetsOfNetwork(trx, networkUuid), place)
    })
    return server
  }
})
