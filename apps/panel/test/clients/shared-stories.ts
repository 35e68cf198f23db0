import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { eventually } from '../../src/demo/eventually.ts'
import { smallServer, type Thing } from './client.ts'
import { type Stories, unique } from './story.ts'

/** Reference §1, §3 and §8: what all resources share, what there is to choose from, and the project's log. */
export const sharedStories: Stories = {
  'the catalogue has what tests compute with': async client => {
    const [regions, flavors, images] = await Promise.all(
      ['regions', 'flavors', 'images'].map(path => client.list(path)),
    )

    expect(regions).toEqual([
      { slug: 'rma', zones: [{ slug: 'rma1' }] },
      { slug: 'lpg', zones: [{ slug: 'lpg1' }] },
    ])
    for (const slug of [
      'flex-4-2',
      'flex-4-4',
      'flex-8-2',
      'flex-8-4',
      'plus-8-2',
      'plus-12-3',
      'plus-192-96',
      'gpu2-128-16-1-200',
    ]) {
      const [, memory, vcpus] = slug.split('-').map(Number)
      expect(flavors?.find(flavor => flavor.slug === slug)).toEqual({
        slug,
        name: expect.stringMatching(new RegExp(`^${slug}$`, 'i')),
        memory_gb: memory,
        vcpu_count: vcpus,
        gpu: slug.startsWith('gpu')
          ? { count: 1, name: expect.stringMatching(/./), vram_per_gpu_gb: expect.any(Number) }
          : null,
        zones: expect.arrayContaining([{ slug: 'rma1' }, { slug: 'lpg1' }]),
      })
    }
    for (const slug of ['debian-10', 'debian-11', 'debian-12', 'debian-13', 'ubuntu-20.04', 'ubuntu-24.04']) {
      const [system] = slug.split('-')
      const named = expect.stringMatching(new RegExp(String(system), 'i'))
      expect(images?.find(image => image.slug === slug)).toMatchObject({
        name: named,
        operating_system: named,
        default_username: named,
      })
    }
  },

  'what is not there is told so, whatever is done to it': async client => {
    for (const kind of [
      'servers',
      'server-groups',
      'volumes',
      'volume-snapshots',
      'networks',
      'subnets',
      'floating-ips',
    ]) {
      const path = `${kind}/${kind === 'floating-ips' ? '192.0.2.255' : randomUUID()}`
      for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', { tags: {} }]] as const) {
        const answer = await client.answer(method, path, body)
        expect([answer.status, answer.json()]).toEqual([404, { detail: 'Not found.' }])
      }
      const put = await client.answer('PUT', path, {})
      expect([put.status, put.json()]).toEqual([405, { detail: expect.any(String) }])
      expect(await client.list(`${kind}?name=${randomUUID()}&unknown=parameter`)).toEqual([])
    }
  },

  'everything has tags, and is found by them': async client => {
    const key = `${unique('Key_')}-${'k'.repeat(68 - 13)}`
    const volume = await client.create('volumes', { name: 'data', size_gb: 1 })
    const network = await client.create('networks', { name: 'lan', auto_create_ipv4_subnet: false })
    const bodies: readonly (readonly [string, object])[] = [
      ['servers', smallServer],
      ['server-groups', { name: 'Yellow Submarine', type: 'anti-affinity' }],
      ['volumes', { name: 'data', size_gb: 1 }],
      ['volume-snapshots', { name: 'before', source_volume: volume.uuid }],
      ['networks', { name: 'lan' }],
      ['subnets', { network: network.uuid, cidr: '10.1.0.0/24' }],
      ['floating-ips', { ip_version: 6 }],
    ]

    for (const [path, body] of bodies) {
      const { href } = await client.create(path, { ...body, tags: { [key]: 'one', env: 'test' } })
      const found = async (query: string) => (await client.list(`${path}?${query}`)).map(thing => thing.href)

      for (const query of [
        `tag:${key}=one`,
        `tag%3A${key}=one`,
        `tag:${key}`,
        `tag:${key}=`,
        `tag%3A${key}=one&tag:env=test`,
      ])
        expect(await found(query), `${path}?${query}`).toEqual([href])
      for (const query of [`tag:${key}=two`, `tag:${key}=one&tag:env=live`, `tag:${key}x`])
        expect(await found(query), `${path}?${query}`).toEqual([])
      if ('name' in body)
        expect(await found(`name=${encodeURIComponent(String(body.name))}&tag:${key}=one`)).toEqual([href])
      await client.patch(href, { tags: { [key]: 'two' } })
      expect((await client.get(href)).tags).toEqual({ [key]: 'two' })
      await client.patch(href, { tags: {} })
      expect((await client.get(href)).tags).toEqual({})
      if (path === 'servers') await client.untilStatus(href, 'running')
      await client.delete(href)
      await client.untilGone(href)
    }
    for (const { href } of [volume, network]) await client.delete(href)
  },

  'what is flat is made by a form, where all is text': async client => {
    for (const encoding of ['multipart', 'urlencoded'] as const) {
      const made = async (path: string, fields: { readonly [name: string]: string | readonly string[] }) => {
        const pairs = Object.entries(fields).flatMap(([name, value]) =>
          [value].flat().map(one => [name, one] as const),
        )
        const answer = await client.form(path, encoding, pairs)
        expect(answer.status, answer.text).toBe(201)
        return answer.json<Thing>()
      }
      const network = await made('networks', { name: 'lan', mtu: '1500', auto_create_ipv4_subnet: 'false' })
      expect(network).toMatchObject({ mtu: 1500, subnets: [] })
      const dns_servers = ['192.0.2.1', '192.0.2.2']
      const subnet = await made('subnets', { network: network.uuid, cidr: '10.1.0.0/22', dns_servers })
      expect(subnet).toMatchObject({ dns_servers })
      const volume = await made('volumes', { name: 'data', size_gb: '100', type: 'bulk' })
      expect(volume).toMatchObject({ size_gb: 100, type: 'bulk' })
      const snapshot = await made('volume-snapshots', { name: 'before', source_volume: volume.uuid })
      const group = await made('server-groups', { name: 'Yellow Submarine', type: 'anti-affinity' })
      const floating = await made('floating-ips', { ip_version: '6', prefix_length: '56' })
      expect(floating).toMatchObject({ ip_version: 6, network: expect.stringMatching(/\/56$/) })
      for (const { href } of [snapshot, subnet, network, group, floating]) {
        await client.delete(href)
        await client.untilGone(href)
      }
      await client.delete(volume.href)
    }
  },

  'the log tells each change once, and goes on where it was left': async client => {
    const name = unique('logged')
    const entriesFrom = async (path: string) => {
      const { results, poll_more } = await client.get(path)
      expect(poll_more).toEqual(expect.any(String))
      const own = results.filter(({ message }: { message: string }) => message.includes(name))
      return {
        own: own.map(({ action, message }: { action: string; message: string }) => [action, message]),
        poll_more,
      }
    }
    const start = new Date().toISOString()
    const { poll_more: afterwards } = await entriesFrom(`project-logs?start=${start}`)
    const server = await client.runningServer({ name })

    const created = await entriesFrom(afterwards)
    expect(created.own).toEqual([['server_create', `Server '${name}' has been created`]])
    await client.act(`${server.href}/stop`)
    await client.untilStatus(server.href, 'stopped')
    const stopped = await entriesFrom(created.poll_more)
    expect(stopped.own).toEqual([['server_stop', `Server '${name}' has been shut down`]])
    const volume = await client.create('volumes', { name: `data-${name}`, size_gb: 1 })
    await client.patch(volume.href, { server_uuids: [server.uuid] })
    const attached = await entriesFrom(stopped.poll_more)
    expect(attached.own.at(-1)).toEqual([
      'server_volume_attach',
      expect.stringMatching(`data-${name}.*'${name}'`),
    ])
    await client.delete(volume.href)
    await client.delete(server.href)
    await client.refused('POST', 'servers', { ...smallServer, name, flavor: 'none' })
    const ends = [
      ['server_delete', `Server '${name}' has been deleted`],
      ['volume_delete', `Volume 'data-${name}' has been deleted`],
    ]
    await eventually(
      'both deletions to be told',
      async () => (await entriesFrom(attached.poll_more)).own.length >= ends.length || undefined,
    )

    expect((await entriesFrom(attached.poll_more)).own.toSorted()).toEqual(ends)
    const all = (await entriesFrom(`project-logs?start=${encodeURIComponent(start)}`)).own
    expect(all).toEqual([...created.own, ...stopped.own, ...attached.own, ...all.slice(-ends.length)])
  },
}
