import { ConflictException } from 'evenkeel'
import { ActionsStoppingException, GaveUpWaitingException } from 'evenkeel/actions'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NoCapacityException } from '../cloud/exceptions.ts'
import { ObjectBusyException } from '../records/busy.ts'
import { volumeRecords } from '../records/volumes.ts'
import {
  CalledOffException,
  NotDoneException,
  ObjectLockedException,
  ObjectWatchedException,
  type PerformerOptions,
  type PerformOptions,
  performer,
} from './perform.ts'
import { type Polish, type PolishBench, polishBench, polishMs, polishVolume } from './polish.fixture.ts'

let bench: PolishBench
beforeEach(async () => {
  bench = await polishBench()
})
afterEach(() => bench.dispose())

/** Asks for the volume to be polished. */
function polish(
  request: Partial<Polish> = {},
  { until = 'admitted', ...options }: Partial<PerformOptions & PerformerOptions> = {},
) {
  const { actions, records, clock } = bench
  const perform = performer({ actions, records, clock, ...options })
  return perform(polishVolume, { ...bench.target, ...request }, { until, ...options })
}

/** How long something takes, in milliseconds. */
async function timeOf(work: Promise<unknown>): Promise<number> {
  const before = bench.clock.now()
  await bench.clock.run(work.catch(() => {}))
  return bench.clock.now() - before
}

const timesPolished = async () => (await bench.volume())?.tags['polished']

describe('a request that performs an action', () => {
  it('is answered with the admission, where that is enough', async () => {
    const performed = polish()

    expect(await timeOf(performed)).toBe(0)
    expect(await performed).toEqual({ actionId: expect.any(String), objectUuid: bench.target.uuid })
    expect(await bench.volume()).toMatchObject({ change: { what: 'being polished' } })
  })

  it('is answered with the end, where it is to be', async () => {
    const performed = polish({}, { until: 'ended' })

    expect(await timeOf(performed)).toBe(polishMs)
    expect(await bench.volume()).toMatchObject({ change: null, tags: { polished: '1' } })
  })

  it('is answered after half a minute all the same; the action goes on', async () => {
    const performed = polish({}, { until: 'ended', waitMs: 15_000 })

    expect(await timeOf(performed)).toBe(15_000)
    expect(await performed).toMatchObject({ objectUuid: bench.target.uuid })
    await bench.clock.advance(polishMs)
    expect(await timesPolished()).toBe('1')
  })

  it('begins nothing where there is nothing to do', async () => {
    await bench.records.transaction(trx =>
      volumeRecords.update(trx, bench.target.uuid, { tags: { polished: '3' } }),
    )

    expect(await polish({}, { until: 'ended' })).toBeUndefined()
  })
})

describe('a request on an object that is busy', () => {
  it.each([true, false])(
    'waits for its turn, and is judged by what it finds then (lock: %s)',
    async isLocking => {
      await polish()
      const second = polish({ isLocking })

      expect(await timeOf(second)).toBe(polishMs)
      expect(await second).toMatchObject({ objectUuid: bench.target.uuid })
      expect(await timesPolished()).toBe('1')
    },
  )

  it('finds that there is nothing to do any more when its turn has come', async () => {
    await bench.records.transaction(trx =>
      volumeRecords.update(trx, bench.target.uuid, { tags: { polished: '2' } }),
    )
    await polish()

    expect(await bench.clock.run(polish({ isLocking: false }))).toBeUndefined()
    expect(await timesPolished()).toBe('3')
  })

  it.each([true, false])('comes after those that came before it (lock: %s)', async isLocking => {
    const order: number[] = []
    const all = [1, 2, 3].map(async number => {
      await polish({ isLocking }, { waitMs: 10 * polishMs })
      order.push(number)
      expect((await bench.volume())?.tags['polished'] ?? '0').toBe(String(number - 1))
    })

    await bench.clock.run(Promise.all(all))

    expect(order).toEqual([1, 2, 3])
  })

  it.each([
    [true, ObjectLockedException, 'is busy with its'],
    [false, ObjectBusyException, 'is being polished, since'],
  ] as const)(
    'is told by whom and since when, when half a minute has passed (lock: %s)',
    async (isLocking, type, what) => {
      const first = await polish()
      const startedAt = new Date(bench.clock.now()).toISOString().slice(0, 19)
      await bench.clock.advance(1_000)
      const second = polish({ isLocking }, { waitMs: 10_000 })

      expect(await timeOf(second)).toBe(10_000)
      const refusal = await second.catch((thrown: unknown) => thrown)
      expect(refusal).toBeInstanceOf(type)
      const { message, data } = refusal as ObjectBusyException
      expect(message).toContain(what)
      expect(message).toContain(startedAt)
      expect(message).toContain("at the request of the token 'panel'")
      expect(message).toContain('Try again')
      expect(data).toMatchObject({ action: first?.actionId })
      await bench.clock.advance(polishMs)
      expect(await timesPolished()).toBe('1')
    },
  )

  it('waits also for what was admitted in the moment in which it came', async () => {
    const first = polish()
    const second = polish({ isLocking: false })
    await bench.clock.run(Promise.all([first, second]))

    expect(await timesPolished()).toBe('1')
    expect(await second).toMatchObject({ objectUuid: bench.target.uuid })
  })

  it('is told, and asks no more than now and then, when what is under way has nobody who ends it', async () => {
    const change = { what: 'being polished', actionId: 'lost', since: '2026-01-01T00:00:00.000000Z' }
    await bench.records.transaction(trx => volumeRecords.update(trx, bench.target.uuid, { change }))
    let admissions = 0
    bench.records.onCommit(() => admissions++)
    const refused = polish()

    expect(await timeOf(refused)).toBe(30_000)
    await expect(refused).rejects.toThrow(ObjectBusyException)
    expect(admissions).toBeLessThan(50)
  })

  it('waits for as long as all that it waits for may take together', async () => {
    await polish()
    void polish({ isLocking: false })
    await bench.clock.advance(1_000)
    const third = polish({ isLocking: false }, { waitMs: polishMs + 1_000 })

    expect(await timeOf(third)).toBe(polishMs + 1_000)
    await expect(third).rejects.toThrow(ObjectBusyException)
  })

  it('is told what is watched and until when, where a late effect may still come', async () => {
    await polish({ failsWith: 'lost-answer' })
    await bench.clock.advance(polishMs + 10_000)

    const refusal = await polish().catch((thrown: unknown) => thrown)

    expect(refusal).toBeInstanceOf(ObjectWatchedException)
    expect((refusal as Error).message).toMatch(
      /is being watched until \S+Z for a late effect of its \w+, whose answer was lost/,
    )
    expect((refusal as ObjectWatchedException).retryAfterMs).toBeGreaterThan(60_000)
  })

  it('begins nothing when its caller is gone before its turn', async () => {
    await polish()
    for (const isLocking of [true, false]) {
      const caller = new AbortController()
      const second = polish({ isLocking }, { signal: caller.signal })
      await bench.clock.advance(1_000)
      caller.abort()

      expect(await timeOf(second)).toBe(0)
      await expect(second).rejects.toThrow(GaveUpWaitingException)
    }
    await bench.clock.advance(2 * polishMs)
    expect(await timesPolished()).toBe('1')
  })
})

