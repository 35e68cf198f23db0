import { memorySeries, memoryStats, type Outcome, type Series } from 'evenkeel/stats'
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { FakeRecords, operatorToken, serverWith } from '../console.fixture.ts'

let app: FastifyInstance
afterEach(() => app.close())

const noon = 1_000_000_020
const asOperator = { authorization: `Bearer ${operatorToken}` }

/** A console over statistics of two minutes, the second of which has failures. */
async function start(): Promise<Series> {
  let nowMs = noon * 1000
  const stats = memoryStats({ now: () => nowMs })
  const series = memorySeries({ stats, now: () => nowMs, release: '1.0.0' })
  for (let at = 0; at < 10; at++) stats.record(success)
  nowMs += 60_000
  for (let at = 0; at < 9; at++) stats.record(success)
  stats.record({ ...success, exception: 'DiskFullException', category: 'dependency', status: 503 })
  app = await serverWith(new FakeRecords(), { series })
  return series
}

const success: Outcome = {
  kind: 'request',
  operation: 'GET /v1/servers',
  exception: undefined,
  category: undefined,
  status: 200,
  durationMs: 1,
}

const shares = (query: string, headers: Record<string, string> = asOperator) =>
  app.inject({ url: `/console/api/shares?${query}`, headers })

it('tells which class cost which part of the success rate, beside the time before', async () => {
  await start()

  const answer = await shares(`from=${noon + 60}&to=${noon + 120}&by=operation`)

  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({
    window: { fromSecond: noon + 60, toSecond: noon + 120, successRate: 0.9, count: 10 },
    before: { fromSecond: noon, toSecond: noon + 60, successRate: 1, count: 10 },
    change: 0.1,
    shares: [{ exception: 'DiskFullException', of: 'GET /v1/servers', count: 1, change: 0.1 }],
  })
})

it('is for operators only', async () => {
  await start()

  expect((await shares(`from=1&to=2`, {})).statusCode).toBe(401)
})

it.each([
  [
    '',
    {
      from: 'must be a time in whole seconds since 1970.',
      to: 'must be a time in whole seconds since 1970.',
    },
  ],
  ['from=yesterday&to=9', { from: 'must be a time in whole seconds since 1970.' }],
  ['from=9&to=9', { to: 'must be later than from.' }],
  ['from=8&to=9&by=weather', { by: 'must be operation, caller or release.' }],
  ['from=8&to=9&limit=0', { limit: 'must be a whole number from 1 to 1000.' }],
  ['from=8&to=9&color=red', { color: 'is not known here: leave it out.' }],
])('refuses ?%s and says why', async (query, fields) => {
  await start()

  const answer = await shares(query)

  expect(answer.statusCode).toBe(400)
  expect(answer.json().data).toEqual({ fields })
})

it('lets the graph show what was counted before this process', async () => {
  const series = await start()
  const later = await serverWith(new FakeRecords(), { series, now: () => (noon + 70) * 1000 })
  await later.listen({ port: 0, host: '127.0.0.1' })
  const { port } = later.server.address() as { port: number }

  const answer = await fetch(`http://127.0.0.1:${port}/console/api/live`, { headers: asOperator })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('event: snapshot')) text += (await reader?.read())?.value ?? ''

  expect(text).toContain(`"second":${noon},`)
  await reader?.cancel()
  await later.close()
})
