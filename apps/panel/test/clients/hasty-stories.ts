import { expect } from 'vitest'
import { smallServer, type Thing } from './client.ts'
import type { Stories } from './story.ts'

/** What clients do that wait for nothing, and send at once what they have: reference §10, and Terraform's way. */
export const hastyStories: Stories = {
  'what a server is to have is asked for while it is being made': async client => {
    const server = await client.create('servers', smallServer)
    const { uuid } = server
    const [volume, floating] = await Promise.all([
      client.create('volumes', { name: 'data', size_gb: 1, server_uuids: [uuid] }),
      client.create('floating-ips', { ip_version: 4, server: uuid }),
      client.patch(server.href, { tags: { a: 'b' } }),
      client.patch(server.href, { name: 'db' }),
    ])

    expect(volume.server_uuids).toEqual([uuid])
    expect(floating).toMatchObject({ server: { uuid }, next_hop: server.interfaces[0].addresses[0].address })
    expect(await client.untilStatus(server.href, 'running')).toMatchObject({
      name: 'db',
      tags: { a: 'b' },
      volumes: [{}, { uuid: volume.uuid }],
    })
    await Promise.all([server, volume, floating].map(({ href }) => client.delete(href)))
    for (const { href } of [server, volume, floating]) expect(await client.status(href)).toBe(404)
  },

  'volumes are attached at once, grown at once, and taken off at once': async client => {
    const server = await client.runningServer()
    const names = ['a', 'b', 'c', 'd']
    const volumes = await Promise.all(
      names.map(name => client.create('volumes', { name, size_gb: 1, server_uuids: [server.uuid] })),
    )
    const attached = async () => (await client.get(server.href)).volumes.map(({ uuid }: Thing) => uuid)

    expect((await attached()).toSorted()).toEqual(
      [server.volumes[0], ...volumes].map(({ uuid }) => uuid).toSorted(),
    )
    await Promise.all(volumes.map(({ href }) => client.patch(href, { size_gb: 2 })))
    await Promise.all(volumes.map(({ href }) => client.patch(href, { servers: [] })))
    expect(await attached()).toEqual([server.volumes[0].uuid])
    for (const { href } of volumes)
      expect(await client.get(href)).toMatchObject({ size_gb: 2, servers: [], current_operation: null })
    await Promise.all([server, ...volumes].map(({ href }) => client.delete(href)))
  },

  'a server is stopped, changed and started without waiting for any of it': async client => {
    const { href } = await client.create('servers', smallServer)
    await client.act(`${href}/stop`)
    await client.patch(href, { flavor: 'flex-4-2' })
    await client.act(`${href}/start`)
    await client.act(`${href}/reboot`)

    expect(await client.untilStatus(href, 'running')).toMatchObject({ flavor: { slug: 'flex-4-2' } })
    await client.delete(href)
  },

  'a volume is snapshotted several times at once, and all that was made goes again': async client => {
    const volume = await client.create('volumes', { name: 'data', size_gb: 1 })
    const snapshots = await Promise.all(
      ['a', 'b', 'c'].map(name => client.create('volume-snapshots', { name, source_volume: volume.uuid })),
    )
    const copies = await Promise.all(
      snapshots.map(({ uuid }) => client.create('volumes', { name: 'copy', volume_snapshot_uuid: uuid })),
    )

    await Promise.all([...snapshots, ...copies].map(({ href }) => client.delete(href)))
    for (const { href } of snapshots) await client.untilGone(href)
    await client.delete(volume.href)
    for (const { href } of [volume, ...copies]) expect(await client.status(href)).toBe(404)
  },

  'a floating IP that is moved by two at once leads where one of them said': async client => {
    const [one, two, floating] = await Promise.all([
      client.runningServer(),
      client.runningServer(),
      client.create('floating-ips', { ip_version: 6 }),
    ])
    await Promise.all([one, two].map(({ uuid }) => client.patch(floating.href, { server: uuid })))
    const { server, next_hop } = await client.get(floating.href)

    const target = [one, two].find(({ uuid }) => uuid === server.uuid)
    expect(next_hop).toBe(target.interfaces[0].addresses[1].address)
    await Promise.all([one, two].map(({ href }) => client.delete(href)))
    expect(await client.get(floating.href)).toMatchObject({ server: null, next_hop: null })
    await client.delete(floating.href)
  },

  'a network is made, filled and emptied by many at once': async client => {
    const network = await client.create('networks', { name: 'lan' })
    const servers = await Promise.all(
      Array.from({ length: 5 }, () =>
        client.create('servers', { ...smallServer, interfaces: [{ network: network.uuid }] }),
      ),
    )
    const addresses = servers.map(({ interfaces }) => interfaces[0].addresses[0].address)

    expect(new Set(addresses).size).toBe(servers.length)
    await Promise.all(servers.map(({ href }) => client.untilStatus(href, 'running')))
    await Promise.all(servers.map(({ href }) => client.delete(href)))
    await client.delete(network.href)
    expect(await client.status(network.href)).toBe(404)
  },
}
