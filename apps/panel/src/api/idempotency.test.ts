import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashOfToken } from '../accounts/token.ts'
import { NoCapacityException } from '../cloud/exceptions.ts'
import { serverRecords } from '../records/servers.ts'
import { someServer, someVolume } from '../records/testing.ts'
import { insertToken } from '../records/tokens.ts'
import { volumeRecords } from '../records/volumes.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

const web = { name: 'web', flavor: 'flex-4-2', image: 'debian-13', password: 'hunter22' }

describe('Idempotency-Key', () => {
  let api: ApiForTests
  let hasRoom: boolean
  beforeEach(async () => {
    hasRoom = true
    api = await apiForTests({
      capacityCheck: async zone => {
        if (!hasRoom) throw new NoCapacityException(zone, 'a server')
      },
    })
  })
  afterEach(() => api.dispose())

  const under = (key: string, token = 'writer') => ({
    headers: { 'idempotency-key': key, authorization: `Bearer ${token}` },
  })
  const create = (key: string, body: object = web) => api.send('POST', '/v1/servers', body, under(key))
  const actionOf = (answer: Awaited<ReturnType<typeof create>>) => answer.headers['evenkeel-action']
  const settled = (uuid: string) =>
    expect.poll(async () => (await api.send('GET', `/v1/servers/${uuid}`)).json().status).toBe('running')

  describe('at a creation', () => {
    it('gives the same object to who asks twice, as it is by now', async () => {
      const first = await create('k1')
      await settled(first.json().uuid)
      const second = await create('k1')

      expect(second.statusCode).toBe(201)
      expect(second.json()).toMatchObject({ uuid: first.json().uuid, status: 'running' })
      expect(actionOf(second)).toBe(actionOf(first))
      expect((await api.send('GET', '/v1/servers')).json()).toHaveLength(1)
    })

    it('gives one object to two who ask at the same moment', async () => {
      const [one, other] = await Promise.all([create('k1'), create('k1')])

      expect([one.statusCode, other.statusCode]).toEqual([201, 201])
      expect(other.json().uuid).toBe(one.json().uuid)
    })

    it('gives the same object when there would be no room for another', async () => {
      const first = await create('k1')
      hasRoom = false

      expect((await create('k1')).json().uuid).toBe(first.json().uuid)
      expect((await create('k2')).statusCode).toBe(400)
    })

    it('says why the object is gone that could not be made', async () => {
      api.cloud.faults.replace([{ operation: 'compute.createServer', kind: 'refuse' }])
      const first = await create('k1')
      const path = `/v1/servers/${first.json().uuid}`
      await expect.poll(async () => (await api.send('GET', path)).statusCode).toBe(404)

      const second = await create('k1')

      expect(second.statusCode).toBe(404)
      expect(second.json().detail).toContain('Not found. Creation failed')
    })

    it('finds nothing once the object was deleted', async () => {
      const { uuid } = (await create('k1')).json()
      await api.send('DELETE', `/v1/servers/${uuid}`)

      expect((await create('k1')).statusCode).toBe(404)
    })
  })

  describe('at what is answered when it is done', () => {
    const network = () => api.send('POST', '/v1/networks', { name: 'lan' }, under('k1'))

    it('gives the same to who asks twice', async () => {
      const [one, other] = await Promise.all([network(), network()])
      const later = await network()

      expect([one, other, later].map(({ statusCode }) => statusCode)).toEqual([201, 201, 201])
      expect(new Set([one, other, later].map(answer => answer.json().uuid)).size).toBe(1)
    })

    it('says why what could not be made is gone, to who asks again', async () => {
      api.cloud.faults.replace([{ operation: 'network.createNetwork', kind: 'refuse' }])

      const [first, second] = [await network(), await network()]

      expect([first.statusCode, second.statusCode]).toEqual([503, 404])
      expect(second.json().detail).toContain('Not found. Creation failed')
    })

    it('tells again that a change was undone, and begins no other', async () => {
      const { uuid } = (await api.send('POST', '/v1/networks', { name: 'lan' })).json()
      api.cloud.faults.replace([{ operation: 'network.setMtu', kind: 'refuse' }])
      const change = () => api.send('PATCH', `/v1/networks/${uuid}`, { mtu: 1500 }, under('k1'))

      const [first, second] = [await change(), await change()]

      expect([first.statusCode, second.statusCode]).toEqual([503, 503])
      expect(second.json()).toEqual(first.json())
      expect(actionOf(second)).toBe(actionOf(first))
    })
  })

  it('lets a deletion be repeated when it is long done', async () => {
    const volume = someVolume({ cloudVolumeId: 'gone' })
    const path = `/v1/volumes/${volume.uuid}`
    await api.records.transaction(trx => volumeRecords.insert(trx, volume))
    const first = await api.send('DELETE', path, undefined, under('k1'))
    await expect.poll(async () => (await api.send('DELETE', path)).statusCode).toBe(404)

    const second = await api.send('DELETE', path, undefined, under('k1'))

    expect([first.statusCode, second.statusCode]).toEqual([204, 204])
    expect(actionOf(second)).toBe(actionOf(first))
  })

  it('lets an action on an object be repeated that is gone by now', async () => {
    const { uuid } = (await create('k1')).json()
    await settled(uuid)
    const stop = () => api.send('POST', `/v1/servers/${uuid}/stop`, undefined, under('k2'))
    const first = await stop()
    await api.send('DELETE', `/v1/servers/${uuid}`)

    const second = await stop()

    expect([first.statusCode, second.statusCode]).toEqual([204, 204])
    expect(actionOf(second)).toBe(actionOf(first))
  })

  it('says again that an action on an object was refused that is not there', async () => {
    const stop = () => api.send('POST', `/v1/servers/${crypto.randomUUID()}/stop`, undefined, under('k1'))

    expect([(await stop()).statusCode, (await stop()).statusCode]).toEqual([404, 404])
  })

  it.each([
    ['body', '/v1/servers', { ...web, name: 'db' }],
    ['path', `/v1/servers/${crypto.randomUUID()}/stop`, web],
  ])('is refused for a request with another %s', async (_, path, body) => {
    await create('k1')

    const refused = await api.send('POST', path, body, under('k1'))

    expect(refused.statusCode).toBe(400)
    expect(refused.headers['evenkeel-exception']).toBe('IdempotencyKeyReusedException')
    expect(refused.json().detail).toContain('The idempotency key k1 was used for server.create')
  })

  it('is refused for another method', async () => {
    const server = someServer({ status: 'stopped', cloudServerId: 'cloud' })
    await api.records.transaction(trx => serverRecords.insert(trx, server))
    const path = `/v1/servers/${server.uuid}`
    await api.send('PATCH', path, { flavor: 'flex-8-4' }, under('k1'))

    expect((await api.send('DELETE', path, undefined, under('k1'))).statusCode).toBe(400)
  })

  it("is the whole project's, and nobody else's", async () => {
    const token = { id: 'second', name: 'second', hash: hashOfToken('second'), projectId: 'demo' }
    await api.records.transaction(trx =>
      insertToken(trx, { ...token, isReadOnly: false, isFromEnvironment: false, createdAt: 'now' }),
    )
    const first = (await create('k1')).json().uuid
    const as = (token: string) => api.send('POST', '/v1/servers', web, under('k1', token))

    expect((await as('second')).json().uuid).toBe(first)
    expect((await as('stranger')).json().uuid).not.toBe(first)
  })

  it('stays free when the request was refused', async () => {
    expect((await create('k1', { ...web, flavor: 'huge' })).statusCode).toBe(400)

    expect((await create('k1')).statusCode).toBe(201)
  })

  it('keeps no password readable', async () => {
    await create('k1')

    const kept = await api.records.read.selectFrom('idempotentStarts').selectAll().execute()
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain('hunter22')
  })

  it.each(['', 'x'.repeat(256), 'schlüssel', 'tab\there'])('must be of use: %j is refused', async key => {
    const refused = await create(key)

    expect(refused.statusCode).toBe(400)
    expect(refused.json().detail).toContain('Idempotency-Key must have 1 to 255 printable')
  })

  it('takes any key of 255 printable characters', async () => {
    expect((await create(`~ ${'x'.repeat(253)}`)).statusCode).toBe(201)
  })

  it('means nothing where nothing is changed', async () => {
    await create('k1')

    expect((await api.send('GET', '/v1/servers', undefined, under('k1'))).statusCode).toBe(200)
  })
})
