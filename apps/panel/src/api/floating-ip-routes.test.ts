import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiForTests, apiForTests } from './testing.ts'

describe('/v1/floating-ips', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests({ project: { quotaServers: 5, quotaVcpus: 20, quotaMemoryGb: 50 } })
  })
  afterEach(() => api.dispose())

  const path = '/v1/floating-ips'
  const patience = { timeout: 10_000 }
  const create = async (body: object) => {
    const answer = await api.send('POST', path, body)
    expect(answer.body).toContain('href')
    expect(answer.statusCode).toBe(201)
    return answer.json()
  }
  const refused = async (method: string, url: string, body: object) => {
    const answer = await api.send(method, url, body)
    expect(answer.statusCode).toBe(400)
    return answer.json()
  }
  const get = async (address: string) => (await api.send('GET', `${path}/${address}`)).json()
  const server = async (name: string, given: object = {}) => {
    const body = { name, flavor: 'flex-4-1', image: 'debian-13', ssh_keys: ['ssh-ed25519 AAAA me'], ...given }
    const { uuid, interfaces } = (await api.send('POST', '/v1/servers', body)).json()
    const addresses = interfaces[0].addresses.map(({ address }: { address: string }) => address)
    await expect
      .poll(async () => (await api.send('GET', `/v1/servers/${uuid}`)).json().status, patience)
      .toBe('running')
    return { uuid, name, stub: { href: `http://localhost:80/v1/servers/${uuid}`, uuid, name }, addresses }
  }
  const routes = () =>
    api.cloud.objects().flatMap(object => (object.kind === 'route' ? [[object.id, object.nextHop]] : []))

  it('creates one that leads nowhere, in the region of the default zone', async () => {
    const created = await create({ ip_version: 4 })

    expect(created).toEqual({
      href: 'http://localhost:80/v1/floating-ips/192.0.2.1',
      network: '192.0.2.1/32',
      ip_version: 4,
      type: 'regional',
      region: { slug: 'rma' },
      server: null,
      load_balancer: null,
      next_hop: null,
      reverse_ptr: '192-0-2-1.cust.evenkeel.example',
      tags: {},
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    })
    expect(await get('192.0.2.1')).toEqual(created)
    expect(routes()).toEqual([])
  })

  it('creates one that leads to the first address of a server', async () => {
    const web = await server('web')

    const four = await create({ ip_version: 4, server: web.uuid, reverse_ptr: 'www.example.com' })
    const six = await create({ ip_version: 6, server: web.uuid, tags: { env: 'prod' } })

    expect(four).toMatchObject({
      server: web.stub,
      next_hop: web.addresses[0],
      reverse_ptr: 'www.example.com',
    })
    expect(six).toMatchObject({ network: '2001:db8:100::10/128', next_hop: web.addresses[1] })
    expect((await api.send('GET', path)).json()).toEqual([four, six])
    expect((await api.send('GET', `${path}?tag:env=prod`)).json()).toEqual([six])
    expect(routes()).toEqual([
      ['192.0.2.1/32', web.addresses[0]],
      ['2001:db8:100::10/128', web.addresses[1]],
    ])
  })

  it('creates global ones, and networks, which have no reverse pointer', async () => {
    expect(await create({ ip_version: 4, type: 'global' })).toMatchObject({ type: 'global', region: null })
    expect(await create({ ip_version: 6, prefix_length: 56, region: 'lpg' })).toMatchObject({
      network: '2001:db8:2000::/56',
      region: { slug: 'lpg' },
      reverse_ptr: null,
    })
  })

  it('takes forms, in which numbers are texts', async () => {
    const answer = await api.send('POST', path, undefined, {
      payload: 'ip_version=6&prefix_length=56',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })

    expect(answer.json()).toMatchObject({ ip_version: 6, network: '2001:db8:1000::/56' })
  })

  it('is named by its address, however that is written', async () => {
    const { network } = await create({ ip_version: 6, type: 'global' })
    expect(network).toBe('2001:db8::10/128')

    for (const address of ['2001:db8::10', '2001%3Adb8%3A%3A10', '2001:DB8:0:0::0010']) {
      expect(await get(address)).toMatchObject({ network })
    }
    expect((await api.send('GET', `${path}/192.0.2.99`)).json()).toEqual({ detail: 'Not found.' })
    expect((await api.send('GET', `${path}/none`)).statusCode).toBe(404)
  })

  it('is moved to another server, asked for in either way, and stays there when that is asked for again', async () => {
    const [one, other] = [await server('one'), await server('other')]
    await create({ ip_version: 4, server: one.uuid })

    for (const method of ['PATCH', 'POST', 'PATCH']) {
      const answer = await api.send(method, `${path}/192.0.2.1`, { server: other.uuid })
      expect([answer.statusCode, answer.body]).toEqual([204, ''])
      expect(await get('192.0.2.1')).toMatchObject({ server: other.stub, next_hop: other.addresses[0] })
    }
    expect(routes()).toEqual([['192.0.2.1/32', other.addresses[0]]])
    expect(api.calls.filter(({ action }) => action === 'floating-ip.change')).toHaveLength(3)
  })

  it('is changed in several ways at once, and tags alone without the cloud', async () => {
    const web = await server('web')
    await create({ ip_version: 4 })

    const changes = { server: web.uuid, reverse_ptr: 'vip.example.com', tags: { a: 'b' } }
    expect((await api.send('PATCH', `${path}/192.0.2.1`, changes)).statusCode).toBe(204)
    expect(await get('192.0.2.1')).toMatchObject({ ...changes, server: web.stub })

    expect((await api.send('PATCH', `${path}/192.0.2.1`, { tags: {} })).statusCode).toBe(204)
    expect(await get('192.0.2.1')).toMatchObject({ server: web.stub, tags: {} })
    // The server is so already: the tags are changed all the same.
    await api.send('PATCH', `${path}/192.0.2.1`, { server: web.uuid, tags: { c: 'd' } })
    expect(await get('192.0.2.1')).toMatchObject({ server: web.stub, tags: { c: 'd' } })
  })

  it('lets go of a server that is deleted, and may lead to another one', async () => {
    const [one, other] = [await server('one'), await server('other')]
    await create({ ip_version: 4, server: one.uuid })

    await api.send('DELETE', `/v1/servers/${one.uuid}`)
    expect(await get('192.0.2.1')).toMatchObject({ server: null, next_hop: null })
    await api.send('PATCH', `${path}/192.0.2.1`, { server: other.uuid })

    await expect.poll(routes, patience).toEqual([['192.0.2.1/32', other.addresses[0]]])
    expect(await get('192.0.2.1')).toMatchObject({ server: other.stub, next_hop: other.addresses[0] })
  })

  it('is gone at once when it is deleted, and its address is given again afterwards', async () => {
    const web = await server('web')
    await create({ ip_version: 4, server: web.uuid })

    const answer = await api.send('DELETE', `${path}/192.0.2.1`)

    expect([answer.statusCode, answer.body]).toEqual([204, ''])
    expect((await api.send('GET', `${path}/192.0.2.1`)).statusCode).toBe(404)
    await expect.poll(async () => (await create({ ip_version: 4 })).network, patience).toBe('192.0.2.1/32')
    expect(routes()).toEqual([])
  })

  it('is being deleted for as long as that takes: who asks again gets the same answer', async () => {
    const web = await server('web')
    await create({ ip_version: 4, server: web.uuid })
    api.cloud.faults.replace([{ operation: 'routes.withdraw', kind: 'busy' }])

    const answers = [
      await api.send('DELETE', `${path}/192.0.2.1`),
      await api.send('DELETE', `${path}/192.0.2.1`),
    ]

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 204])
    expect(answers[1]?.headers['evenkeel-action']).toBe(answers[0]?.headers['evenkeel-action'])
    expect((await api.send('GET', `${path}/192.0.2.1`)).statusCode).toBe(404)
  })

  it('waits for its server to be made', async () => {
    const body = { name: 'web', flavor: 'flex-4-1', image: 'debian-13', ssh_keys: ['ssh-ed25519 AAAA me'] }
    const { uuid, interfaces } = (await api.send('POST', '/v1/servers', body)).json()

    expect(await create({ ip_version: 4, server: uuid })).toMatchObject({
      next_hop: interfaces[0].addresses[0].address,
    })
  })

  it('is not there when it could not be made, and says why', async () => {
    api.cloud.faults.replace([{ operation: 'dns.setPointer', kind: 'refuse' }])

    const answer = await api.send('POST', path, { ip_version: 4 })

    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { detail: expect.stringContaining('The reverse DNS entry could not be made') },
    ])
    expect((await api.send('GET', path)).json()).toEqual([])
    expect((await api.send('GET', `${path}/192.0.2.1`)).json()).toEqual({
      detail: expect.stringContaining('Not found. Creation failed: the reverse DNS entry could not be made'),
    })
  })

  it("is not there for another project, nor is another project's server for it", async () => {
    const web = await server('web')
    await create({ ip_version: 4 })
    const stranger = { headers: { authorization: 'Bearer stranger' } }

    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await api.send(
        method,
        `${path}/192.0.2.1`,
        method === 'PATCH' ? {} : undefined,
        stranger,
      )
      expect([answer.statusCode, answer.json()]).toEqual([404, { detail: 'Not found.' }])
    }
    const foreign = await api.send('POST', path, { ip_version: 4, server: web.uuid }, stranger)
    expect([foreign.statusCode, foreign.json()]).toEqual([
      400,
      { server: `Server ${web.uuid} does not exist.` },
    ])
  })

  it('is refused with the name of what is wrong', async () => {
    const none = '0d5f4d1c-8a43-4c5c-9f0e-2f7c1b9a6e55'
    expect(await refused('POST', path, {})).toEqual({ ip_version: 'This field is required.' })
    expect(await refused('POST', path, { ip_version: 5 })).toEqual({
      ip_version: '5 is not a valid choice. Choose one of 4, 6.',
    })
    expect(await refused('POST', path, { ip_version: 6, prefix_length: 64 })).toEqual({
      prefix_length: '64 is not a valid choice. Choose one of 56.',
    })
    expect(await refused('POST', path, { ip_version: 4, prefix_length: 56 })).toEqual({
      prefix_length: 'Must not be given with ip_version 4: there are single addresses only.',
    })
    expect(await refused('POST', path, { ip_version: 4, type: 'global', region: 'rma' })).toEqual({
      region: 'Must not be given with the type global: such a floating IP has no region.',
    })
    expect(await refused('POST', path, { ip_version: 4, region: 'mars' })).toEqual({
      region: '"mars" is not a valid choice. Choose one of rma, lpg.',
    })
    expect(await refused('POST', path, { ip_version: 4, server: 'web' })).toEqual({
      server: 'Must be a valid UUID.',
    })
    expect(await refused('POST', path, { ip_version: 4, server: none })).toEqual({
      server: `Server ${none} does not exist.`,
    })
    expect(await refused('POST', path, { ip_version: 4, load_balancer: none })).toEqual({
      load_balancer: `Load balancer ${none} does not exist.`,
    })
    expect(await refused('POST', path, { ip_version: 4, server: none, load_balancer: none })).toEqual({
      load_balancer: 'Must not be given together with server: it leads to one of them.',
    })
    expect(
      await refused('POST', path, { ip_version: 6, prefix_length: 56, reverse_ptr: 'a.example' }),
    ).toEqual({ reverse_ptr: 'Only a single address can have a reverse pointer, not a network.' })
    expect(api.cloud.objects()).toEqual([])
    expect((await api.send('GET', path)).json()).toEqual([])
  })

  it('can not be taken from its server without being given to another one', async () => {
    const web = await server('web')
    await create({ ip_version: 4, server: web.uuid })

    expect(await refused('PATCH', `${path}/192.0.2.1`, { server: null })).toEqual({
      server: expect.stringContaining('assign it to another server or load balancer, or delete it'),
    })
    expect(await refused('PATCH', `${path}/192.0.2.1`, { load_balancer: null })).toEqual({
      load_balancer: expect.stringContaining('can not be unassigned'),
    })
    // Clients that know both send null for the one that they don't mean.
    const both = { server: web.uuid, load_balancer: null }
    expect((await api.send('PATCH', `${path}/192.0.2.1`, both)).statusCode).toBe(204)
  })

  it('leads only to a server of its region that has an address of its version, unless it is global', async () => {
    const far = await server('far', { zone: 'lpg1' })
    const four = await server('four', { use_ipv6: false })

    expect(await refused('POST', path, { ip_version: 4, server: far.uuid })).toEqual({
      server: expect.stringContaining("Server 'far' is in region lpg, and the floating IP in region rma."),
    })
    expect(await refused('POST', path, { ip_version: 6, server: four.uuid })).toEqual({
      server: expect.stringContaining("Server 'four' has no public IPv6 address"),
    })
    expect(await create({ ip_version: 4, type: 'global', server: far.uuid })).toMatchObject({
      server: far.stub,
    })
    await create({ ip_version: 6, prefix_length: 56 })
    expect(await refused('PATCH', `${path}/2001:db8:1000::`, { reverse_ptr: 'a.example' })).toEqual({
      reverse_ptr: 'Only a single address can have a reverse pointer, not a network.',
    })
  })

  it('keeps to the quota', async () => {
    await api.records.transaction(trx =>
      trx.updateTable('projects').set({ quotasJson: '{"floatingIps":1}' }).where('id', '=', 'demo').execute(),
    )
    await create({ ip_version: 4 })

    expect(await refused('POST', path, { ip_version: 6 })).toEqual({
      detail: expect.stringContaining("This project's quota is 1 floating IPs: 1 are in use"),
    })
  })

  it('tells the project what was done, in its log', async () => {
    const web = await server('web')
    await create({ ip_version: 4 })
    await api.send('PATCH', `${path}/192.0.2.1`, { server: web.uuid, tags: { a: 'b' } })
    await api.send('PATCH', `${path}/192.0.2.1`, { server: web.uuid })
    await api.send('PATCH', `${path}/192.0.2.1`, { reverse_ptr: 'a.example' })
    await api.send('DELETE', `${path}/192.0.2.1`)

    const events = async () =>
      (await api.records.read.selectFrom('events').selectAll().orderBy('id').execute())
        .filter(({ action }) => action.startsWith('floating_ip'))
        .map(({ action, message }) => [action, message])
    await expect.poll(events, patience).toHaveLength(4)
    expect(await events()).toEqual([
      ['floating_ip_create', "Floating IP '192.0.2.1/32' has been created"],
      [
        'floating_ip_update',
        "Floating IP '192.0.2.1/32' has been assigned to server 'web' and has been given other tags",
      ],
      ['floating_ip_update', "Floating IP '192.0.2.1/32' has been given the reverse pointer a.example"],
      ['floating_ip_delete', "Floating IP '192.0.2.1/32' has been deleted"],
    ])
  })

  it('keeps its server from losing the address that it leads to', async () => {
    const web = await server('web')
    await create({ ip_version: 4, server: web.uuid })

    const network = (await api.send('POST', '/v1/networks', { name: 'backend' })).json()
    const wanted = { interfaces: [{ network: network.uuid }] }
    expect(await refused('PATCH', `/v1/servers/${web.uuid}`, wanted)).toEqual({
      detail: expect.stringContaining(`192.0.2.1/32 to ${web.addresses[0]}`),
    })
  })
})
