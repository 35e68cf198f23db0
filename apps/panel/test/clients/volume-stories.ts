import { expect } from 'vitest'
import { eventually } from '../../src/demo/eventually.ts'
import type { Client, Thing } from './client.ts'
import { type Stories, unique } from './story.ts'

/** Reference §4.3 and §4.4. */
export const volumeStories: Stories = {
  'a volume is made, renamed, and found by its name': async client => {
    const name = unique('data')
    const created = await client.create('volumes', { name, size_gb: 3 })
    const twin = await client.create('volumes', { name, size_gb: 100, type: 'bulk', zone: 'lpg1' })

    expect(created).toMatchObject({
      name,
      size_gb: 3,
      type: 'ssd',
      zone: { slug: 'rma1' },
      servers: [],
      server_uuids: [],
      current_operation: null,
      tags: {},
    })
    expect(await client.get(created.href)).toEqual(created)
    expect(await client.list(`volumes?name=${name}`)).toEqual([created, twin])
    expect((await client.refused('PATCH', created.href, { name: 'x', size_gb: 4 }))[1]).toContain(
      'Only one attribute',
    )
    await client.patch(created.href, { name: `${name}-2` })
    expect(await client.list(`volumes?name=${name}`)).toEqual([twin])
    for (const { href } of [created, twin]) {
      await client.delete(href)
      expect(await client.status(href)).toBe(404)
    }
  },

  'a volume grows, also while it is attached, and never shrinks': async client => {
    const server = await client.runningServer()
    const volume = await client.create('volumes', { name: 'data', size_gb: 5, server_uuids: [server.uuid] })
    const bulk = await client.create('volumes', { name: 'bulk', size_gb: 100, type: 'bulk' })
    const [root] = server.volumes

    expect(volume.servers).toEqual([{ href: server.href, uuid: server.uuid, name: server.name }])
    for (const [href, size_gb] of [
      [volume.href, 6],
      [root.href, 17],
      [bulk.href, 200],
    ]) {
      await client.patch(href, { size_gb })
      expect(await client.get(href)).toMatchObject({ size_gb, current_operation: null })
    }
    expect((await client.get(server.href)).volumes.map(sizeOf)).toEqual([17, 6])
    expect((await client.refused('PATCH', volume.href, { size_gb: 5 }))[0]).toBe('size_gb')
    expect((await client.refused('PATCH', bulk.href, { size_gb: 250 }))[0]).toBe('size_gb')
    expect((await client.refused('POST', 'volumes', { name: 'x', size_gb: 50, type: 'bulk' }))[0]).toBe(
      'size_gb',
    )

    await client.delete(volume.href) // Attached as it is.
    expect((await client.get(server.href)).volumes.map(sizeOf)).toEqual([17])
    await client.delete(bulk.href)
    await client.delete(server.href)
  },

  'a volume is attached, moved and detached, by its new field and by its old one': async client => {
    const [one, two] = await Promise.all([client.runningServer(), client.runningServer()])
    const volume = await client.create('volumes', { name: 'data', size_gb: 1 })
    const isAt = async (servers: readonly Thing[]) => {
      const shown = await client.until(volume.href, ({ current_operation }) => current_operation === null)
      expect(shown.server_uuids).toEqual(servers.map(({ uuid }) => uuid))
      expect(shown.servers).toEqual(servers.map(({ href, uuid, name }) => ({ href, uuid, name })))
    }

    for (const field of ['server_uuids', 'servers']) {
      await client.patch(volume.href, { [field]: [one.uuid] })
      await isAt([one])
      await client.patch(volume.href, { [field]: [two.uuid] })
      await isAt([two])
      await client.patch(volume.href, { [field]: [] })
      await isAt([])
    }
    expect(await client.refused('PATCH', volume.href, { servers: ['web'] })).toEqual([
      'servers[0]',
      'Must be a valid UUID.',
    ])
    const [root] = one.volumes
    const elsewhere = await client.create('volumes', { name: 'data', size_gb: 1, zone: 'lpg1' })
    for (const href of [root.href, elsewhere.href])
      expect((await client.refused('PATCH', href, { servers: [two.uuid] }))[1]).not.toBe('')
    expect((await client.refused('DELETE', root.href))[0]).toBe('detail')
    for (const { href } of [volume, elsewhere, one, two]) await client.delete(href)
  },

  'a server has up to 128 volumes': async client => {
    const volumes = Array.from({ length: 127 }, () => ({ size_gb: 1, type: 'ssd' }))
    const server = await client.runningServer({ volumes })
    expect(server.volumes).toHaveLength(128)

    const tooMany =
      'Due to internal limitations, it is currently not possible to attach more than 128 volumes.'
    const more = await client.create('volumes', { name: 'one more', size_gb: 1 })
    const attached = { server_uuids: [server.uuid] }
    expect((await client.refused('PATCH', more.href, attached))[1]).toBe(tooMany)
    expect((await client.refused('POST', 'volumes', { name: 'more', size_gb: 1, ...attached }))[1]).toBe(
      tooMany,
    )
    await client.delete(more.href)
    await client.delete(server.href)
    await Promise.all(server.volumes.slice(1).map((volume: { href: string }) => client.delete(volume.href)))
  },

  'a snapshot is copied at once, and goes': async client => {
    const volume = await client.create('volumes', { name: 'data', size_gb: 10, tags: { a: 'b' } })
    const { uuid, name } = volume
    const snapshot = await client.create('volume-snapshots', { name: 'before', source_volume: volume.uuid })
    const copy = await client.create('volumes', { name: 'copy', volume_snapshot_uuid: snapshot.uuid })
    const larger = await client.create('volumes', {
      name: 'larger',
      volume_snapshot_uuid: snapshot.uuid,
      size_gb: 12,
    })

    expect(snapshot).toMatchObject({
      name: 'before',
      size_gb: 10,
      source_volume: { href: volume.href, uuid, name },
      zone: { slug: 'rma1' },
      tags: {},
    })
    expect(await client.until(snapshot.href, ({ status }) => status === 'available')).toMatchObject({
      size_gb: 10,
    })
    expect([copy, larger]).toMatchObject([
      { size_gb: 10, type: 'ssd', zone: { slug: 'rma1' } },
      { size_gb: 12 },
    ])
    const [field, message] = await client.refused('DELETE', volume.href)
    expect([field, message]).toEqual(['detail', expect.stringMatching(/Snapshots exist for this volume/i)])
    await client.patch(snapshot.href, { name: 'after', tags: { c: 'd' } })
    expect(await client.get(snapshot.href)).toMatchObject({ name: 'after', tags: { c: 'd' } })

    await deleteSnapshot(client, snapshot)
    for (const { href } of [volume, copy, larger]) await client.delete(href)
  },

  'a volume is set back to its newest snapshot while nothing uses it': async client => {
    const server = await client.runningServer()
    const volume = await client.create('volumes', { name: 'data', size_gb: 1 })
    const older = await client.create('volume-snapshots', { name: 'older', source_volume: volume.uuid })
    const newest = await client.create('volume-snapshots', { name: 'newest', source_volume: volume.uuid })
    const revert = (snapshot: Thing) =>
      ['POST', `${volume.href}/revert`, { snapshot: snapshot.uuid }] as const

    await client.act(`${volume.href}/revert`, { snapshot: newest.uuid })
    await client.until(volume.href, ({ current_operation }) => current_operation === null)
    expect((await client.refused(...revert(older)))[0]).toBe('snapshot')
    expect(await client.refused('POST', `${volume.href}/revert`, { snapshot: 'newest' })).toEqual([
      'snapshot',
      'Must be a valid UUID.',
    ])
    await client.patch(volume.href, { server_uuids: [server.uuid] })
    expect((await client.refused(...revert(newest)))[1]).toBe(
      'Cannot revert non-root volumes while they are attached to a server.',
    )

    for (const snapshot of [newest, older]) await deleteSnapshot(client, snapshot)
    for (const { href } of [volume, server]) await client.delete(href)
  },

  'a root volume is set back while its server is stopped': async client => {
    const server = await client.runningServer()
    const [root] = server.volumes
    const snapshot = await client.create('volume-snapshots', { name: 'clean', source_volume: root.uuid })
    await client.until(snapshot.href, ({ status }) => status === 'available')
    const body = { snapshot: snapshot.uuid }

    expect((await client.refused('POST', `${root.href}/revert`, body))[1]).toBe(
      'Root volumes can only be reverted if server state is "stopped".',
    )
    await client.act(`${server.href}/stop`)
    await client.untilStatus(server.href, 'stopped')
    await client.act(`${root.href}/revert`, body)
    await client.until(root.href, ({ current_operation }) => current_operation === null)
    await client.act(`${server.href}/start`)
    await client.untilStatus(server.href, 'running')
    await deleteSnapshot(client, snapshot)
    await client.delete(server.href)
  },
}

const sizeOf = ({ size_gb }: { readonly size_gb: number }) => size_gb

/** It is gone, or says that it is going: anything else fails the SDK's tests. */
async function deleteSnapshot(client: Client, { href }: Thing): Promise<void> {
  await client.delete(href)
  await eventually(`${href} to be gone`, async () => {
    const answer = await client.answer('GET', href)
    if (answer.status === 404) return true
    expect([answer.status, answer.json()['status']]).toEqual([200, 'deleting'])
    return undefined
  })
}
