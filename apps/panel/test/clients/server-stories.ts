import { expect } from 'vitest'
import { smallServer, type Thing } from './client.ts'
import { type Stories, unique } from './story.ts'

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)

/** Reference §4.1 and §4.2. */
export const serverStories: Stories = {
  'a server is complete when it is ordered, and has host keys when it runs': async client => {
    const name = unique('web')
    const created = await client.create('servers', { ...smallServer, name, tags: { env: 'test' } })

    expect(created).toMatchObject({
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name,
      status: 'changing',
      zone: { slug: 'rma1' },
      flavor: { slug: 'flex-4-1', name: 'Flex-4-1', vcpu_count: 1, memory_gb: 4 },
      image: { slug: 'debian-12', operating_system: 'Debian', default_username: 'debian' },
      volumes: [{ type: 'ssd', size_gb: 10 }],
      interfaces: [
        {
          type: 'public',
          addresses: [
            { version: 4, prefix_length: 24 },
            { version: 6, prefix_length: 128 },
          ],
        },
      ],
      ssh_fingerprints: null,
      ssh_host_keys: null,
      anti_affinity_with: [],
      server_groups: [],
      tags: { env: 'test' },
      created_at: timestamp,
    })
    const soon = await client.get(created.href)
    if (soon.status === 'changing') expect(soon).toEqual(created)
    expect(Math.abs(Date.parse(created.created_at) - Date.now())).toBeLessThan(3_600_000)
    const running = await client.untilStatus(created.href, 'running')
    const { status, ssh_host_keys, ssh_fingerprints, volumes, ...rest } = running
    expect(created).toMatchObject(rest)
    expect(volumes).toEqual([expect.objectContaining({ name: expect.stringContaining(name), size_gb: 10 })])
    const known = ssh_host_keys ? running : await client.until(created.href, server => server.ssh_host_keys)
    expect(known.ssh_host_keys.length).toBeGreaterThan(0)
    expect(known.ssh_fingerprints.length).toBe(known.ssh_host_keys.length)

    await client.delete(created.href)
    expect(await client.status(created.href)).toBe(404)
  },

  'a server that is called by its full name has that as its pointer': async client => {
    const name = `${unique('www')}.example.com`
    const [named, plain] = [
      await client.create('servers', { ...smallServer, name }),
      await client.create('servers', smallServer),
    ]
    const pointersOf = (server: Thing) => server.interfaces[0].addresses.map((one: Thing) => one.reverse_ptr)

    expect(pointersOf(named)).toEqual([name, name])
    for (const pointer of pointersOf(plain)) expect(pointer).toMatch(/^[0-9a-f-]+\.cust\./)
    for (const { href } of [named, plain]) {
      await client.delete(href) // As it is being made.
      expect(await client.status(href)).toBe(404)
    }
  },

  'a server is stopped, started and rebooted, and already being so is fine': async client => {
    const { href } = await client.runningServer()

    await client.act(`${href}/start`)
    await client.act(`${href}/stop`)
    await client.untilStatus(href, 'stopped')
    await client.act(`${href}/stop`)
    await client.untilStatus(href, 'stopped')
    await client.act(`${href}/start`)
    await client.untilStatus(href, 'running')
    await client.act(`${href}/reboot`)
    await client.untilStatus(href, 'running')
    await client.delete(href)
  },

  'a server is given one new attribute at a time': async client => {
    const { href } = await client.runningServer()

    expect((await client.refused('PATCH', href, { name: 'db', flavor: 'flex-4-2' }))[1]).toContain(
      'Only one attribute',
    )
    await client.patch(href, { name: 'db' })
    expect(await client.get(href)).toMatchObject({ name: 'db', flavor: { slug: 'flex-4-1' } })
    await client.delete(href)
  },

  'a stopped server is given another flavor, and one that runs is not': async client => {
    const { href } = await client.runningServer()
    expect((await client.refused('PATCH', href, { flavor: 'flex-8-2' }))[0]).toBeTypeOf('string')
    await client.act(`${href}/stop`)
    await client.untilStatus(href, 'stopped')

    for (const flavor of ['plus-8-2', 'flex-4-2']) {
      await client.patch(href, { flavor })
      expect((await client.untilStatus(href, 'stopped')).flavor.slug).toBe(flavor)
    }
    expect(Object.values(await client.refused('PATCH', href, { flavor: 'no-such' }))[1]).toContain(
      'is not a valid choice',
    )
    await client.delete(href)
  },

  'a server without anything is told what is required': async client => {
    const [field, message] = await client.refused('POST', 'servers', {})

    expect([field, message]).toEqual(['name', 'This field is required.'])
    expect(await client.refused('POST', 'servers', { ...smallServer, ssh_keys: null })).toEqual([
      'ssh_keys',
      expect.stringContaining('This field is required.'),
    ])
    expect(
      (
        await client.refused('POST', 'servers', { ...smallServer, image: 'flatcar-stable', password: 'x' })
      )[1],
    ).toContain('This image does not support password login')
  },

  'a server takes null for what is not given, as clients in Go send it': async client => {
    const names = [
      'zone',
      'volumes',
      'interfaces',
      'bulk_volume_size_gb',
      'use_public_network',
      'use_ipv6',
      'password',
    ]
    const more = ['server_groups', 'anti_affinity_with', 'user_data', 'tags', 'no_such_field']
    const nulls = Object.fromEntries([...names, ...more].map(name => [name, null]))

    const server = await client.create('servers', { ...smallServer, ...nulls })
    expect(server).toMatchObject({
      zone: { slug: 'rma1' },
      volumes: [{}],
      interfaces: [{ type: 'public' }],
      tags: {},
    })
    await client.delete(server.href)
  },

  'a wrong id is named by its field': async client => {
    const [wrong, message] = ['1234', expect.stringContaining('Must be a valid UUID.')]
    const ordered = (fields: object) => client.refused('POST', 'servers', { ...smallServer, ...fields })

    expect(await ordered({ interfaces: [{ network: wrong }] })).toEqual(['interfaces[0].network', message])
    const addresses = [{ subnet: wrong }]
    expect(await ordered({ interfaces: [{ addresses }] })).toEqual([
      'interfaces[0].addresses[0].subnet',
      message,
    ])
    expect(await ordered({ server_groups: [wrong] })).toEqual(['server_groups[0]', message])
    expect(await ordered({ anti_affinity_with: wrong })).toEqual(['anti_affinity_with', message])
    const copy = { name: 'copy', volume_snapshot_uuid: wrong }
    expect(await client.refused('POST', 'volumes', copy)).toEqual(['volume_snapshot_uuid', message])
    const snapshot = { name: 'before', source_volume: wrong }
    expect(await client.refused('POST', 'volume-snapshots', snapshot)).toEqual(['source_volume', message])
  },

  'a server is ordered by a form, as examples with curl do': async client => {
    const group = await client.create('server-groups', { name: 'Yellow Submarine', type: 'anti-affinity' })
    for (const encoding of ['multipart', 'urlencoded'] as const) {
      const [key = ''] = smallServer.ssh_keys
      const answer = await client.form('servers', encoding, [
        ['name', 'web'],
        ['flavor', 'flex-4-1'],
        ['image', 'debian-12'],
        ['volume_size_gb', '20'],
        ['ssh_keys', key],
        ['ssh_keys', `${key}-other`],
        ['server_groups', group.uuid],
        ['use_ipv6', 'false'],
      ])

      const server = answer.json<{ href: string; name: string }>()
      expect([answer.status, server]).toEqual([
        201,
        expect.objectContaining({
          volumes: [expect.objectContaining({ size_gb: 20 })],
          interfaces: [expect.objectContaining({ addresses: [expect.objectContaining({ version: 4 })] })],
          server_groups: [{ href: group.href, uuid: group.uuid, name: 'Yellow Submarine' }],
        }),
      ])
      await client.untilStatus(server.href, 'running')
      await client.delete(server.href)
    }
    await client.delete(group.href)
  },

  'volumes come with a server in their order, and all but the root stay when it goes': async client => {
    const name = unique('db')
    const server = await client.runningServer({
      name,
      volume_size_gb: 30,
      volumes: [
        { size_gb: 7, type: 'ssd' },
        { size_gb: 200, type: 'bulk' },
      ],
      bulk_volume_size_gb: 100,
    })

    expect(
      server.volumes.map((volume: { type: string; size_gb: number }) => [volume.type, volume.size_gb]),
    ).toEqual([
      ['ssd', 30],
      ['ssd', 7],
      ['bulk', 200],
      ['bulk', 100],
    ])
    for (const volume of server.volumes) {
      expect(volume.name).not.toBe('')
      expect(await client.get(volume.href)).toMatchObject({
        name: volume.name,
        servers: [{ href: server.href, uuid: server.uuid, name }],
        server_uuids: [server.uuid],
      })
    }
    const [root, ...others] = server.volumes
    await client.delete(server.href)
    expect(await client.status(server.href)).toBe(404)
    await client.untilGone(root.href)
    for (const { href } of others) {
      const volume = await client.until(href, ({ servers }) => servers.length === 0)
      expect(volume.server_uuids).toEqual([])
      await client.delete(href)
    }
  },

  'a server has interfaces of all forms, in their order, and is given others': async client => {
    const network = await client.create('networks', { name: 'lan', auto_create_ipv4_subnet: false })
    const subnet = await client.create('subnets', { network: network.uuid, cidr: '192.168.42.0/24' })
    const other = await client.create('networks', { name: 'other' })
    const layer2 = await client.create('networks', { name: 'layer 2', auto_create_ipv4_subnet: false })
    const created = await client.create('servers', {
      ...smallServer,
      interfaces: [
        { network: 'public' },
        { addresses: [{ subnet: subnet.uuid, address: '192.168.42.242' }] },
        { network: other.uuid },
        { network: other.uuid, addresses: [] },
        { addresses: [{ subnet: subnet.uuid }] },
        { network: layer2.uuid },
      ],
    })

    expect(created.interfaces).toMatchObject([
      { type: 'public' },
      {
        type: 'private',
        network: { href: network.href, uuid: network.uuid, name: 'lan' },
        addresses: [
          {
            version: 4,
            address: '192.168.42.242',
            prefix_length: 24,
            subnet: { href: subnet.href, uuid: subnet.uuid, cidr: '192.168.42.0/24' },
          },
        ],
      },
      { type: 'private', addresses: [{ subnet: other.subnets[0] }] },
      { type: 'private', network: { uuid: other.uuid }, addresses: [] },
      { type: 'private', addresses: [{ address: expect.stringMatching(/^192\.168\.42\.\d+$/) }] },
      { type: 'private', network: { uuid: layer2.uuid }, addresses: [] },
    ])
    const { href, interfaces } = await client.untilStatus(created.href, 'running')
    expect(interfaces).toEqual(created.interfaces)

    for (const address of ['192.168.42.242', '192.168.43.1', '192.168.42.0']) {
      const body = { ...smallServer, interfaces: [{ addresses: [{ subnet: subnet.uuid, address }] }] }
      expect(await client.refused('POST', 'servers', body)).toEqual([
        'interfaces[0].addresses[0].address',
        expect.stringContaining(address),
      ])
    }
    await client.patch(href, { interfaces: [{ network: layer2.uuid, addresses: [] }, { network: 'public' }] })
    expect((await client.untilStatus(href, 'running')).interfaces).toMatchObject([
      { type: 'private', addresses: [] },
      { type: 'public', addresses: created.interfaces[0].addresses },
    ])
    await client.delete(href)
    for (const { href } of [network, other, layer2]) {
      await client.delete(href)
      expect(await client.status(href)).toBe(404)
    }
    expect(await client.status(subnet.href)).toBe(404)
  },

  'a server without the public network is on that of its zone': async client => {
    const server = await client.create('servers', {
      ...smallServer,
      use_public_network: false,
      use_private_network: true,
      ssh_keys: null,
      password: 'correct horse',
    })

    expect(server.interfaces).toMatchObject([
      { type: 'private', network: { name: 'default' }, addresses: [{ version: 4 }] },
    ])
    await client.untilStatus(server.href, 'running')
    await client.delete(server.href)
    await client.delete(server.interfaces[0].network.href)
  },

  'servers are kept apart by a group, or by another server': async client => {
    const group = await client.create('server-groups', { name: 'Yellow Submarine', type: 'anti-affinity' })
    expect(group).toMatchObject({ type: 'anti-affinity', zone: { slug: 'rma1' }, servers: [], tags: {} })
    const first = await client.runningServer({ server_groups: [group.uuid] })
    const second = await client.runningServer({ anti_affinity_with: first.uuid })

    expect(first.server_groups).toEqual([{ href: group.href, uuid: group.uuid, name: group.name }])
    expect(second.anti_affinity_with).toEqual([{ href: first.href, uuid: first.uuid, name: first.name }])
    const members = (await client.get(group.href)).servers
    expect(members).toEqual([first, second].map(({ href, uuid, name }) => ({ href, uuid, name })))
    await client.patch(group.href, { name: 'Octopus', tags: { a: 'b' } })
    expect(await client.get(group.href)).toMatchObject({ name: 'Octopus', tags: { a: 'b' } })
    expect((await client.refused('POST', 'server-groups', { name: 'x', type: 'affinity' }))[1]).toContain(
      'is not a valid choice',
    )

    for (const { href } of [first, second, group]) await client.delete(href)
    expect(await client.status(group.href)).toBe(404)
  },
}