describe('an action whose caller waits for its end', () => {
  it('goes on when its caller is gone', async () => {
    const caller = new AbortController()
    const performed = polish({}, { until: 'ended', signal: caller.signal })
    await bench.clock.advance(1_000)
    caller.abort()

    expect(await timeOf(performed)).toBe(0)
    await bench.clock.advance(polishMs)
    expect(await timesPolished()).toBe('1')
  })

  it('that was rolled back says why in our words, under which number, and that it may be tried again', async () => {
    const performed = polish({ failsWith: 'refused' }, { until: 'ended' })
    await timeOf(performed)

    const refusal = (await performed.catch((thrown: unknown) => thrown)) as NotDoneException
    expect(refusal).toBeInstanceOf(NotDoneException)
    expect(refusal.publicMessage).toBe(
      `The volume could not be enlarged, because a system behind this service did not do its part. All is as it was before. Please try again in a few seconds. (incident ${refusal.data.incident})`,
    )
    expect(refusal).toMatchObject({ category: 'dependency', retry: 'safe', retryAfterMs: 2_000 })
  })

  it.each([
    ['no-room', NoCapacityException, 'There is no room in zone rma1 for a polished volume'],
    ['contradiction', ConflictException, 'It is glued to the table.'],
  ] as const)(
    'that was rolled back for what its caller can change says just that: %s',
    async (failsWith, type, text) => {
      const performed = polish({ failsWith }, { until: 'ended' })
      await timeOf(performed)

      await expect(performed).rejects.toThrow(type)
      await expect(performed).rejects.toThrow(text)
    },
  )

  it('that was called off says so', async () => {
    const performed = polish({}, { until: 'ended' })
    await bench.clock.advance(1_000)
    const { actionId = '' } = (await bench.volume())?.change ?? {}
    await bench.actions.cancel(actionId as Parameters<typeof bench.actions.cancel>[0], 'no')
    await timeOf(performed)

    await expect(performed).rejects.toThrow(CalledOffException)
    await expect(performed).rejects.toThrow(actionId)
  })
})

describe('a panel that is being stopped', () => {
  let stopping: AbortController
  beforeEach(() => {
    stopping = new AbortController()
  })

  async function stop(): Promise<void> {
    await bench.clock.advance(1_000)
    void bench.actions.stop()
    stopping.abort()
  }

  it('keeps nobody waiting for an end: what is admitted goes on at the next start', async () => {
    const performed = polish({}, { until: 'ended', stopping: stopping.signal })
    await stop()

    expect(await timeOf(performed)).toBe(0)
    expect(await performed).toMatchObject({ objectUuid: bench.target.uuid })
  })

  it.each([true, false])('keeps nobody waiting for a turn: nothing is begun (lock: %s)', async isLocking => {
    await polish()
    const second = polish({ isLocking }, { stopping: stopping.signal })
    await stop()

    expect(await timeOf(second)).toBe(0)
    await expect(second).rejects.toThrow(ActionsStoppingException)
  })
})
