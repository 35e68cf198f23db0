import { randomUUID } from 'node:crypto'
import { runInTx, Transaction } from 'evenkeel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listEvents } from '../records/events.ts'
import { findAnyProjectAction } from '../records/project-actions.ts'
import { quotaUse } from '../records/quota.ts'
import { volumeRecords } from '../records/volumes.ts'
import { initiatorNow } from './define.ts'
import { castVolume, type PolishBench, polishBench, polishMs, polishVolume } from './polish.fixture.ts'

let bench: PolishBench
beforeEach(async () => {
  bench = await polishBench()
})
afterEach(() => bench.dispose())

const projectAction = (id: string) => findAnyProjectAction(bench.records.read, id)
const log = () => listEvents(bench.records.read, bench.target.projectId, { limit: 10 })
const volumeGbInUse = async () => (await quotaUse(bench.records.read, bench.target.projectId)).volumeGb

/** As a request with this token has it. */
function asToken<T>(name: string, work: () => Promise<T>): Promise<T> {
  const tx = new Transaction({ kind: 'request', operation: 'POST /v1/volumes/:uuid/polish' })
  tx.principal = `project:demo/token:${name}`
  return runInTx(tx, work)
}

describe('an action', () => {
  it('is told to its project from its admission to its end, with who asked for it', async () => {
    const { id, end } = await asToken('ci', () => bench.actions.start(polishVolume, bench.target))
    const begun = await projectAction(id)
    await bench.clock.run(end)

    expect(begun).toMatchObject({
      projectId: bench.target.projectId,
      name: 'volume.polish',
      objectKind: 'volume',
      objectUuid: bench.target.uuid,
      objectName: 'data',
      initiator: 'ci',
      state: 'running',
      endedAt: null,
    })
    expect(await projectAction(id)).toMatchObject({ state: 'succeeded', reason: null })
    const { startedAt, endedAt } = (await projectAction(id)) ?? {}
    expect(Date.parse(endedAt ?? '') - Date.parse(startedAt ?? '')).toBe(polishMs)
  })

  it("has one entry in its project's log when it has succeeded, and none before", async () => {
    const { end } = await asToken('ci', () => bench.actions.start(polishVolume, bench.target))
    expect(await log()).toEqual([])
    await bench.clock.run(end)

    expect(await log()).toMatchObject([
      {
        object: `volume:${bench.target.uuid}`,
        action: 'volume_polish',
        message: "Volume 'data' has been polished",
        initiator: 'ci',
        deliveredAt: null,
      },
    ])
  })

  it('has none when it was rolled back: its project is told why', async () => {
    const { id, end } = await bench.actions.start(polishVolume, { ...bench.target, failsWith: 'refused' })
    await bench.clock.run(end)

    expect(await log()).toEqual([])
    expect(await projectAction(id)).toMatchObject({
      state: 'rolled-back',
      reason: 'the volume could not be enlarged, because a system behind this service did not do its part.',
    })
  })

  it('has none when it has nothing to tell the log', async () => {
    const { id, end } = await bench.actions.start(castVolume, { ...bench.target, uuid: randomUUID() })
    await bench.clock.run(end)

    expect(await log()).toEqual([])
    expect(await projectAction(id)).toMatchObject({ state: 'succeeded' })
  })

  it('that was not admitted was never there', async () => {
    const nothing = { ...bench.target, uuid: randomUUID() }
    await expect(bench.actions.start(polishVolume, nothing)).rejects.toThrow('Not found.')

    expect(await bench.records.read.selectFrom('projectActions').selectAll().execute()).toEqual([])
  })

  it.each([undefined, 'refused', 'lost-answer'] as const)(
    'gives back what it has reserved at its end: %s',
    async failsWith => {
      const { end } = await bench.actions.start(polishVolume, {
        ...bench.target,
        ...(failsWith && { failsWith }),
      })
      expect(await volumeGbInUse()).toBe(10 + 7)
      await bench.clock.run(end)

      expect(await volumeGbInUse()).toBe(10)
    },
  )

  it('is on its object from its admission on', async () => {
    const { id, end } = await bench.actions.start(polishVolume, bench.target)
    const { change } = (await bench.volume()) ?? {}
    await bench.clock.run(end)

    expect(change).toEqual({ what: 'being polished', actionId: id, since: expect.stringMatching(/Z$/) })
    expect(Date.parse(change?.since ?? '')).toBe(bench.clock.now() - polishMs)
  })
})

describe('a creation that was rolled back', () => {
  const cast = async (failsWith?: 'refused') => {
    const uuid = randomUUID()
    const target = { ...bench.target, uuid, ...(failsWith && { failsWith }) }
    return { uuid, ...(await bench.actions.start(castVolume, target)) }
  }
  const ask = (uuid: string) =>
    volumeRecords.require(bench.records.read, bench.target.projectId, uuid, bench.clock.now())

  it('leaves nothing but the reason, which is told for a day', async () => {
    const { uuid, id, end } = await cast('refused')
    await bench.clock.run(end)

    await expect(ask(uuid)).rejects.toThrow(
      `Not found. Creation failed: the volume could not be enlarged, because a system behind this service did not do its part. Nothing of it is left in your project. (incident ${id})`,
    )
    expect(await volumeRecords.findAny(bench.records.read, uuid)).toMatchObject({
      change: null,
      deletedAt: expect.any(String),
    })
    await bench.clock.advance(24 * 60 * 60 * 1000)
    await expect(ask(uuid)).rejects.toThrow(/^Not found\.$/)
  })

  it('leaves no reason when it was called off', async () => {
    const { uuid, id, end } = await cast()
    await bench.actions.cancel(id, 'the owner asked for it')
    await bench.clock.run(end)

    await expect(ask(uuid)).rejects.toThrow(/^Not found\.$/)
    expect(await projectAction(id)).toMatchObject({
      state: 'rolled-back',
      reason: 'Cancelled: the owner asked for it.',
    })
  })

  it('leaves no reason when its owner had deleted it before', async () => {
    const { uuid, end } = await cast('refused')
    await bench.records.transaction(trx =>
      volumeRecords.markDeleted(trx, uuid, '2026-11-22T10:00:00.000000Z'),
    )
    await bench.clock.run(end)

    await expect(ask(uuid)).rejects.toThrow(/^Not found\.$/)
    expect(await volumeRecords.findAny(bench.records.read, uuid)).toMatchObject({
      deletedAt: '2026-11-22T10:00:00.000000Z',
    })
  })
})

describe('who asked for something', () => {
  it.each([
    ['project:demo/token:ci', 'ci'],
    ['project:demo/token:a/token:b\nc', 'a/token:b\nc'],
    ['operator:ada', 'panel'],
    [undefined, 'panel'],
  ])('is, of %s, the token %s', async (principal, name) => {
    const tx = new Transaction({ kind: 'request', operation: 'GET /' })
    tx.principal = principal

    expect(await runInTx(tx, async () => initiatorNow())).toBe(name)
  })

  it('is the panel outside of all requests', () => {
    expect(initiatorNow()).toBe('panel')
  })
})
