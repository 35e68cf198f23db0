import { Secret } from 'evenkeel/actions'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CreateServerRequest } from '../actions/create-server.ts'
import { NoCapacityException } from '../cloud/exceptions.ts'
import { insertGone } from '../records/gone.ts'
import { serverRecords } from '../records/servers.ts'
import { someProject, someServer, someSnapshot, someVolume } from '../records/testing.ts'
import { volumeSnapshotRecords } from '../records/volume-snapshots.ts'
import { volumeRecords } from '../records/volumes.ts'
import { type ApiForTests, acceptsAll, apiForTests } from './testing.ts'

let api: ApiForTests
beforeEach(async () => {
  api = await apiForTests({ isCloudThere: false })
})
afterEach(() => api.dispose())

const minimal = { name: 'web', flavor: 'flex-4-2', image: 'debian-13', ssh_keys: ['ssh-ed25519 AAAA me'] }
const create = (more: object = {}) => api.send('POST', '/v1/servers', { ...minimal, ...more })
const createRequest = () => api.calls[0]?.request as CreateServerRequest
const addServer = async (given: Parameters<typeof someServer>[0] = {}) => {
  const server = someServer(given)
  await api.records.transaction(trx => serverRecords.insert(trx, server))
  return server
}

describe('POST /v1/servers', () => {
  it('answers 201 with the whole server, its action, and addresses and volumes in order', async () => {
    const answer = await create({
      volumes: [{ size_gb: 5 }, { size_gb: 200, type: 'bulk' }],
      tags: { env: 'prod' },
    })
    const server = answer.json()

    expect(answer.statusCode).toBe(201)
    expect(answer.headers['evenkeel-action']).toMatch(/^[0-9A-Z]{26}$/)
    expect(server).toEqual({
      href: `http://localhost:80/v1/servers/${server.uuid}`,
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'web',
      status: 'changing',
      zone: { slug: 'rma1' },
      flavor: { slug: 'flex-4-2', name: 'Flex-4-2', vcpu_count: 2, memory_gb: 4 },
      image: {
        slug: 'debian-13',
        name: expect.stringContaining('Debian 13'),
        operating_system: 'Debian',
        default_username: 'debian',
      },
      volumes: [
        expect.objectContaining({ name: 'web-root', type: 'ssd', size_gb: 10 }),
        expect.objectContaining({ name: 'web-ssd-1', type: 'ssd', size_gb: 5 }),
        expect.objectContaining({ name: 'web-bulk-2', type: 'bulk', size_gb: 200 }),
      ],
      interfaces: [
        {
          type: 'public',
          network: expect.objectContaining({ name: 'Public' }),
          addresses: [
            expect.objectContaining({
              version: 4,
              address: '203.0.113.2',
              prefix_length: 24,
              gateway: '203.0.113.1',
              reverse_ptr: '203-0-113-2.cust.evenkeel.example',
              subnet: expect.objectContaining({ cidr: '203.0.113.0/24' }),
            }),
            expect.objectContaining({ version: 6, address: '2001:db8:1::10', prefix_length: 128 }),
          ],
        },
      ],
      ssh_fingerprints: null,
      ssh_host_keys: null,
      anti_affinity_with: [],
      server_groups: [],
      tags: { env: 'prod' },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    })
  })

  it('answers what a GET finds directly after', async () => {
    const created = (await create()).json()

    expect((await api.send('GET', `/v1/servers/${created.uuid}`)).json()).toEqual(created)
    expect((await api.send('GET', '/v1/servers')).json()).toEqual([created])
  })

  it('answers so for a while, however quick the cloud is', async () => {
    await api.dispose()
    api = await apiForTests({ environment: { CHANGING_MS: '400' } })
    const created = (await create()).json()
    const get = async () => (await api.send('GET', `/v1/servers/${created.uuid}`)).json()

    await vi.waitFor(() =>
      expect(api.cloud.objects().filter(({ kind }) => kind === 'pointer')).toHaveLength(2),
    )
    expect(await get()).toEqual(created)
    await vi.waitFor(async () => expect((await get()).status).toBe('running'))
  })

  it('hands password and user data over as secrets', async () => {
    await create({ password: 'hunter22', user_data: '#cloud-config' })

    expect(createRequest().password).toBeInstanceOf(Secret)
    expect(createRequest().password?.reveal()).toBe('hunter22')
    expect(createRequest().userData?.reveal()).toBe('#cloud-config')
    expect(JSON.stringify(createRequest())).not.toContain('hunter22')
  })

  it('demands the required fields, and says so at the first one only', async () => {
    const answer = await api.send('POST', '/v1/servers', {})

    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual({ name: 'This field is required.' })
    expect(api.calls).toEqual([])
  })

  it('refuses at once what the quota does not allow, with its limit and use', async () => {
    for (let at = 1; at <= 3; at++) await addServer()
    const answer = await api.send('POST', '/v1/servers', minimal)

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain("This project's quota is 3 servers: 3 are in use, and 1 more")
    expect(answer.headers['evenkeel-category']).toBe('client')
  })

  it('refuses before anything is promised what has no room, as our failure', async () => {
    const full = await apiForTests({
      capacityCheck: async (zone, flavor) => Promise.reject(new NoCapacityException(zone, flavor.name)),
    })
    const answer = await full.send('POST', '/v1/servers', minimal)

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain('There is no room in zone rma1 for Flex-4-2')
    expect(answer.headers['evenkeel-category']).toBe('dependency')
    expect(full.calls).toEqual([])
    await full.dispose()
  })

  it('answers a bug of ours with the number of the incident, and without its message', async () => {
    const broken = await apiForTests({
      perform: async () => Promise.reject(new Error('secret thing is undefined')),
    })
    const answer = await broken.send('POST', '/v1/servers', minimal)

    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toEqual({
      detail: `Something went wrong on our side. Incident ${answer.headers['evenkeel-tx']}.`,
    })
    await broken.dispose()
  })

  it('takes a form in place of JSON', async () => {
    const answer = await api.send('POST', '/v1/servers', undefined, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload:
        'name=web&flavor=flex-4-2&image=debian-13&ssh_keys=ssh-ed25519+AAAA&volume_size_gb=20&use_ipv6=false',
    })

    expect(answer.statusCode).toBe(201)
    expect(createRequest()).toMatchObject({
      sshKeys: ['ssh-ed25519 AAAA'],
      rootVolume: { sizeGb: 20 },
      interfaces: [{ kind: 'public', versions: [4] }],
    })
  })

  it('takes a form in parts, whose repeated fields are a list', async () => {
    const answer = await api.send(
      'POST',
      '/v1/servers',
      undefined,
      multipart([
        ['name', 'web'],
        ['flavor', 'flex-4-2'],
        ['image', 'debian-13'],
        ['ssh_keys', 'ssh-ed25519 AAAA one'],
        ['ssh_keys', 'ssh-ed25519 BBBB two'],
      ]),
    )

    expect(answer.statusCode).toBe(201)
    expect(createRequest().sshKeys).toEqual(['ssh-ed25519 AAAA one', 'ssh-ed25519 BBBB two'])
  })

  it('refuses files in a form', async () => {
    const answer = await api.send('POST', '/v1/servers', undefined, multipart([['name', 'web']], 'user_data'))

    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual({ user_data: 'Must not be a file: send the value itself.' })
  })

  it('refuses a form that breaks off', async () => {
    const { headers, payload } = multipart([['name', 'web']])
    const answer = await api.send('POST', '/v1/servers', undefined, {
      headers,
      payload: payload.slice(0, -20),
    })

    expect(answer.statusCode).toBe(400)
    expect(answer.headers['evenkeel-category']).toBe('client')
  })

  it('reads neither texts nor anything else', async () => {
    const answer = await api.send('POST', '/v1/servers', undefined, {
      headers: { 'content-type': 'text/plain' },
      payload: 'name=web',
    })

    expect(answer.statusCode).toBe(415)
    expect(answer.json().detail).toContain('text/plain')
  })

  it.each([
    ['no boundary', 'multipart/form-data', 'x'],
    ['JSON that breaks off', 'application/json', '{"name":'],
    ['a list', 'application/json', '[]'],
    ['a text', 'application/json', '"web"'],
    ['null', 'application/json', 'null'],
  ])("refuses a body with %s as the client's fault", async (_, contentType, payload) => {
    const answer = await api.send('POST', '/v1/servers', undefined, {
      headers: { 'content-type': contentType },
      payload,
    })

    expect(answer.statusCode).toBe(400)
    expect(Object.values(answer.json())).toEqual([expect.any(String)])
  })
})

