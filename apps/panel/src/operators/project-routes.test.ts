import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiForTests, apiForTests } from '../api/testing.ts'
import { customImageImportRecords } from '../records/custom-image-imports.ts'
import { defaultQuotas, noAmounts } from '../records/quota-amounts.ts'
import { serverRecords } from '../records/servers.ts'
import { someImport, someServer, someVolume } from '../records/testing.ts'
import { volumeRecords } from '../records/volumes.ts'

const projects = '/console/api/projects'

describe('/projects', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests({ isCloudThere: false })
  })
  afterEach(() => api.dispose())

  const make = (body: object) => api.send('POST', projects, body)
  const read = async (id: string) => (await api.send('GET', `${projects}/${id}`)).json()
  const change = (body: object) => api.send('PATCH', `${projects}/shop`, body)

  describe('POST', () => {
    it('makes a project with default zone and quotas, and shows what it uses', async () => {
      const answer = await make({ id: 'shop', name: 'The shop' })

      expect(answer.statusCode).toBe(201)
      expect(answer.json()).toEqual({
        id: 'shop',
        name: 'The shop',
        defaultZone: 'rma1',
        createdAt: expect.stringMatching(/Z$/),
        suspension: null,
        notYetStarted: [],
        quota: defaultQuotas,
        use: noAmounts,
      })
      expect(await read('shop')).toEqual(answer.json())
    })

    it('takes what was decided for it, and defaults for the rest', async () => {
      const answer = await make({ id: 'shop', defaultZone: 'lpg1', quota: { servers: 1, networks: 2 } })

      expect(answer.json()).toMatchObject({
        name: 'shop',
        defaultZone: 'lpg1',
        quota: { ...defaultQuotas, servers: 1, networks: 2 },
      })
    })

    it('finds an id for a project that has only a name', async () => {
      expect((await make({ name: 'The shop' })).json().id).toMatch(/^[0-9a-f-]{36}$/)
    })

    it.each([
      [{}, 'name', 'A project needs a name or an id.'],
      [{ id: 'The Shop' }, 'id', 'Must have 1 to 63 of a-z'],
      [{ id: 'demo' }, 'id', "There is or was a project 'demo'"],
      [{ name: '' }, 'name', 'may not be empty'],
      [{ name: 'x', defaultZone: 'mars1' }, 'defaultZone', 'is not a valid choice. Choose one of rma1, lpg1'],
      [{ name: 'x', quota: { servers: -1 } }, 'quota.servers', 'Must be a whole number from 0'],
      [{ name: 'x', quota: { server: 1 } }, 'quota', 'There is no field server here: there are servers,'],
      [{ name: 'x', quotas: {} }, 'detail', 'There is no field quotas here'],
      [[], 'detail', 'The body must be a JSON object.'],
    ])('refuses %j, and makes nothing', async (body, field, message) => {
      const before = (await api.send('GET', projects)).json()
      const answer = await make(body)

      expect(answer.statusCode).toBe(400)
      expect(answer.json()[field]).toContain(message)
      expect((await api.send('GET', projects)).json()).toEqual(before)
    })
  })

  it('lists the projects, oldest first, with what they use', async () => {
    await api.records.transaction(trx => volumeRecords.insert(trx, someVolume({ sizeGb: 7 })))
    await make({ id: 'shop' })

    expect((await api.send('GET', projects)).json()).toMatchObject([
      { id: 'demo', use: { ...noAmounts, volumeGb: 7 } },
      { id: 'other' },
      { id: 'shop' },
    ])
  })

  describe('PATCH', () => {
    beforeEach(() => make({ id: 'shop', name: 'The shop', quota: { servers: 5, networks: 5 } }))

    it('changes what is given, and nothing else', async () => {
      const before = await read('shop')
      expect((await change({ quota: { networks: 9, vcpus: 10 } })).statusCode).toBe(204)
      expect((await change({ name: 'A shop', defaultZone: 'lpg1' })).statusCode).toBe(204)

      expect(await read('shop')).toEqual({
        ...before,
        name: 'A shop',
        defaultZone: 'lpg1',
        quota: { ...before.quota, networks: 9, vcpus: 10 },
      })
    })

    it('changes nothing by a request that is wrong in part', async () => {
      const before = await read('shop')

      expect((await change({ name: 'A shop', quota: { servers: 'many' } })).statusCode).toBe(400)
      expect((await change({ id: 'store' })).json().detail).toContain('There is no field id here')
      expect(await read('shop')).toEqual(before)
    })

    it('holds for the next request', async () => {
      await api.send('PATCH', `${projects}/demo`, { quota: { servers: 0 } })
      const body = { name: 'web', flavor: 'flex-4-1', image: 'debian-13', password: 'hunter22' }

      const refused = await api.send('POST', '/v1/servers', body)

      expect(refused.json().detail).toContain("This project's quota is 0 servers: 0 are in use")
    })
  })

  describe('DELETE', () => {
    const remove = (id: string) => api.send('DELETE', `${projects}/${id}`)

    it('ends a project and its tokens', async () => {
      expect((await api.send('GET', '/v1/servers')).statusCode).toBe(200)

      expect((await remove('demo')).statusCode).toBe(204)
      expect((await api.send('GET', '/v1/servers')).statusCode).toBe(401)
      expect((await remove('demo')).statusCode).toBe(404)
      expect((await api.send('GET', projects)).json()).toMatchObject([{ id: 'other' }])
      expect((await make({ id: 'demo' })).statusCode).toBe(400)
    })

    it('is refused while the project has something, which it names', async () => {
      const [server, volume] = [someServer({ name: 'web' }), someVolume({ name: 'data' })]
      await api.records.transaction(async trx => {
        await serverRecords.insert(trx, server, someServer({ name: 'gone', deletedAt: 'now' }))
        await volumeRecords.insert(trx, volume)
      })

      const refused = await remove('demo')

      expect(refused.statusCode).toBe(400)
      expect(refused.json().detail).toBe(
        `Project 'Demo' has server 'web' (${server.uuid}), volume 'data' (${volume.uuid}). Delete these first, with a token of the project.`,
      )
      expect((await api.send('GET', '/v1/servers')).statusCode).toBe(200)
    })

    it('is not kept from it by an import that failed, which nobody can delete', async () => {
      await api.records.transaction(trx =>
        customImageImportRecords.insert(trx, someImport({ status: 'failed' })),
      )

      expect((await remove('demo')).statusCode).toBe(204)
    })

    it('does not name a thousand objects', async () => {
      await api.records.transaction(trx =>
        volumeRecords.insert(trx, ...Array.from({ length: 30 }, () => someVolume())),
      )

      const { detail } = (await remove('demo')).json()
      expect(detail.match(/volume 'data'/g)).toHaveLength(20)
      expect(detail).toContain(', and more.')
    })
  })

  it.each(['GET', 'PATCH', 'DELETE'])('%s finds no project that is not there', async method => {
    const answer = await api.send(method, `${projects}/none`, method === 'PATCH' ? {} : undefined)

    expect(answer.statusCode).toBe(404)
    expect(answer.json().detail).toContain("There is no project 'none'")
  })
})
