import { describe, expect, it } from 'vitest'
import { actionView, FakeRecords, idNumber, txRow } from '../console.fixture.ts'
import { changesSince, type LiveSources, readLive } from './live-reading.ts'

const at = (records: FakeRecords, now: number, findings?: LiveSources['findings']) => {
  const { stats, log } = records
  return readLive({ stats, log, actions: records, findings, now: () => now }, 0)
}

const outcome = {
  kind: 'request',
  category: undefined,
  exception: undefined,
  status: 200,
  durationMsSum: 1,
} as const

describe('readLive', () => {
  it('includes the present second and adds operations up', async () => {
    const records = new FakeRecords()
    records.seconds = [
      {
        second: 10,
        outcomes: [
          { ...outcome, operation: 'GET /a', count: 2 },
          { ...outcome, operation: 'GET /b', count: 3 },
          { ...outcome, operation: 'GET /b', exception: 'DiskFull', category: 'dependency', count: 1 },
        ],
      },
    ]

    const { seconds } = await at(records, 10_999)

    expect(seconds).toEqual([
      {
        second: 10,
        outcomes: [
          { kind: 'request', exception: undefined, category: undefined, count: 5 },
          { kind: 'request', exception: 'DiskFull', category: 'dependency', count: 1 },
        ],
      },
    ])
  })

  it('leaves out what only the page of one transaction shows', async () => {
    const records = new FakeRecords()
    records.rows = [txRow({ fields: { name: 'web' } })]

    const { transactions } = await at(records, 0)

    expect(transactions[0]).not.toHaveProperty('fields')
    expect(transactions[0]).toHaveProperty('operation', 'GET /v1/servers')
  })
})

describe('the overview', () => {
  it('counts every action, also those too many to be listed', async () => {
    const records = new FakeRecords()
    records.views = Array.from({ length: 60 }, (_, at) => actionView({ id: idNumber(at), watchCount: 1 }))

    const { actions, overview } = await at(records, 0)

    expect(actions).toHaveLength(50)
    expect(overview).toEqual({ running: 60, watches: 60, residue: 0 })
  })

  it('counts findings, where records and cloud are compared', async () => {
    const counts = { open: 2, repairing: 1 }
    const previous = await at(new FakeRecords(), 0, { overview: async () => ({ open: 1, repairing: 0 }) })
    const next = await at(new FakeRecords(), 1_000, { overview: async () => counts })

    expect(changesSince(previous, next).findings).toEqual(counts)
    expect((await at(new FakeRecords(), 0)).findings).toBeUndefined()
  })
})

describe('changesSince', () => {
  it('tells again what other processes may have added to since, and nothing older', async () => {
    const records = new FakeRecords()
    records.seconds = [5, 6, 7, 8, 9, 10, 11].map(second => ({ second, outcomes: [] }))
    const previous = await at(records, 10_400)

    const changes = changesSince(previous, await at(records, 11_400))

    expect(changes.seconds.map(({ second }) => second)).toEqual([7, 8, 9, 10, 11])
  })

  it('tells a transaction that ended late, though its id is older than one already told', async () => {
    const records = new FakeRecords()
    records.rows = [txRow({ id: idNumber(2) })]
    const previous = await at(records, 0)
    records.rows = [txRow({ id: idNumber(2) }), txRow({ id: idNumber(1) })]

    const changes = changesSince(previous, await at(records, 1_000))

    expect(changes.transactions.map(({ id }) => id)).toEqual([idNumber(1)])
  })

  it('tells an action again when anything about it has changed, and only then', async () => {
    const records = new FakeRecords()
    records.views = [actionView({ id: idNumber(1) }), actionView({ id: idNumber(2) })]
    const previous = await at(records, 0)
    records.views = [actionView({ id: idNumber(1) }), actionView({ id: idNumber(2), stepsDone: 1 })]

    const changes = changesSince(previous, await at(records, 1_000))

    expect(changes.actions.map(({ id }) => id)).toEqual([idNumber(2)])
  })
})
