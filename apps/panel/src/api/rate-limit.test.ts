import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serverRecords } from '../records/servers.ts'
import { someServer } from '../records/testing.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

describe('a token', () => {
  let api: ApiForTests
  let clock: { ms: number }
  beforeEach(async () => {
    clock = { ms: Date.now() }
    api = await apiForTests({
      environment: { RATE_LIMIT: '1/3' },
      isCloudThere: false,
      now: () => clock.ms,
    })
  })
  afterEach(() => api.dispose())

  const statuses = async (times: number, path: string, method = 'GET') => {
    const seen: number[] = []
    while (seen.length < times) seen.push((await api.send(method, path)).statusCode)
    return seen
  }
  const server = async (given: Parameters<typeof someServer>[0]) => {
    const record = someServer(given)
    await api.records.transaction(trx => serverRecords.insert(trx, record))
    return `/v1/servers/${record.uuid}`
  }

  it('that has sent too much is told when to go on, and may go on then', async () => {
    expect(await statuses(3, '/v1/servers')).toEqual([200, 200, 200])
    const refused = await api.send('GET', '/v1/servers')

    expect(refused.statusCode).toBe(429)
    expect(refused.headers['retry-after']).toBe('1')
    expect(refused.json().detail).toContain('A token may send 1 requests a second, and 3 at once')
    clock.ms += 1000
    expect(await statuses(2, '/v1/servers')).toEqual([200, 429])
  })

  it('takes nothing from others of its project', async () => {
    await statuses(4, '/v1/servers')

    const reader = { headers: { authorization: 'Bearer reader' } }
    expect((await api.send('GET', '/v1/servers', undefined, reader)).statusCode).toBe(200)
  })

  it('does nothing by what is refused', async () => {
    await statuses(3, '/v1/servers')

    expect((await api.send('DELETE', await server({}))).statusCode).toBe(429)
    expect(api.calls).toEqual([])
  })

  it('may look at an object that is changing as often as it likes', async () => {
    const path = await server({ status: 'changing' })

    expect(await statuses(10, path)).toEqual(Array(10).fill(200))
    expect(await statuses(4, '/v1/servers')).toEqual([200, 200, 200, 429])
    expect(await statuses(2, path)).toEqual([200, 200])
  })

  it('may look at an action that is under way as often as it likes', async () => {
    const path = await server({ cloudServerId: 'cloud' })
    const { 'evenkeel-action': action } = (await api.send('POST', `${path}/stop`)).headers

    expect(await statuses(10, `/v1/actions/${action}`)).toEqual(Array(10).fill(200))
  })

  it.each(['GET', 'HEAD'])('pays for a %s of an object that is not changing, once', async method => {
    expect(await statuses(4, await server({}), method)).toEqual([200, 200, 200, 429])
  })

  it('pays for looking at what is not there', async () => {
    expect(await statuses(4, `/v1/servers/${crypto.randomUUID()}`)).toEqual([404, 404, 404, 429])
  })

  it('that sends too much is counted like all else', async () => {
    await statuses(4, '/v1/servers')

    await vi.waitFor(() =>
      expect(api.stats.totals()).toContainEqual(
        expect.objectContaining({
          operation: 'GET /v1/servers',
          exception: 'RateLimitExceededException',
          count: 1,
        }),
      ),
    )
  })
})

it('may be used for any amount of requests where that is set', async () => {
  const api = await apiForTests({ environment: { RATE_LIMIT: 'off' }, isCloudThere: false })
  const answers = await Promise.all(Array.from({ length: 100 }, () => api.send('GET', '/v1/servers')))

  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  await api.dispose()
})
