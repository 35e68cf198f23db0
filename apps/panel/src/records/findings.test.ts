import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import {
  beginRepair,
  countUnsettled,
  dismissFinding,
  endRepair,
  type FindingRecord,
  findFinding,
  listFindings,
  pruneFindings,
  reportFinding,
  type SeenFinding,
  settleUnseen,
} from './findings.ts'
import type { Db } from './tables.ts'
import { someProject, temporaryRecords } from './testing.ts'

let records: Records
let dispose: () => Promise<void>
beforeEach(async () => {
  ;({ records, dispose } = await temporaryRecords())
})
afterEach(() => dispose())

const tooBig: SeenFinding = {
  kind: 'drifted',
  objectKind: 'server',
  cloudId: 'vm-1',
  objectUuid: '3f0c',
  projectId: someProject.id,
  objectName: 'web-1',
  field: 'flavor',
  what: "Server 'web-1' has 2 vCPUs at the cloud; its flavor flex-4-1 says 1.",
  remedies: [{ name: 'resize', label: 'Resize it', consequence: 'It is stopped and resized.' }],
}
const orphan: SeenFinding = {
  kind: 'orphan',
  objectKind: 'port',
  cloudId: 'port-7',
  objectUuid: null,
  projectId: null,
  objectName: null,
  field: '',
  what: 'Port port-7 is at the cloud; nothing in the records has it.',
  remedies: [],
}

const inTransaction = <T>(work: (db: Db) => Promise<T>) => records.transaction(work)
const report = (seen: SeenFinding, nowMs = 1000) => inTransaction(trx => reportFinding(trx, seen, nowMs))
const begin = (id: number, action: string) => inTransaction(trx => beginRepair(trx, id, action))
const rolledBack = { kind: 'rolled-back', reason: 'The cloud is down.', nextTryAtMs: 9000 } as const
const end = (action: string, outcome: Parameters<typeof endRepair>[2], nowMs = 2000) =>
  inTransaction(trx => endRepair(trx, action, outcome, nowMs))
const dismiss = (id: number, nowMs = 2000) =>
  inTransaction(trx => dismissFinding(trx, id, { by: 'ada', reason: 'It is meant to be so.' }, nowMs))
const settle = (objectKinds: readonly string[], runStartedAtMs: number) =>
  inTransaction(trx => settleUnseen(trx, { objectKinds, runStartedAtMs, nowMs: runStartedAtMs + 500 }))
const state = async ({ id }: FindingRecord) => (await findFinding(records.read, id))?.state

describe('a finding', () => {
  it('is open from when it is first seen, with all that was said of it', async () => {
    const { id } = await report(tooBig)

    expect(await findFinding(records.read, id)).toEqual({
      ...tooBig,
      id,
      state: 'open',
      actionId: null,
      attempts: 0,
      lastReason: null,
      nextTryAtMs: null,
      firstSeenAtMs: 1000,
      lastSeenAtMs: 1000,
      settledAtMs: null,
      dismissedReason: null,
      dismissedBy: null,
    })
  })

  it('is one, however often it is seen: it says what the last run saw', async () => {
    const first = await report(tooBig)
    const what = "Server 'web-1' has 4 vCPUs at the cloud; its flavor flex-4-1 says 1."
    const again = await report({ ...tooBig, what, remedies: [] }, 5000)

    expect(again).toEqual({ ...first, what, remedies: [], lastSeenAtMs: 5000 })
    expect(await listFindings(records.read, { limit: 10 })).toHaveLength(1)
  })

  it.each([{ kind: 'broken' }, { objectKind: 'volume' }, { cloudId: 'vm-2' }, { field: 'power' }] as const)(
    'is another one with %j',
    async other => {
      const first = await report(tooBig)

      expect((await report({ ...tooBig, ...other })).id).not.toBe(first.id)
    },
  )

  it('of an object that the cloud has no name for is told by its uuid', async () => {
    const missing: SeenFinding = { ...tooBig, kind: 'missing', cloudId: null, field: '' }
    const first = await report(missing)

    expect((await report(missing)).id).toBe(first.id)
    expect((await report({ ...missing, objectUuid: '4d1e' })).id).not.toBe(first.id)
  })

  it('that a run did not see again has passed, if the run came to its kind', async () => {
    const gone = await report(tooBig, 1000)
    const notComparedToo = await report(orphan, 1000)
    const stillThere = await report({ ...tooBig, field: 'power' }, 4000)

    expect(await settle(['server'], 3000)).toBe(1)
    expect(await state(gone)).toBe('passed')
    expect(await state(notComparedToo)).toBe('open')
    expect(await state(stillThere)).toBe('open')
    expect(await settle([], 9000)).toBe(0)
  })

  it('that has passed and comes back is a new one', async () => {
    const { id } = await report(tooBig)
    await settle(['server'], 3000)

    expect(await report(tooBig, 5000)).toMatchObject({ state: 'open', firstSeenAtMs: 5000 })
    expect((await report(tooBig, 5000)).id).toBeGreaterThan(id)
  })
})

