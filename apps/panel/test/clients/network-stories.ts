import { expect } from 'vitest'
import { smallServer } from './client.ts'
import type { Stories } from './story.ts'

/** Reference §4.6, §4.8 and §4.9. */
export const networkStories: Stories = {
  'a network has one subnet at once, unless it is to have none': async client => {
    const network = await client.create('networks', { name: 'lan' })
    const bare = await client.create('networks', {
      name: 'lan',
      zone: 'lpg1',
      mtu: 1500,
      auto_create_ipv4_subnet: false,
    })

    expect(network).toMatchObject({
      zone: { slug: 'rma1' },
      mtu: 9000,
      subnets: [{ uuid: expect.any(String), cidr: expect.stringMatching(/\/24$/) }],
      tags: {},
      created_at: expect.any(String),
    })
    expect(bare).toMatchObject({ zone: { slug: 'lpg1' }, mtu: 1500, subnets: [] })
    for (const one of [network, bare]) expect(await client.get(one.href)).toEqual(one)
    const subnets = await client.list('subnets')
    expect(subnets.filter(subnet => subnet.network.uuid === network.uuid)).toMatchObject(network.subnets)
    expect(subnets.filter(subnet => subnet.network.uuid === bare.uuid)).toEqual([])
    await client.patch(network.href, { name: 'wide', mtu: 6601, tags: { a: 'b' } })
    expect(await client.get(network.href)).toMatchObject({ name: 'wide', mtu: 6601, tags: { a: 'b' } })
    expect((await client.refused('PATCH', network.href, { mtu: 68 }))[0]).toBe('mtu')
    for (const { href } of [network, bare]) {
      await client.delete(href)
      expect(await client.status(href)).toBe(404)
    }
  },

  'a network goes in the next call after its last server, and not before': async client => {
    const network = await client.create('networks', { name: 'lan' })
    const server = await client.runningServer({ interfaces: [{ network: network.uuid }] })

    expect((await client.refused('DELETE', network.href))[1]).toContain(server.uuid)
    await client.delete(server.href)
    await client.delete(network.href)
    expect([await client.status(server.href), await client.status(network.href)]).toEqual([404, 404])
  },

  'a subnet has name servers and a gateway as it is told, or the defaults': async client => {
    const network = await client.create('networks', { name: 'lan', auto_create_ipv4_subnet: false })
    const subnet = await client.create('subnets', {
      network: network.uuid,
      cidr: '10.0.0.0/8',
      gateway_address: '10.255.255.254',
    })
    const { dns_servers: defaults } = subnet
    const dnsAfter = async (dns_servers: readonly string[] | null) => {
      await client.patch(subnet.href, { dns_servers })
      return (await client.get(subnet.href)).dns_servers
    }

    expect(subnet).toEqual({
      href: expect.any(String),
      uuid: expect.any(String),
      cidr: '10.0.0.0/8',
      network: { href: network.href, uuid: network.uuid, name: 'lan', zone: { slug: 'rma1' } },
      gateway_address: '10.255.255.254',
      dns_servers: [expect.any(String), expect.any(String)],
      tags: {},
    })
    expect(await client.get(subnet.href)).toEqual(subnet)
    expect(await dnsAfter([])).toEqual([])
    expect(await dnsAfter(['1.1.1.1', '8.8.8.8'])).toEqual(['1.1.1.1', '8.8.8.8'])
    expect(
      Object.values(await client.refused('PATCH', subnet.href, { dns_servers: ['0.0.0.0'] }))[0],
    ).toContain('dns_servers')
    expect((await client.get(subnet.href)).dns_servers).toEqual(['1.1.1.1', '8.8.8.8'])
    expect(await dnsAfter(null)).toEqual(defaults)
    await client.patch(subnet.href, { gateway_address: null })
    expect((await client.get(subnet.href)).gateway_address).toBeNull()
    expect((await client.refused('PATCH', subnet.href, { gateway_address: '10.0.0.101' }))[0]).toBe(
      'gateway_address',
    )

    await client.delete(subnet.href)
    for (const dns_servers of [null, []]) {
      const body = { network: network.uuid, cidr: '192.168.0.0/22', dns_servers }
      const other = await client.create('subnets', body)
      expect(other.dns_servers).toEqual(dns_servers ?? defaults)
      expect((await client.refused('POST', 'subnets', body))[0]).toBe('cidr')
      await client.delete(other.href)
    }
    for (const cidr of ['192.168.1.0/25', '8.8.8.0/24', '192.168.1.0'])
      expect((await client.refused('POST', 'subnets', { network: network.uuid, cidr }))[0]).toBe('cidr')
    expect(await client.refused('POST', 'subnets', { network: 'lan', cidr: '10.0.0.0/24' })).toEqual([
      'network',
      'Must be a valid UUID.',
    ])
    await client.delete(network.href)
  },

  'a floating IP leads to a server, to another, and nowhere when that is gone': async client => {
    const one = await client.create('servers', { ...smallServer, name: 'one' })
    const two = await client.runningServer({ name: 'two' })
    await client.untilStatus(one.href, 'running')
    const floating = await client.create('floating-ips', {
      ip_version: 4,
      server: one.uuid,
      tags: { a: 'b' },
    })
    const [address] = floating.network.split('/')

    expect(floating).toMatchObject({
      href: expect.stringMatching(new RegExp(`/v1/floating-ips/${address}$`)),
      ip_version: 4,
      type: 'regional',
      region: { slug: 'rma' },
      network: `${address}/32`,
      next_hop: one.interfaces[0].addresses[0].address,
      server: { href: one.href, uuid: one.uuid, name: 'one' },
      load_balancer: null,
      reverse_ptr: expect.stringMatching(/\./),
      tags: { a: 'b' },
    })
    expect(await client.get(floating.href)).toEqual(floating)
    for (const _ of ['moved', 'moved again, to where it leads already']) {
      await client.patch(floating.href, { server: two.uuid })
      expect(await client.get(floating.href)).toMatchObject({
        next_hop: two.interfaces[0].addresses[0].address,
        server: { uuid: two.uuid },
      })
    }
    await client.act(floating.href, { server: one.uuid }) // As older clients move it.
    await client.patch(floating.href, { reverse_ptr: 'www.example.com' })
    expect(await client.get(floating.href)).toMatchObject({
      server: { uuid: one.uuid },
      reverse_ptr: 'www.example.com',
    })
    await client.delete(one.href)
    expect(await client.get(floating.href)).toMatchObject({
      server: null,
      next_hop: null,
      load_balancer: null,
    })
    for (const { href } of [two, floating]) await client.delete(href)
    expect(await client.status(floating.href)).toBe(404)
  },

  'a regional floating IP leads to servers of its region, and a global one anywhere': async client => {
    const [near, far] = await Promise.all([client.runningServer(), client.runningServer({ zone: 'lpg1' })])
    const regional = await client.create('floating-ips', { ip_version: 4, region: 'rma' })
    const global = await client.create('floating-ips', { ip_version: 6, type: 'global', server: near.uuid })
    const wide = await client.create('floating-ips', { ip_version: 6, prefix_length: 56, server: near.uuid })
    const [, v6] = near.interfaces[0].addresses

    expect([global.next_hop, wide.next_hop]).toEqual([v6.address, v6.address])
    expect((await client.refused('PATCH', regional.href, { server: far.uuid }))[0]).toBe('server')
    await client.patch(global.href, { server: far.uuid })
    expect(await client.get(global.href)).toMatchObject({
      server: { uuid: far.uuid },
      next_hop: far.interfaces[0].addresses[1].address,
    })
    for (const { href } of [regional, global, wide, near, far]) await client.delete(href)
  },

  'floating IPs are regional or global, single or a /56, and their colons may be escaped': async client => {
    const create = (body: object) => client.create('floating-ips', body)
    const regional = await create({ ip_version: 4, region: 'lpg' })
    const global = await create({ ip_version: 6, type: 'global' })
    const wide = await create({ ip_version: 6, prefix_length: 56 })

    expect(regional).toMatchObject({
      region: { slug: 'lpg' },
      server: null,
      load_balancer: null,
      next_hop: null,
    })
    expect(global).toMatchObject({
      type: 'global',
      region: null,
      network: expect.stringMatching(/::.*\/128$/),
    })
    expect(wide).toMatchObject({ ip_version: 6, network: expect.stringMatching(/\/56$/) })
    for (const floating of [regional, global, wide]) {
      const [address] = floating.network.split('/')
      expect(await client.get(floating.href)).toEqual(floating)
      expect(await client.get(`floating-ips/${address}`)).toEqual(floating)
      expect(await client.get(`floating-ips/${encodeURIComponent(address)}`)).toEqual(floating)
    }
    for (const [body, field] of [
      [{ ip_version: 5 }, 'ip_version'],
      [{ ip_version: 4, prefix_length: 56 }, 'prefix_length'],
      [{ ip_version: 4, type: 'global', region: 'rma' }, 'region'],
      [{ ip_version: 4, server: 'web' }, 'server'],
    ] as const)
      expect((await client.refused('POST', 'floating-ips', body))[0]).toBe(field)
    for (const { href } of [regional, global, wide]) await client.delete(href)
  },
}
