import { memorySeries, memoryStats, type Outcome } from 'evenkeel/stats'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeRecords, operatorToken, serverWith } from '../console.fixture.ts'

let app: FastifyInstance
afterEach(() => app.close())

const second = 1_000_000_000
const done: Outcome = {
  kind: 'step',
  operation: 'server.create/network.port',
  exception: undefined,
  category: undefined,
  status: 0,
  durationMs: 1,
}
const busy: Outcome = { ...done, exception: 'CloudBusyException', category: 'dependency' }
const undo = 'server.create/network.port undo'

const get = (query: string) =>
  app.inject({
    url: `/console/api/step-outcomes?${query}`,
    headers: { authorization: `Bearer ${operatorToken}` },
  })

describe('GET /step-outcomes', () => {
  it('tells how often each step and undo ran, and which classes it ended with', async () => {
    const stats = memoryStats({ now: () => second * 1000 })
    const series = memorySeries({ stats, now: () => second * 1000 })
    const request: Outcome = { ...busy, kind: 'request', operation: 'GET /v1/servers' }
    for (const outcome of [done, done, busy, { ...busy, operation: undo }, request]) stats.record(outcome)
    app = await serverWith(new FakeRecords(), { series, now: () => second * 1000 })

    expect((await get(`from=${second}&to=${second + 1}`)).json()).toEqual({
      steps: [
        { operation: 'server.create/network.port', runs: 3, exceptions: { CloudBusyException: 1 } },
        { operation: undo, runs: 1, exceptions: { CloudBusyException: 1 } },
      ],
    })
  })

  it.each([
    ['from=5&to=4', 'to'],
    ['from=1', 'to'],
    ['from=1&to=2&step=a', 'step'],
  ])('refuses ?%s and names the parameter', async (query, field) => {
    app = await serverWith(new FakeRecords(), { series: memorySeries({ stats: memoryStats() }) })

    const answer = await get(query)

    expect(answer.statusCode).toBe(400)
    expect(Object.keys(answer.json().data.fields)).toEqual([field])
  })
})