describe('GET /v1/servers', () => {
  it('lists the oldest first, filtered by tags and name', async () => {
    await addServer({ name: 'one', tags: { env: 'prod' }, createdAt: '1' })
    await addServer({ name: 'two', tags: { env: 'test', 'a b': 'x' }, createdAt: '2' })
    const names = async (query: string) =>
      (await api.send('GET', `/v1/servers${query}`)).json().map(({ name }: { name: string }) => name)

    expect(await names('')).toEqual(['one', 'two'])
    expect(await names('?tag:env=test')).toEqual(['two'])
    expect(await names('?tag%3Aenv=test')).toEqual(['two'])
    expect(await names('?tag:env')).toEqual(['one', 'two'])
    expect(await names('?tag:env=')).toEqual(['one', 'two'])
    expect(await names('?tag:env=test&tag:a%20b=x')).toEqual(['two'])
    expect(await names('?tag:env=test&tag:other')).toEqual([])
    expect(await names('?name=one&unknown=1')).toEqual(['one'])
  })

  it("shows nobody else's servers, in the list or by id", async () => {
    const server = await addServer()
    const stranger = { headers: { authorization: 'Bearer stranger' } }

    expect((await api.send('GET', '/v1/servers', undefined, stranger)).json()).toEqual([])
    expect((await api.send('GET', `/v1/servers/${server.uuid}`, undefined, stranger)).statusCode).toBe(404)
    expect((await api.send('DELETE', `/v1/servers/${server.uuid}`, undefined, stranger)).statusCode).toBe(404)
    expect(api.calls).toEqual([])
  })
})

