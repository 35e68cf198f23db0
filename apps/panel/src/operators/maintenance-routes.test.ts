import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiForTests, apiForTests } from '../api/testing.ts'

const path = '/console/api/maintenance'
const start = Date.parse('2026-11-22T19:00:00Z')

describe('/maintenance', () => {
  let api: ApiForTests
  let nowMs: number
  beforeEach(async () => {
    nowMs = start
    api = await apiForTests({ isCloudThere: false, now: () => nowMs })
  })
  afterEach(() => api.dispose())

  const announce = (body: object) => api.send('PUT', path, body)
  const announced = async () => (await api.send('GET', path)).json().maintenance
  const change = async () => (await api.send('POST', '/v1/server-groups', {})).statusCode
  const afterMinutes = (minutes: number) => {
    nowMs = start + minutes * 60_000
  }

  it('is announced ahead, begins at its time, and ends by itself', async () => {
    const body = { from: '2026-11-22T20:00:00Z', until: '2026-11-22T22:00+01:00', message: 'New storage' }
    const answer = await announce(body)
    const expected = {
      from: '2026-11-22T20:00:00.000Z',
      until: '2026-11-22T21:00:00.000Z',
      message: 'New storage',
      announcedBy: 'operator',
      announcedAt: expect.stringMatching(/^2026-11-22T19:00:00/),
    }

    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { maintenance: { ...expected, isUnderWay: false } },
    ])
    expect(await change()).toBe(400)
    afterMinutes(60)
    expect(await announced()).toEqual({ ...expected, isUnderWay: true })
    expect(await change()).toBe(503)
    afterMinutes(120)
    expect(await announced()).toBeNull()
    expect(await change()).toBe(400)
  })

  it('begins at once where nothing else is said, and ends when it is taken back', async () => {
    await announce({ until: '2026-11-22T20:00:00Z' })
    expect(await change()).toBe(503)

    expect((await api.send('DELETE', path)).statusCode).toBe(204)
    expect([await announced(), await change()]).toEqual([null, 400])
    expect((await api.send('DELETE', path)).statusCode).toBe(204)
  })

  it('is announced anew in the place of what was announced before', async () => {
    await announce({ until: '2026-11-22T20:00:00Z', message: 'New storage' })
    await announce({ until: '2026-11-22T23:00:00Z' })

    expect(await announced()).toMatchObject({ until: '2026-11-22T23:00:00.000Z', message: null })
  })

  it.each([
    [{}, 'until', 'This field is required.'],
    [{ until: '' }, 'until', 'may not be empty'],
    [{ until: 'tomorrow' }, 'until', 'Must be one date and time in ISO 8601'],
    [{ until: 1_795_384_800 }, 'until', 'Must be a text.'],
    [{ until: '2026-11-22T19:00:00Z' }, 'until', 'Must be a time to come.'],
    [{ from: '2026-11-22T21:00:00Z', until: '2026-11-22T20:00:00Z' }, 'until', 'Must be later than from.'],
    [{ until: '2027-11-22T20:00:00Z' }, 'until', 'Must be within 30 days of from.'],
    [{ from: 'now', until: '2026-11-22T20:00:00Z' }, 'from', 'Must be one date and time in ISO 8601'],
    [{ until: '2026-11-22T20:00:00Z', message: '' }, 'message', 'may not be empty'],
    [{ until: '2026-11-22T20:00:00Z', to: 'x' }, 'body', 'There is no field to here'],
  ])('refuses %j, and nothing is announced', async (body, field, message) => {
    const answer = await announce(body)

    expect(answer.statusCode).toBe(400)
    expect(answer.json()[field] ?? answer.body).toContain(message)
    expect(await announced()).toBeNull()
  })
})
