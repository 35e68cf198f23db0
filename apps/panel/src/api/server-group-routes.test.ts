import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../demo/eventually.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

let api: ApiForTests
beforeEach(async () => {
  api = await apiForTests({ project: { quotaServers: 10, quotaVcpus: 40, quotaMemoryGb: 160 } })
})
afterEach(() => api.dispose())

const minimal = { name: 'web', flavor: 'flex-4-2', image: 'debian-13', ssh_keys: ['ssh-ed25519 AAAA me'] }
const newGroup = (more: object = {}) =>
  api.send('POST', '/v1/server-groups', { name: 'frontends', type: 'anti-affinity', ...more })
const newServer = (more: object) => api.send('POST', '/v1/servers', { ...minimal, ...more })
const get = async (path: string) => (await api.send('GET', `/v1/${path}`)).json()
const running = async (more: object) => {
  const { uuid } = (await newServer(more)).json()
  return eventually('it runs', async () => {
    const server = await get(`servers/${uuid}`)
    return server.status === 'running' ? server : undefined
  })
}
const hosts = () => api.cloud.objects().flatMap(object => (object.kind === 'server' ? [object.host] : []))

describe('/v1/server-groups', () => {
  it('makes a group, which can be read back at once, by itself and in the list', async () => {
    const answer = await newGroup({ name: 'Yellow Submarine', tags: { env: 'prod' } })

    const group = answer.json()
    expect(answer.statusCode).toBe(201)
    expect(group).toEqual({
      href: `http://localhost:80/v1/server-groups/${group.uuid}`,
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Yellow Submarine',
      type: 'anti-affinity',
      zone: { slug: 'rma1' },
      servers: [],
      tags: { env: 'prod' },
    })
    expect(await get(`server-groups/${group.uuid}`)).toEqual(group)
    expect(await get('server-groups?tag:env=prod')).toEqual([group])
    expect(api.cloud.objects()).toMatchObject([{ kind: 'server-group', state: 'ready' }])
  })

  it('allows the same name again', async () => {
    const uuids = [await newGroup(), await newGroup()].map(answer => answer.json().uuid)

    expect(new Set(uuids).size).toBe(2)
  })

  it.each([
    [{ name: undefined }, { name: 'This field is required.' }],
    [{ type: undefined }, { type: 'This field is required.' }],
    [{ type: 'affinity' }, { type: '"affinity" is not a valid choice. Choose one of anti-affinity.' }],
    [{ zone: 'mars1' }, { zone: expect.stringContaining('is not a valid choice. Choose one of') }],
  ])('refuses %j, and makes nothing', async (more, fields) => {
    const answer = await newGroup(more)

    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual(fields)
    expect(api.cloud.objects()).toEqual([])
  })

  it('says at once why it could not be made', async () => {
    api.cloud.faults.replace([{ operation: 'compute.createServerGroup', kind: 'refuse' }])

    const answer = await newGroup()

    expect(answer.statusCode).toBe(503)
    expect(answer.json().detail).toContain('The server group could not be made')
    expect(await get('server-groups')).toEqual([])
  })

  it('changes name and tags together', async () => {
    const { uuid } = (await newGroup()).json()

    const answer = await api.send('PATCH', `/v1/server-groups/${uuid}`, {
      name: 'backends',
      tags: { a: 'b' },
    })

    expect([answer.statusCode, answer.body]).toEqual([204, ''])
    expect(await get(`server-groups/${uuid}`)).toMatchObject({ name: 'backends', tags: { a: 'b' } })
  })

  it('is not deleted while servers are in it: it names them', async () => {
    const { uuid } = (await newGroup()).json()
    const server = await running({ server_groups: [uuid] })

    const answer = await api.send('DELETE', `/v1/server-groups/${uuid}`)

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toBe(
      `Server group 'frontends' has server 'web' (${server.uuid}) in it. Delete what is in it first.`,
    )
  })

  it('can be deleted right after its last server', async () => {
    const { uuid } = (await newGroup()).json()
    const server = await running({ server_groups: [uuid] })

    const answers = [
      await api.send('DELETE', `/v1/servers/${server.uuid}`),
      await api.send('DELETE', `/v1/server-groups/${uuid}`),
      await api.send('GET', `/v1/server-groups/${uuid}`),
    ]

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 204, 404])
    await eventually('nothing is left', async () => (api.cloud.objects().length === 0 ? true : undefined))
    expect(await api.records.read.selectFrom('serverGroupMembers').selectAll().execute()).toEqual([])
  })

  it('has a quota', async () => {
    await api.dispose()
    api = await apiForTests({ project: { quotasJson: '{"serverGroups":1}' } })
    await newGroup()

    const answer = await newGroup()

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain("This project's quota is 1 server group")
  })
})