describe('GET /v1/servers/:uuid', () => {
  it('says for a day why a creation failed', async () => {
    const detail = 'Not found. Creation failed: no room (incident 01).'
    await api.records.transaction(trx =>
      insertGone(trx, { uuid: 'gone', projectId: someProject.id, kind: 'server', detail }, Date.now()),
    )
    const answer = await api.send('GET', '/v1/servers/gone')

    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toEqual({ detail })
  })

  it.each(['not-a-uuid', '%00', 'a'.repeat(90), '%F0%9F%A6%84'])('answers 404 to the id %s', async id => {
    expect((await api.send('GET', `/v1/servers/${id}`)).statusCode).toBe(404)
  })

  it('notes in the log what the request is about', async () => {
    const server = await addServer()
    await api.send('GET', `/v1/servers/${server.uuid.toUpperCase()}`)

    await vi.waitFor(async () =>
      expect(await api.log.query({})).toMatchObject([{ resource: `server:${server.uuid}`, status: 200 }]),
    )
  })
})

describe('PATCH /v1/servers/:uuid', () => {
  it('changes name and tags, seen by the next GET, with 204 and no body', async () => {
    const server = await addServer({ tags: { old: 'yes' } })
    const patches = [
      await patch(server.uuid, { name: 'new-name' }),
      await patch(server.uuid, { tags: { env: 'prod' } }),
    ]

    expect(patches.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [204, ''],
      [204, ''],
    ])
    expect((await api.send('GET', `/v1/servers/${server.uuid}`)).json()).toMatchObject({
      name: 'new-name',
      tags: { env: 'prod' },
    })
  })

  it('clears the tags with an empty map', async () => {
    const server = await addServer({ tags: { old: 'yes' } })
    await patch(server.uuid, { tags: {} })

    expect((await api.send('GET', `/v1/servers/${server.uuid}`)).json().tags).toEqual({})
  })

  it('hands a change of flavor over', async () => {
    await api.dispose()
    api = await apiForTests({ perform: acceptsAll })
    const server = await addServer()
    const answer = await patch(server.uuid, { flavor: 'flex-8-4' })

    expect(answer.statusCode).toBe(204)
    expect(answer.headers['evenkeel-action']).toBeDefined()
    expect(api.calls).toEqual([
      { action: 'server.resize', request: { projectId: 'demo', uuid: server.uuid, flavor: 'flex-8-4' } },
    ])
  })

  it('refuses two attributes at once, and changes neither', async () => {
    const server = await addServer()
    const answer = await patch(server.uuid, { name: 'new-name', flavor: 'flex-8-4' })

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain('Only one attribute')
    expect((await api.send('GET', `/v1/servers/${server.uuid}`)).json().name).toBe('web')
    expect(api.calls).toEqual([])
  })

  it('takes fields that are null or unknown for not given', async () => {
    const server = await addServer()

    expect((await patch(server.uuid, { name: 'n', flavor: null, colour: 'red' })).statusCode).toBe(204)
    expect((await patch(server.uuid, {})).statusCode).toBe(204)
  })

  it('answers 404 for a server that there is not', async () => {
    expect((await patch('none', { name: 'n' })).statusCode).toBe(404)
    expect((await patch('none', { flavor: 'flex-8-4' })).statusCode).toBe(404)
  })

  const patch = (uuid: string, body: object) => api.send('PATCH', `/v1/servers/${uuid}`, body)
})

