import { memorySeries, memoryStats, type Outcome } from 'evenkeel/stats'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeRecords, operatorToken, serverWith } from '../console.fixture.ts'

let app: FastifyInstance
afterEach(() => app.close())

/** A full hour (UTC). */
const hour = 1_000_000_800 - (1_000_000_800 % 3600)
const success: Outcome = {
  kind: 'request',
  operation: 'GET /tweets',
  exception: undefined,
  category: undefined,
  status: 200,
  durationMs: 1,
}
const failure = { exception: 'DiskFullException', category: 'dependency', status: 503 } as const

/** A console over what was counted at these seconds after the hour. */
async function start(counted: readonly (readonly [afterSeconds: number, outcome: Outcome])[]): Promise<void> {
  let nowMs = hour * 1000
  const stats = memoryStats({ now: () => nowMs })
  const series = memorySeries({ stats, now: () => nowMs })
  for (const [afterSeconds, outcome] of counted) {
    nowMs = (hour + afterSeconds) * 1000
    stats.record(outcome)
  }
  app = await serverWith(new FakeRecords(), { series, now: () => nowMs })
}

const get = (path: string) =>
  app.inject({ url: `/console/api/${path}`, headers: { authorization: `Bearer ${operatorToken}` } })

describe('GET /outcomes', () => {
  it('adds up what was counted in each bucket, over all operations', async () => {
    await start([
      [0, success],
      [70, { ...success, operation: 'GET /users' }],
      [130, success],
      [131, { ...success, ...failure }],
    ])

    const { bucketSeconds, buckets } = (await get(`outcomes?from=${hour}&to=${hour + 240}&width=120`)).json()

    expect(bucketSeconds).toBe(120)
    expect(buckets).toMatchObject([
      { second: hour, outcomes: [{ kind: 'request', count: 2 }] },
      { second: hour + 120, outcomes: [{ count: 1 }, { exception: 'DiskFullException', count: 1 }] },
    ])
  })

  it.each([10, 60, 300, 3600, 21_600, 86_400])('has buckets of %s seconds', async width => {
    await start([[30, success]])
    const from = hour - (hour % width)

    const { buckets } = (await get(`outcomes?from=${from}&to=${from + width + 60}&width=${width}`)).json()

    const second = hour + 30 - ((hour + 30) % width)
    expect(buckets).toMatchObject([{ second, outcomes: [{ count: 1 }] }])
  })

  it.each([
    ['from=5&to=4&width=1', 'to'],
    ['from=1&to=2000&width=1', 'width'],
    ['from=1&to=2&width=0', 'width'],
    ['from=1&to=2', 'width'],
    ['from=1&width=60', 'to'],
  ])('refuses ?%s and names the parameter', async (query, field) => {
    await start([])
    const answer = await get(`outcomes?${query}`)

    expect(answer.statusCode).toBe(400)
    expect(Object.keys(answer.json().data.fields)).toEqual([field])
  })
})

describe('GET /fail-open-uses', () => {
  const opened = { kind: 'fail-open', operation: 'GET /tweets/places' } as const
  const hidden = { ...failure, kind: 'if-failed-closed', operation: 'GET /tweets/places' } as const

  it('tells each use with its rate, and the success rate as it is and as it would be', async () => {
    await start([
      [0, success],
      [0, { ...success, ...opened }],
      [1, success],
      [1, { ...success, ...opened, ...failure }],
      [1, { ...success, ...hidden }],
    ])

    expect((await get(`fail-open-uses?from=${hour}&to=${hour + 2}`)).json()).toEqual({
      successRate: 1,
      uses: [
        {
          operation: 'GET /tweets/places',
          runs: 2,
          rate: 0.5,
          swallowed: { DiskFullException: 1 },
          successRateIfClosed: 0.5,
        },
      ],
    })
  })

  it.each([
    ['seconds', 3600],
    ['minutes, when seconds are kept no more', 5 * 3600],
    ['hours, over many days', 4 * 86_400],
  ])('counts each use once, from %s', async (_, agoSeconds) => {
    await start([
      [0, { ...success, ...opened }],
      [agoSeconds, success],
    ])

    const { uses } = (await get(`fail-open-uses?from=${hour}&to=${hour + agoSeconds + 3600}`)).json()

    expect(uses).toMatchObject([{ runs: 1, rate: 0 }])
  })
})

describe('a server that keeps no statistics of the past', () => {
  it.each(['shares', 'outcomes', 'fail-open-uses', 'step-outcomes'])('says so at /%s', async path => {
    app = await serverWith(new FakeRecords())
    const answer = await get(path)

    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ exception: 'NoPastStatisticsException' })
  })
})