describe('servers in groups', () => {
  it('run on different hosts, and show each other and their group', async () => {
    const { uuid } = (await newGroup()).json()
    const one = await running({ name: 'one', server_groups: [uuid] })
    const two = await running({ name: 'two', server_groups: [uuid] })

    const stub = ({ href, uuid, name }: Record<string, string>) => ({ href, uuid, name })
    expect(await get(`servers/${two.uuid}`)).toMatchObject({
      server_groups: [{ href: `http://localhost:80/v1/server-groups/${uuid}`, uuid, name: 'frontends' }],
      anti_affinity_with: [stub(one)],
    })
    expect((await get(`server-groups/${uuid}`)).servers).toEqual([stub(one), stub(two)])
    expect((await get('server-groups'))[0].servers).toEqual([stub(one), stub(two)])
    expect((await get('servers')).map((server: object) => server)).toMatchObject([
      { anti_affinity_with: [stub(two)], server_groups: [{ uuid }] },
      { anti_affinity_with: [stub(one)], server_groups: [{ uuid }] },
    ])
    expect(new Set(hosts()).size).toBe(2)
  })

  it('are kept apart from one that is in no group: one is made for both, and the next one joins it', async () => {
    const first = await running({ name: 'first' })
    const second = await running({ name: 'second', anti_affinity_with: first.uuid })
    const third = await running({ name: 'third', anti_affinity_with: second.uuid })

    const groups = await get('server-groups')
    expect(groups).toMatchObject([
      { name: 'apart from first', servers: [{ name: 'first' }, { name: 'second' }, { name: 'third' }] },
    ])
    expect((await get(`servers/${third.uuid}`)).anti_affinity_with).toHaveLength(2)
    expect(new Set(hosts()).size).toBe(3)
  })

  it('that could not be made leave the group that was made for them neither', async () => {
    const first = await running({ name: 'first' })
    api.cloud.faults.replace([{ operation: 'compute.createServer', kind: 'refuse' }])

    const { uuid } = (await newServer({ anti_affinity_with: first.uuid })).json()

    await eventually('it is gone', async () =>
      (await api.send('GET', `/v1/servers/${uuid}`)).statusCode === 404 ? true : undefined,
    )
    expect(await get('server-groups')).toEqual([])
    expect((await get(`servers/${first.uuid}`)).server_groups).toEqual([])
  })

  it('are refused where the group or the server is in another zone, or none of the project', async () => {
    const { uuid } = (await newGroup({ zone: 'lpg1' })).json()
    const nothing = '6fe39134-bf41-4b58-a1d5-1b1c4c3a9f3e'
    const refused: [object, object][] = [
      [
        { server_groups: [uuid] },
        { 'server_groups[0]': 'It is in zone lpg1, and the server in rma1: they must be in the same one.' },
      ],
      [{ server_groups: [nothing] }, { 'server_groups[0]': `Server group ${nothing} does not exist.` }],
      [{ anti_affinity_with: nothing }, { anti_affinity_with: `Server ${nothing} does not exist.` }],
    ]

    for (const [more, fields] of refused) {
      const answer = await newServer(more)
      expect([answer.statusCode, answer.json()]).toEqual([400, fields])
    }
    expect(await get('servers')).toEqual([])
  })
})