describe('a repair', () => {
  it('that succeeds settles the finding', async () => {
    const { id } = await report(tooBig)

    expect(await begin(id, 'A')).toBe(true)
    expect(await findFinding(records.read, id)).toMatchObject({
      state: 'repairing',
      actionId: 'A',
      attempts: 1,
    })
    await end('A', { kind: 'succeeded' })

    expect(await findFinding(records.read, id)).toMatchObject({ state: 'repaired', settledAtMs: 2000 })
  })

  it('that is rolled back leaves it open, with the reason and the next try', async () => {
    const { id } = await report(tooBig)
    await begin(id, 'A')
    await end('A', rolledBack)

    const { reason: lastReason, nextTryAtMs } = rolledBack
    expect(await findFinding(records.read, id)).toMatchObject({
      state: 'open',
      attempts: 1,
      lastReason,
      nextTryAtMs,
    })
    expect(await begin(id, 'B')).toBe(true)
    expect(await findFinding(records.read, id)).toMatchObject({ attempts: 2, nextTryAtMs: null })
  })

  it('does not begin while another one runs, or after the finding is settled', async () => {
    const { id } = await report(tooBig)
    await begin(id, 'A')

    expect(await begin(id, 'B')).toBe(false)
    await end('A', { kind: 'succeeded' })
    expect(await begin(id, 'B')).toBe(false)
    expect(await begin(99, 'B')).toBe(false)
  })

  it('may tell its end twice: a repair that came after it goes on', async () => {
    const { id } = await report(tooBig)
    await begin(id, 'A')
    await end('A', rolledBack)
    await begin(id, 'B')
    await end('A', rolledBack)

    expect(await findFinding(records.read, id)).toMatchObject({ state: 'repairing', actionId: 'B' })
  })

  it('is not taken for over because a run does not see what it works on', async () => {
    const finding = await report(tooBig)
    await begin(finding.id, 'A')
    await settle(['server'], 3000)

    expect(await state(finding)).toBe('repairing')
  })
})

describe('dismissing', () => {
  it('settles a finding, and keeps who did it and why', async () => {
    const { id } = await report(tooBig)

    expect(await dismiss(id)).toBe(true)
    expect(await findFinding(records.read, id)).toMatchObject({
      state: 'dismissed',
      settledAtMs: 2000,
      dismissedBy: 'ada',
      dismissedReason: 'It is meant to be so.',
    })
  })

  it('lasts for as long as it is the same', async () => {
    const dismissed = await report(tooBig)
    await dismiss(dismissed.id)

    expect(await report(tooBig, 5000)).toMatchObject({
      id: dismissed.id,
      state: 'dismissed',
      lastSeenAtMs: 5000,
    })
    const changed = await report({ ...tooBig, what: 'It has 64 vCPUs now.' }, 6000)
    expect(changed).toMatchObject({ state: 'open', firstSeenAtMs: 6000 })
    expect(await state(dismissed)).toBe('dismissed')
  })

  it('is refused for one that is being repaired or is settled', async () => {
    const { id } = await report(tooBig)
    await begin(id, 'A')

    expect(await dismiss(id)).toBe(false)
    await end('A', { kind: 'succeeded' })
    expect(await dismiss(id)).toBe(false)
  })
})

describe('the list of findings', () => {
  it('is the newest first, page by page, in the states that are asked for', async () => {
    const [first, second, third] = [
      await report(tooBig),
      await report(orphan),
      await report({ ...tooBig, field: 'power' }),
    ]
    await dismiss(second.id)
    const ids = async (query: object) =>
      (await listFindings(records.read, { limit: 10, ...query })).map(({ id }) => id)

    expect(await ids({})).toEqual([third.id, second.id, first.id])
    expect(await ids({ limit: 2 })).toEqual([third.id, second.id])
    expect(await ids({ before: second.id })).toEqual([first.id])
    expect(await ids({ states: ['open', 'repairing'] })).toEqual([third.id, first.id])
  })

  it('has a count of what is not settled', async () => {
    const { id } = await report(tooBig)
    await report(orphan)
    await dismiss((await report({ ...tooBig, field: 'power' })).id)
    await begin(id, 'A')

    expect(await countUnsettled(records.read)).toEqual({ open: 1, repairing: 1 })
  })

  it('forgets what was settled long ago, and of what was dismissed only what is not seen any more', async () => {
    const passed = await report(tooBig, 1000)
    await settle(['server'], 2000)
    const stillSeen = await report(orphan, 1000)
    await dismiss(stillSeen.id)
    await report(orphan, 9000)
    const open = await report({ ...tooBig, field: 'power' }, 1000)

    const prune = (limit: number) => inTransaction(trx => pruneFindings(trx, 5000, { limit }))
    expect(await prune(1)).toBe(true)
    expect(await prune(1)).toBe(false)

    expect(await state(passed)).toBeUndefined()
    expect(await state(stillSeen)).toBe('dismissed')
    expect(await state(open)).toBe('open')
  })
})
