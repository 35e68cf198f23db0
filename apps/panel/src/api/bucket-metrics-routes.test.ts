import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiForTests, apiForTests } from './testing.ts'

const dayMs = 86_400_000

describe('the metrics of buckets', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests()
  })
  afterEach(() => api.dispose())

  const ask = (query: string, headers = {}) =>
    api.send('GET', `/v1/metrics/buckets?${query}`, undefined, { headers })
  const userWith = async (...buckets: string[]) => {
    const { id } = (await api.send('POST', '/v1/objects-users', { display_name: 'backups' })).json()
    for (const name of buckets) {
      await api.send('POST', '/console/api/cloud/buckets', { objects_user_id: id, name })
    }
    return id as string
  }
  const names = async (query: string) => {
    const { data } = (await ask(`start=2026-01-01&end=2026-01-01${query}`)).json()
    return data.map(({ subject }: { subject: { name: string } }) => subject.name)
  }

  it('are of days in Zurich, the last one included', async () => {
    const answer = await ask('start=2020-01-01&end=2020-01-01')

    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({
      start: '2019-12-31T23:00:00Z',
      end: '2020-01-01T23:00:00Z',
      data: [],
    })
  })

  it('have one entry for each day and bucket', async () => {
    const id = await userWith('photos')

    const { data } = (await ask('start=2026-03-28&end=2026-03-30')).json()

    const usage = { requests: 0, object_count: 0, storage_bytes: 0, received_bytes: 0, sent_bytes: 0 }
    expect(data).toEqual([
      {
        subject: { name: 'photos', objects_user_id: id },
        time_series: [
          { start: '2026-03-27T23:00:00Z', end: '2026-03-28T23:00:00Z', usage },
          { start: '2026-03-28T23:00:00Z', end: '2026-03-29T22:00:00Z', usage },
          { start: '2026-03-29T22:00:00Z', end: '2026-03-30T22:00:00Z', usage },
        ],
      },
    ])
  })

  it('tell of what has been done since the bucket was made', async () => {
    await userWith('photos')
    const day = (fromNow: number) => new Date(Date.now() + fromNow * dayMs).toISOString().slice(0, 10)
    const received = async (): Promise<number> => {
      const { data } = (await ask(`start=${day(-1)}&end=${day(1)}`)).json()
      const entries: { usage: { received_bytes: number } }[] = data[0].time_series
      return entries.reduce((sum, { usage }) => sum + usage.received_bytes, 0)
    }

    // As time goes by.
    await expect.poll(received, { timeout: 5000 }).toBeGreaterThan(0)
  })

  it('can be asked for of some buckets and of some users', async () => {
    const one = await userWith('photos', 'backups')
    const other = await userWith('logs')

    expect(await names('')).toEqual(['backups', 'logs', 'photos'])
    expect(await names('&bucket_name=photos')).toEqual(['photos'])
    expect(await names('&bucket_name=photos&bucket_name=logs')).toEqual(['logs', 'photos'])
    expect(await names(`&objects_user_id=${other}`)).toEqual(['logs'])
    expect(await names(`&objects_user_id=${one}&objects_user_id=${other}`)).toHaveLength(3)
    expect(await names(`&objects_user_id=${one}&bucket_name=logs`)).toEqual([])
  })

  it('are of the project’s own buckets only, whatever is asked for', async () => {
    const id = await userWith('photos')
    const query = 'start=2026-01-01&end=2026-01-01'
    const stranger = { authorization: 'Bearer stranger' }

    expect((await ask(query, stranger)).json().data).toEqual([])
    expect((await ask(`${query}&objects_user_id=${id}`, stranger)).json().data).toEqual([])
    expect((await ask(`${query}&bucket_name=photos`, stranger)).json().data).toEqual([])
  })

  it.each([
    ['', { start: 'This field is required.' }],
    ['start=2026-01-01', { end: 'This field is required.' }],
    ['start=2026-02-30&end=2026-03-01', { start: 'Must be one date from 1970 on, as in 2026-11-22.' }],
    ['start=2026-01-01&end=tomorrow', { end: 'Must be one date from 1970 on, as in 2026-11-22.' }],
    ['start=2026-01-01&start=2026-01-02&end=2026-01-03', { start: expect.stringContaining('one date') }],
    ['start=2026-01-02&end=2026-01-01', { end: 'Must not be before start.' }],
    ['start=2025-01-01&end=2026-12-31', { end: expect.stringContaining('at most 400 days') }],
  ])('are not told for %j', async (query, errors) => {
    const answer = await ask(query)

    expect([answer.statusCode, answer.json()]).toEqual([400, errors])
  })

  it('are not told when the object store fails', async () => {
    await userWith('photos')
    api.cloud.faults.replace([{ operation: 'objectStorage.bucketUsage', kind: 'lose-answer' }])

    const answer = await ask('start=2026-01-01&end=2026-01-01')

    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('60')
    expect(answer.json().detail).toContain('does not tell what its buckets were used for')
  })
})

describe('buckets, as operators make them', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests()
  })
  afterEach(() => api.dispose())

  const make = (body: object) => api.send('POST', '/console/api/cloud/buckets', body)
  const remove = (name: string) => api.send('DELETE', `/console/api/cloud/buckets/${name}`)
  const user = async () =>
    (await api.send('POST', '/v1/objects-users', { display_name: 'backups' })).json().id as string

  it('are made and removed', async () => {
    const id = await user()

    expect((await make({ objects_user_id: id, name: 'photos' })).statusCode).toBe(201)
    expect(api.cloud.objects()).toMatchObject([{ kind: 'objects-user', buckets: ['photos'] }])
    expect((await remove('photos')).statusCode).toBe(204)
    expect(api.cloud.objects()).toMatchObject([{ kind: 'objects-user', buckets: [] }])
    expect((await remove('photos')).statusCode).toBe(404)
  })

  it('have a name of their own, and a user', async () => {
    const id = await user()
    await make({ objects_user_id: id, name: 'photos' })

    expect((await make({ objects_user_id: id, name: 'photos' })).statusCode).toBe(400)
    expect((await make({ objects_user_id: id, name: 'No Name' })).json()).toHaveProperty('name')
    const absent = await make({ objects_user_id: 'a'.repeat(64), name: 'logs' })
    expect(absent.json().objects_user_id).toContain('does not exist')
  })
})
