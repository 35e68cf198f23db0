import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serverRecords } from '../records/servers.ts'
import { someServer, someVolume } from '../records/testing.ts'
import { volumeRecords, volumesPerServerMax } from '../records/volumes.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGqQlEvVBzLMmsnGLV9VmkbVzWYbTPqYXOXGrNoYQVAF me'
const nobody = '00000000-0000-4000-8000-000000000000'

describe('/v1/volumes', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests({ project: { quotaVolumeGb: 1000 } })
  })
  afterEach(() => api.dispose())

  const send = async (method: string, path: string, body?: object) => {
    const { statusCode, body: text } = await api.send(method, `/v1/${path}`, body)
    return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) }
  }
  const get = async (path: string) => (await send('GET', path)).body
  const patch = (uuid: string, body: object) => send('PATCH', `volumes/${uuid}`, body)
  const created = async (body: object = {}) =>
    (await send('POST', 'volumes', { name: 'data', size_gb: 10, ...body })).body
  const log = async () => (await get('project-logs')).results.map(({ action }: { action: string }) => action)

  async function runningServer(name = 'web'): Promise<string> {
    const body = { name, flavor: 'flex-4-1', image: 'debian-12', ssh_keys: [sshKey] }
    const { uuid } = (await send('POST', 'servers', body)).body
    await expect.poll(async () => (await get(`servers/${uuid}`)).status, { timeout: 5_000 }).toBe('running')
    return uuid
  }
  const volumesOf = async (server: string) =>
    (await get(`servers/${server}`)).volumes.map(({ name }: { name: string }) => name)

  describe('POST', () => {
    it('answers with the volume, which is made by then', async () => {
      const { status, body } = await send('POST', 'volumes', {
        name: 'data',
        size_gb: 50,
        tags: { env: 'prod' },
      })

      expect(status).toBe(201)
      expect(body).toEqual({
        href: `http://localhost:80/v1/volumes/${body.uuid}`,
        uuid: body.uuid,
        name: 'data',
        size_gb: 50,
        type: 'ssd',
        zone: { slug: 'rma1' },
        servers: [],
        server_uuids: [],
        current_operation: null,
        tags: { env: 'prod' },
        created_at: body.created_at,
      })
      expect(await get(`volumes/${body.uuid}`)).toEqual(body)
      expect(api.cloud.objects()).toMatchObject([{ kind: 'volume', sizeGb: 50, state: 'ready' }])
      expect(await log()).toEqual(['volume_create'])
    })

    it('takes forms', async () => {
      const form = {
        payload: 'name=data&size_gb=100&type=bulk',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }

      expect((await api.send('POST', '/v1/volumes', undefined, form)).json()).toMatchObject({
        size_gb: 100,
        type: 'bulk',
      })
    })

    it('attaches it where that is asked for', async () => {
      const server = await runningServer()

      const volume = await created({ server_uuids: [server] })

      expect(volume).toMatchObject({
        servers: [{ href: `http://localhost:80/v1/servers/${server}`, uuid: server, name: 'web' }],
        server_uuids: [server],
      })
      expect(await volumesOf(server)).toEqual(['web-root', 'data'])
    })

    it('refuses by field what can not be', async () => {
      const says = async (body: object) => (await send('POST', 'volumes', { name: 'data', ...body })).body

      expect(await says({ size_gb: 150, type: 'bulk' })).toEqual({
        size_gb: 'Bulk volumes come in steps of 100 GB.',
      })
      expect(await says({ size_gb: 1, servers: [nobody] })).toEqual({
        'servers[0]': `Server ${nobody} does not exist.`,
      })
      expect(await says({ volume_snapshot_uuid: nobody })).toEqual({
        volume_snapshot_uuid: `Volume snapshot ${nobody} does not exist.`,
      })
      expect(await says({ size_gb: 1001 })).toEqual({ detail: expect.stringContaining('1000 GB of volumes') })
      expect(await get('volumes')).toEqual([])
    })

    it('leaves nothing of one that can not be made, and says why', async () => {
      api.cloud.faults.replace([{ operation: 'volumes.create', kind: 'refuse' }])

      const { status, body } = await send('POST', 'volumes', { name: 'data', size_gb: 10 })

      expect(status).toBe(503)
      expect(body.detail).toMatch(/^A volume could not be made, .* All is as it was before\./)
      expect(await get('volumes')).toEqual([])
      expect(await log()).toEqual([])
    })
  })

  describe('PATCH', () => {
    it('changes name and tags', async () => {
      const { uuid } = await created()

      expect((await patch(uuid, { name: 'archive' })).status).toBe(204)
      expect((await patch(uuid, { tags: { keep: 'yes' } })).status).toBe(204)

      expect(await get('volumes?name=archive&tag:keep=yes')).toMatchObject([{ uuid }])
      expect(await get('volumes?name=data')).toEqual([])
      expect(await log()).toEqual(['volume_create', 'volume_update', 'volume_update'])
    })

    it('refuses two attributes at once', async () => {
      const { uuid } = await created()

      const { status, body } = await patch(uuid, { name: 'archive', size_gb: 20 })

      expect([status, body.detail]).toEqual([400, expect.stringContaining('Only one attribute')])
      expect(await get(`volumes/${uuid}`)).toMatchObject({ name: 'data', size_gb: 10 })
    })

    it('enlarges, and never shrinks', async () => {
      const { uuid } = await created()

      expect((await patch(uuid, { size_gb: 30 })).status).toBe(204)
      expect((await patch(uuid, { size_gb: 30 })).status).toBe(204)
      expect((await patch(uuid, { size_gb: 20 })).body.size_gb).toMatch(/^Must be more than 30/)
      expect((await patch(uuid, { size_gb: 1001 })).body.detail).toMatch(/30 are in use, and 971 more/)

      expect((await get(`volumes/${uuid}`)).size_gb).toBe(30)
      expect(api.cloud.objects()).toMatchObject([{ sizeGb: 30 }])
      expect(await log()).toEqual(['volume_create', 'volume_resize'])
    })

    it('attaches, moves and detaches by the old name and the new', async () => {
      const [web, db] = [await runningServer('web'), await runningServer('db')]
      const { uuid } = await created()
      const attachedTo = async () => (await get(`volumes/${uuid}`)).server_uuids

      expect((await patch(uuid, { servers: [web] })).status).toBe(204)
      expect(await attachedTo()).toEqual([web])
      expect((await patch(uuid, { servers: [web] })).status).toBe(204)
      expect((await patch(uuid, { size_gb: 20 })).status).toBe(204)
      expect((await patch(uuid, { server_uuids: [db] })).status).toBe(204)
      expect(await attachedTo()).toEqual([db])
      expect([await volumesOf(web), await volumesOf(db)]).toEqual([['web-root'], ['db-root', 'data']])
      expect((await patch(uuid, { server_uuids: [] })).status).toBe(204)
      expect((await patch(uuid, { servers: [] })).status).toBe(204)

      expect(await attachedTo()).toEqual([])
      const entries = (await get('project-logs')).results.slice(-4)
      expect(entries.map(({ message }: { message: string }) => message)).toEqual([
        "Volume 'data' has been attached to server 'web'",
        "Volume 'data' has been enlarged to 20 GB",
        "Volume 'data' has been attached to server 'db'",
        "Volume 'data' has been detached from server 'db'",
      ])
    })

    it('leaves a volume where it was when it can not be moved', async () => {
      const [web, db] = [await runningServer('web'), await runningServer('db')]
      const { uuid } = await created({ servers: [web] })
      api.cloud.faults.replace([{ operation: 'compute.attachVolume', kind: 'refuse', times: 1 }])

      const { status, body } = await patch(uuid, { servers: [db] })

      expect([status, body.detail]).toEqual([503, expect.stringMatching(/^The volume could not be attached/)])
      expect((await get(`volumes/${uuid}`)).server_uuids).toEqual([web])
    })

    it('refuses servers elsewhere, and neither detaches nor moves root volumes', async () => {
      const server = await runningServer()
      const abroad = await created({ zone: 'lpg1' })
      const [root] = await get('volumes?name=web-root')

      expect((await patch(abroad.uuid, { servers: [server] })).body).toEqual({
        'servers[0]': expect.stringMatching(/is in zone rma1, and the volume in zone lpg1/),
      })
      expect((await patch(root.uuid, { servers: [] })).body.detail).toMatch(/is the root volume of a server/)
      expect((await patch(root.uuid, { servers: [server] })).status).toBe(204)
      expect((await patch(root.uuid, { size_gb: 20 })).status).toBe(204)
      expect((await get(`volumes/${root.uuid}`)).size_gb).toBe(20)
    })

    it('refuses the 129th volume of a server in the words that clients know', async () => {
      const server = someServer({ cloudServerId: 'cloud-server' })
      const full = Array.from({ length: volumesPerServerMax }, (_, position) =>
        someVolume({ serverUuid: server.uuid, position }),
      )
      const one = someVolume({ cloudVolumeId: 'cloud-volume' })
      await api.records.transaction(async trx => {
        await serverRecords.insert(trx, server)
        await volumeRecords.insert(trx, ...full, one)
      })

      expect(await patch(one.uuid, { server_uuids: [server.uuid] })).toEqual({
        status: 400,
        body: {
          detail:
            'Due to internal limitations, it is currently not possible to attach more than 128 volumes.',
        },
      })
    })

    it("refuses another project's server like one that there is not", async () => {
      const { uuid } = await created()
      const foreign = someServer({ projectId: 'other' })
      await api.records.transaction(trx => serverRecords.insert(trx, foreign))

      expect((await patch(uuid, { servers: [foreign.uuid] })).body).toEqual({
        'servers[0]': `Server ${foreign.uuid} does not exist.`,
      })
    })
  })

  describe('DELETE', () => {
    it('takes the volume from its server, and it is gone at once', async () => {
      const server = await runningServer()
      const { uuid } = await created({ servers: [server] })

      expect((await send('DELETE', `volumes/${uuid}`)).status).toBe(204)

      expect((await send('GET', `volumes/${uuid}`)).status).toBe(404)
      expect(await volumesOf(server)).toEqual(['web-root'])
      await expect
        .poll(() => api.cloud.objects().filter(({ kind }) => kind === 'volume'))
        .toMatchObject([{ sizeGb: 10, serverId: expect.any(String) }])
    })

    it('leaves a root volume to its server', async () => {
      await runningServer()
      const [root] = await get('volumes')

      const { status, body } = await send('DELETE', `volumes/${root.uuid}`)

      expect([status, body.detail]).toEqual([400, expect.stringContaining('is the root volume of a server')])
    })
  })

  it("shows nobody another project's volumes", async () => {
    const { uuid } = await created()
    const stranger = { headers: { authorization: 'Bearer stranger' } }
    const asStranger = (method: string, path: string, body?: object) =>
      api.send(method, `/v1/volumes${path}`, body, stranger)

    expect((await asStranger('GET', '')).json()).toEqual([])
    expect((await asStranger('GET', `/${uuid}`)).json()).toEqual({ detail: 'Not found.' })
    expect((await asStranger('PATCH', `/${uuid}`, { servers: [] })).statusCode).toBe(404)
    expect((await asStranger('POST', `/${uuid}/revert`, { snapshot: nobody })).statusCode).toBe(404)
    expect((await asStranger('DELETE', `/${uuid}`)).statusCode).toBe(404)
  })
})
