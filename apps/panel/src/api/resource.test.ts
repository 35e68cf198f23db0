import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertGone } from '../records/gone.ts'
import { someVolume } from '../records/testing.ts'
import { type VolumeRecord, volumeRecords } from '../records/volumes.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

// Of all that projects own the same is true: volumes stand for them.
let api: ApiForTests
beforeEach(async () => {
  api = await apiForTests()
})
afterEach(() => api.dispose())

async function insert(given: Partial<VolumeRecord>): Promise<VolumeRecord> {
  const volume = someVolume(given)
  await api.records.transaction(trx => volumeRecords.insert(trx, volume))
  return volume
}

const names = async (query: string, token = 'writer') => {
  const headers = { authorization: `Bearer ${token}` }
  const list = (await api.send('GET', `/v1/volumes${query}`, undefined, { headers })).json()
  return list.map(({ name }: { name: string }) => name)
}

describe('the list of a resource', () => {
  it('has what the project has, oldest first, and nothing of another one', async () => {
    await insert({ name: 'second', createdAt: '2026-11-22T02:00:00.000000Z' })
    await insert({ name: 'first', createdAt: '2026-11-22T01:00:00.000000Z' })
    await insert({ name: 'gone', deletedAt: '2026-11-22T03:00:00.000000Z' })
    await insert({ name: 'foreign', projectId: 'other' })

    expect(await names('')).toEqual(['first', 'second'])
    expect(await names('', 'stranger')).toEqual(['foreign'])
    expect(await names('', 'reader')).toEqual(['first', 'second'])
  })

  it('is filtered by name and by tags, all of which must fit; what else is asked for does not matter', async () => {
    await insert({ name: 'a', tags: { env: 'prod', tier: '' } })
    await insert({ name: 'b', tags: { env: 'test' } })

    expect(await names('?name=a')).toEqual(['a'])
    expect(await names('?tag:env=prod')).toEqual(['a'])
    expect(await names('?tag%3Aenv=')).toEqual(['a', 'b'])
    expect(await names('?tag:env&tag:tier')).toEqual(['a'])
    expect(await names('?name=b&tag:env=prod')).toEqual([])
    expect(await names('?colour=red')).toEqual(['a', 'b'])
    expect(await names('?tag:nothing')).toEqual([])
  })
})

describe('one of a resource', () => {
  it('is as the list has it, under whatever case its id is written in', async () => {
    const { uuid } = await insert({ name: 'data' })

    const [listed] = (await api.send('GET', '/v1/volumes')).json()
    const one = await api.send('GET', `/v1/volumes/${uuid.toUpperCase()}`)

    expect(one.statusCode).toBe(200)
    expect(one.json()).toEqual(listed)
  })

  it('that the project does not have is not found: gone, never there, or of another project', async () => {
    const gone = await insert({ deletedAt: '2026-11-22T03:00:00.000000Z' })
    const foreign = await insert({ projectId: 'other' })

    for (const id of [gone.uuid, foreign.uuid, randomUUID(), 'none']) {
      const answer = await api.send('GET', `/v1/volumes/${id}`)
      expect(answer.statusCode).toBe(404)
      expect(answer.json()).toEqual({ detail: 'Not found.' })
    }
  })

  it('that could not be made says why', async () => {
    const uuid = randomUUID()
    const detail = 'Not found. Creation failed: no room.'
    await api.records.transaction(trx =>
      insertGone(trx, { uuid, projectId: 'demo', kind: 'volume', detail }, Date.now()),
    )

    expect((await api.send('GET', `/v1/volumes/${uuid}`)).json()).toEqual({ detail })
  })

  it('is what its transaction is about', async () => {
    const { uuid } = await insert({})
    await api.send('GET', `/v1/volumes/${uuid}`)
    await new Promise(resolve => setImmediate(resolve))

    expect(await api.log.query({ resource: `volume:${uuid}` })).toMatchObject([
      { operation: 'GET /v1/volumes/:uuid', status: 200 },
    ])
  })
})
