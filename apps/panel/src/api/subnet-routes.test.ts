import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serverRecords } from '../records/servers.ts'
import { takeSubnetAddress } from '../records/subnet-addresses.ts'
import { subnetRecords } from '../records/subnets.ts'
import { someServer } from '../records/testing.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

const stranger = { headers: { authorization: 'Bearer stranger' } }
const theProviders = ['100.127.0.53', '100.127.1.53']

describe('/v1/subnets', () => {
  let api: ApiForTests
  let network: string
  beforeEach(async () => {
    api = await apiForTests()
    const body = { name: 'backend', auto_create_ipv4_subnet: false }
    network = (await api.send('POST', '/v1/networks', body)).json().uuid
  })
  afterEach(() => api.dispose())

  const post = (body: object) => api.send('POST', '/v1/subnets', { network, cidr: '10.0.0.0/24', ...body })
  const created = async (body: object = {}) => (await post(body)).json()
  const patch = (uuid: string, body: object) => api.send('PATCH', `/v1/subnets/${uuid}`, body)
  const get = async (uuid: string) => (await api.send('GET', `/v1/subnets/${uuid}`)).json()
  const atCloud = () => api.cloud.objects().find(({ kind }) => kind === 'subnet')

  it('makes a subnet, which is shown at once and with its network', async () => {
    const answer = await post({ tags: { env: 'prod' } })

    const subnet = answer.json()
    expect(answer.statusCode).toBe(201)
    expect(subnet).toEqual({
      href: `http://localhost:80/v1/subnets/${subnet.uuid}`,
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      cidr: '10.0.0.0/24',
      network: {
        href: `http://localhost:80/v1/networks/${network}`,
        uuid: network,
        name: 'backend',
        zone: { slug: 'rma1' },
      },
      gateway_address: null,
      dns_servers: theProviders,
      tags: { env: 'prod' },
    })
    expect(await get(subnet.uuid)).toEqual(subnet)
    expect((await api.send('GET', '/v1/subnets')).json()).toEqual([subnet])
    expect((await api.send('GET', `/v1/networks/${network}`)).json().subnets).toEqual([
      { href: subnet.href, uuid: subnet.uuid, cidr: '10.0.0.0/24' },
    ])
    expect(atCloud()).toMatchObject({ cidr: '10.0.0.0/24', gateway: undefined, dnsServers: theProviders })
  })

  it.each([
    [{ dns_servers: null }, theProviders],
    [{ dns_servers: [] }, []],
    [{ dns_servers: ['1.2.3.4', '2001:DB8:0::1'] }, ['1.2.3.4', '2001:db8::1']],
  ])('of %j has the name servers %j', async (body, servers) => {
    expect((await created(body)).dns_servers).toEqual(servers)
    expect(atCloud()).toMatchObject({ dnsServers: servers })
  })

  it('takes a form, in which one name server alone is a list, too', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const payload = `network=${network}&cidr=10.0.0.0/24&dns_servers=1.2.3.4`

    const answer = await api.send('POST', '/v1/subnets', undefined, { payload, headers })

    expect(answer.json()).toMatchObject({ dns_servers: ['1.2.3.4'] })
  })

  it.each(['10.0.0.0/8', '192.168.40.0/22', '172.31.255.0/24'])('can be as large as %s', async cidr => {
    expect((await created({ cidr })).cidr).toBe(cidr)
  })

  it.each([
    [{ cidr: undefined }, { cidr: 'This field is required.' }],
    [{ network: undefined }, { network: 'This field is required.' }],
    [{ network: 'backend' }, { network: 'Must be a valid UUID.' }],
    [{ cidr: '10.0.0.0' }, { cidr: expect.stringContaining('network address in CIDR notation') }],
    [{ cidr: '10.0.0.1/24' }, { cidr: expect.stringContaining('network address in CIDR notation') }],
    [{ cidr: '10.0.0.0/25' }, { cidr: 'Must be at least a /24.' }],
    [{ cidr: '8.8.8.0/24' }, { cidr: expect.stringContaining('private IPv4 range') }],
    [{ cidr: 'fd00::/64' }, { cidr: expect.stringContaining('private IPv4 range') }],
    [{ gateway_address: '10.0.1.1' }, { gateway_address: expect.stringContaining('one of its addresses') }],
    [{ gateway_address: '10.0.0.255' }, { gateway_address: expect.stringContaining('nor the last') }],
    [
      { gateway_address: '10.0.0.101' },
      { gateway_address: expect.stringContaining('10.0.0.101 to 10.0.0.254') },
    ],
    [{ gateway_address: 'fd00::1' }, { gateway_address: 'Enter a valid IPv4 address.' }],
    [{ dns_servers: '1.2.3.4' }, { dns_servers: 'Must be a list.' }],
    [{ dns_servers: ['0.0.0.0'] }, { 'dns_servers[0]': 'Enter a valid IP address of a name server.' }],
    [{ dns_servers: ['1.2.3.4', null] }, { 'dns_servers[1]': expect.any(String) }],
    [{ dns_servers: ['1.2.3.4', '1.2.3.4'] }, { dns_servers: 'Give each server once.' }],
  ])('refuses %j, and makes nothing', async (body, errors) => {
    const answer = await post(body)

    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual(errors)
    expect((await api.send('GET', '/v1/subnets')).json()).toEqual([])
    expect(atCloud()).toBeUndefined()
  })

  it("knows no difference between a network that isn't there and somebody else's", async () => {
    const absent = '47cec963-fcd2-482f-bdb6-24461b2d47b1'
    const theirs = await api.send('POST', '/v1/networks', { name: 'theirs' }, stranger)

    for (const uuid of [absent, theirs.json().uuid]) {
      const answer = await post({ network: uuid })

      expect(answer.statusCode).toBe(400)
      expect(answer.json()).toEqual({ network: `Network ${uuid} does not exist.` })
    }
  })

  it('keeps the subnets of a network apart, and those of two networks alone', async () => {
    const other = (
      await api.send('POST', '/v1/networks', { name: 'b', auto_create_ipv4_subnet: false })
    ).json()
    const { uuid } = await created({ cidr: '10.0.0.0/16' })

    const answer = await post({ cidr: '10.0.3.0/24' })

    expect(answer.statusCode).toBe(400)
    expect(answer.json().cidr).toContain(`overlaps with 10.0.0.0/16, which is subnet ${uuid}`)
    expect((await post({ cidr: '10.1.0.0/16' })).statusCode).toBe(201)
    expect((await post({ cidr: '10.0.3.0/24', network: other.uuid })).statusCode).toBe(201)
  })

  it('can be made again as soon as its deletion was answered', async () => {
    const { uuid } = await created()

    expect((await api.send('DELETE', `/v1/subnets/${uuid}`)).statusCode).toBe(204)
    expect((await post({})).statusCode).toBe(201)
  })

  it('changes gateway, name servers and tags together, at the cloud too', async () => {
    const { uuid } = await created({ cidr: '10.0.0.0/8' })

    const answer = await patch(uuid, {
      gateway_address: '10.255.255.254',
      dns_servers: ['1.2.3.4'],
      tags: { a: 'b' },
    })

    expect(answer.statusCode).toBe(204)
    expect(answer.body).toBe('')
    expect(await get(uuid)).toMatchObject({
      gateway_address: '10.255.255.254',
      dns_servers: ['1.2.3.4'],
      tags: { a: 'b' },
    })
    expect(atCloud()).toMatchObject({ gateway: '10.255.255.254', dnsServers: ['1.2.3.4'] })
  })

  it('changes what is given only: [] is no name server, and null the default', async () => {
    const { uuid } = await created({ gateway_address: '10.0.0.1', dns_servers: ['1.2.3.4'] })
    const after = async (body: object) => {
      expect((await patch(uuid, body)).statusCode).toBe(204)
      const { gateway_address, dns_servers } = await get(uuid)
      return [gateway_address, dns_servers]
    }

    expect(await after({ dns_servers: [] })).toEqual(['10.0.0.1', []])
    expect(await after({ gateway_address: null })).toEqual([null, []])
    expect(await after({ dns_servers: null })).toEqual([null, theProviders])
    expect(await after({ gateway_address: '10.0.0.2' })).toEqual(['10.0.0.2', theProviders])
    expect(await after({})).toEqual(['10.0.0.2', theProviders])
    expect(await after({ tags: null, gateway_address: '10.0.0.2' })).toEqual(['10.0.0.2', theProviders])
    expect(atCloud()).toMatchObject({ gateway: '10.0.0.2', dnsServers: theProviders })
  })

  it.each([
    [{ dns_servers: ['0.0.0.0'] }, 'dns_servers[0]'],
    [{ dns_servers: ['nonsense'] }, 'dns_servers[0]'],
    [{ dns_servers: ['1.2.3.4'], gateway_address: '10.0.0.101' }, 'gateway_address'],
    [{ gateway_address: '10.0.1.1' }, 'gateway_address'],
    [{ gateway_address: '' }, 'gateway_address'],
  ])('refuses the change %j, and leaves the old values', async (body, field) => {
    const { uuid } = await created({ gateway_address: '10.0.0.1', dns_servers: ['9.9.9.9'] })

    const answer = await patch(uuid, body)

    expect(answer.statusCode).toBe(400)
    expect(Object.keys(answer.json())).toEqual([field])
    expect(await get(uuid)).toMatchObject({ gateway_address: '10.0.0.1', dns_servers: ['9.9.9.9'] })
  })

  it('keeps all as it was when the change can not be made, and says so', async () => {
    const { uuid } = await created()
    api.cloud.faults.replace([{ operation: 'network.setSubnet', kind: 'refuse' }])

    const answer = await patch(uuid, { gateway_address: '10.0.0.1', tags: { a: 'b' } })

    expect(answer.statusCode).toBe(503)
    expect(answer.json().detail).toContain('The subnet could not be changed')
    expect(await get(uuid)).toMatchObject({ gateway_address: null, tags: {} })
  })

  it('has no gateway at an address that a server has', async () => {
    const { uuid } = await created()
    const server = await serverAt('10.0.0.9', uuid)

    const answer = await patch(uuid, { gateway_address: '10.0.0.9' })

    expect(answer.statusCode).toBe(400)
    expect(answer.json().gateway_address).toContain(`taken by server 'web' (${server.uuid})`)
  })

  it('deletes no subnet whose addresses are in use, and lists what uses them', async () => {
    const { uuid } = await created()
    const server = await serverAt('10.0.0.9', uuid)

    const answer = await api.send('DELETE', `/v1/subnets/${uuid}`)

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain(
      `Subnet '10.0.0.0/24' (${uuid}) has addresses that are in use by server 'web' (${server.uuid})`,
    )
    expect(await get(uuid)).toMatchObject({ uuid })
  })

  it('deletes a subnet, and leaves its network', async () => {
    const { uuid } = await created()

    expect((await api.send('DELETE', `/v1/subnets/${uuid}`)).statusCode).toBe(204)

    expect((await api.send('GET', `/v1/subnets/${uuid}`)).statusCode).toBe(404)
    expect((await api.send('GET', `/v1/networks/${network}`)).json().subnets).toEqual([])
    await expect.poll(atCloud).toBeUndefined()
  })

  it('lists them filtered by tags; what has no name is not found by one', async () => {
    await created({ tags: { env: 'prod' } })
    await created({ cidr: '10.0.1.0/24' })
    const listed = async (query: string) =>
      (await api.send('GET', `/v1/subnets${query}`)).json().map(({ cidr }: { cidr: string }) => cidr)

    expect(await listed('')).toEqual(['10.0.0.0/24', '10.0.1.0/24'])
    expect(await listed('?tag:env=prod')).toEqual(['10.0.0.0/24'])
    expect(await listed('?name=10.0.0.0/24')).toEqual([])
  })

  it("answers 404 for what isn't there, and for what is somebody else's", async () => {
    const { uuid } = await created()
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { dns_servers: [] } : undefined

      expect((await api.send(method, '/v1/subnets/none', body)).json()).toEqual({ detail: 'Not found.' })
      expect((await api.send(method, `/v1/subnets/${uuid}`, body, stranger)).statusCode).toBe(404)
    }
    expect(await get(uuid)).toMatchObject({ dns_servers: theProviders })
  })

  it('tells the log of each change once, by the range and the network', async () => {
    const { uuid } = await created()
    await patch(uuid, { gateway_address: '10.0.0.1', dns_servers: [] })
    await patch(uuid, { tags: { a: 'b' } })
    await api.send('DELETE', `/v1/subnets/${uuid}`)
    const log = async () => {
      const events = await api.records.read.selectFrom('events').selectAll().orderBy('id').execute()
      return events.slice(1).map(({ action, message }) => `${action}: ${message}`)
    }

    await expect
      .poll(log)
      .toEqual([
        "subnet_create: Subnet '10.0.0.0/24' of network 'backend' has been created",
        "subnet_update: Subnet '10.0.0.0/24' of network 'backend' has been given another gateway and has been given other name servers",
        "subnet_update: Subnet '10.0.0.0/24' has been given other tags",
        "subnet_delete: Subnet '10.0.0.0/24' of network 'backend' has been deleted",
      ])
  })

  async function serverAt(address: string, subnetUuid: string) {
    const server = someServer({ name: 'web' })
    await api.records.transaction(async trx => {
      await serverRecords.insert(trx, server)
      const own = {
        uuid: server.uuid,
        serverUuid: server.uuid,
        position: 0,
        networkUuid: network,
        cloudPortId: null,
      }
      await trx.insertInto('interfaces').values(own).execute()
      const subnet = await subnetRecords.findAny(trx, subnetUuid)
      const place = { interfaceUuid: server.uuid, position: 0, path: 'address' }
      if (subnet !== undefined) await takeSubnetAddress(trx, subnet, address, place)
    })
    return server
  }
})
