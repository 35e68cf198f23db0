import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serverRecords } from '../records/servers.ts'
import { someServer, someVolume } from '../records/testing.ts'
import { volumeRecords } from '../records/volumes.ts'
import { type ApiForTests, acceptsAll, apiForTests } from './testing.ts'

describe('/v1/volumes', () => {
  let api: ApiForTests
  const server = someServer({ name: 'web' })
  const attached = someVolume({
    name: 'web-root',
    serverUuid: server.uuid,
    isRoot: true,
    tags: { env: 'prod' },
  })
  const loose = someVolume({ name: 'data', type: 'bulk', sizeGb: 200, position: 1 })
  beforeEach(async () => {
    api = await apiForTests({ perform: acceptsAll })
    await api.records.transaction(async trx => {
      await serverRecords.insert(trx, server)
      await volumeRecords.insert(trx, attached, loose)
    })
  })
  afterEach(() => api.dispose())

  it('shows a volume with its server, in the old way and in the new', async () => {
    expect((await api.send('GET', `/v1/volumes/${attached.uuid}`)).json()).toEqual({
      href: `http://localhost:80/v1/volumes/${attached.uuid}`,
      uuid: attached.uuid,
      name: 'web-root',
      size_gb: 10,
      type: 'ssd',
      zone: { slug: 'rma1' },
      servers: [{ href: `http://localhost:80/v1/servers/${server.uuid}`, uuid: server.uuid, name: 'web' }],
      server_uuids: [server.uuid],
      current_operation: null,
      tags: { env: 'prod' },
      created_at: attached.createdAt,
    })
  })

  it('shows a volume without a server with empty lists', async () => {
    expect((await api.send('GET', `/v1/volumes/${loose.uuid}`)).json()).toMatchObject({
      servers: [],
      server_uuids: [],
    })
  })

  it('lists them filtered by name and tags', async () => {
    const names = async (query: string) =>
      (await api.send('GET', `/v1/volumes${query}`)).json().map(({ name }: { name: string }) => name)

    expect(await names('')).toEqual(['web-root', 'data'])
    expect(await names('?name=data')).toEqual(['data'])
    expect(await names('?tag:env=prod')).toEqual(['web-root'])
  })

  it('hands a deletion over, and answers 204 with its action', async () => {
    const answer = await api.send('DELETE', `/v1/volumes/${loose.uuid}`)

    expect(answer.statusCode).toBe(204)
    expect(answer.headers['evenkeel-action']).toBeDefined()
    expect(api.calls).toEqual([{ action: 'volume.delete', request: { projectId: 'demo', uuid: loose.uuid } }])
  })

  it("answers 404 for a volume that there is not, or that is somebody else's", async () => {
    const stranger = { headers: { authorization: 'Bearer stranger' } }

    expect((await api.send('GET', '/v1/volumes/none')).json()).toEqual({ detail: 'Not found.' })
    expect((await api.send('DELETE', `/v1/volumes/${loose.uuid}`, undefined, stranger)).statusCode).toBe(404)
    expect(api.calls).toEqual([])
  })
})