describe('POST /v1/servers/:uuid/start, stop, reboot and DELETE', () => {
  const routes = [
    ['POST', '/start', 'server.start'],
    ['POST', '/stop', 'server.stop'],
    ['POST', '/reboot', 'server.reboot'],
    ['DELETE', '', 'server.delete'],
  ] as const

  beforeEach(async () => {
    await api.dispose()
    api = await apiForTests({ perform: acceptsAll })
  })

  it.each(routes)('%s %s is handed over, and answers 204 without a body', async (method, path, action) => {
    const server = await addServer()
    const answer = await api.send(method, `/v1/servers/${server.uuid}${path}`)

    expect(answer.statusCode).toBe(204)
    expect(answer.body).toBe('')
    expect(answer.headers['evenkeel-action']).toMatch(/^[0-9A-Z]{26}$/)
    expect(api.calls).toEqual([{ action, request: { projectId: 'demo', uuid: server.uuid } }])
  })

  it.each(routes)('%s %s takes an empty body that claims to be JSON, and {}', async (method, path) => {
    const server = await addServer()
    const url = `/v1/servers/${server.uuid}${path}`
    const empty = await api.send(method, url, undefined, { headers: { 'content-type': 'application/json' } })

    expect(empty.statusCode).toBe(204)
    expect((await api.send(method, url, {})).statusCode).toBe(204)
  })

  it.each(routes)('%s %s answers 404 for a server that there is not', async (method, path) => {
    expect((await api.send(method, `/v1/servers/none${path}`)).statusCode).toBe(404)
    expect(api.calls).toEqual([])
  })

  it('names no action when there was nothing to do', async () => {
    const idle = await apiForTests({ perform: async () => undefined })
    const server = someServer()
    await idle.records.transaction(trx => serverRecords.insert(trx, server))
    const answer = await idle.send('POST', `/v1/servers/${server.uuid}/start`)

    expect(answer.statusCode).toBe(204)
    expect(answer.headers).not.toHaveProperty('evenkeel-action')
    await idle.dispose()
  })
})

describe('DELETE /v1/servers/:uuid', () => {
  it('names the snapshots of the root volume, which are to be deleted first, and leaves the server as it is', async () => {
    const server = await addServer()
    const root = someVolume({ serverUuid: server.uuid, isRoot: true })
    const snapshot = someSnapshot({ volumeUuid: root.uuid, name: 'before the upgrade' })
    await api.records.transaction(async trx => {
      await volumeRecords.insert(trx, root)
      await volumeSnapshotRecords.insert(trx, snapshot)
    })

    const answer = await api.send('DELETE', `/v1/servers/${server.uuid}`)

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain('Snapshots exist for this volume')
    expect(answer.json().detail).toContain(`'before the upgrade' (${snapshot.uuid})`)
    expect((await api.send('GET', `/v1/servers/${server.uuid}`)).statusCode).toBe(200)
  })
})

function multipart(fields: readonly (readonly [string, string])[], file?: string) {
  const boundary = 'boundary-of-a-test'
  const parts = fields.map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  if (file !== undefined) {
    parts.push(
      `--${boundary}\r\ncontent-disposition: form-data; name="${file}"; filename="f.txt"\r\ncontent-type: text/plain\r\n\r\nbytes\r\n`,
    )
  }
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: `${parts.join('')}--${boundary}--\r\n`,
  }
}
