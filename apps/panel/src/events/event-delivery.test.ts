import { backgroundWith, runInTx, Transaction } from 'evenkeel'
import { memoryStats } from 'evenkeel/stats'
import { VirtualClock } from 'evenkeel/testing'
import { memoryTxLog } from 'evenkeel/tx-log'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { virtualCloud } from '../actions/panel.fixture.ts'
import type { EmbeddedCloud } from '../cloud/embedded/embedded-cloud.ts'
import { faultKinds } from '../cloud/embedded/fault-order.ts'
import type { Events } from '../cloud/events.ts'
import { CloudTimeoutException } from '../cloud/exceptions.ts'
import type { Records } from '../records/database.ts'
import { insertEvent, undeliveredEvents } from '../records/events.ts'
import { someProject, temporaryRecords } from '../records/testing.ts'
import { EventDelivery, type EventDeliveryOptions } from './event-delivery.ts'

let clock: VirtualClock
let cloud: EmbeddedCloud
let records: Records
let dispose: () => Promise<void>
/** The running deliveries, each of which is a process. */
let deliveries: EventDelivery[]
let isDead: boolean
const stats = memoryStats()
const log = memoryTxLog()

beforeEach(async () => {
  clock = new VirtualClock()
  deliveries = []
  isDead = false
  cloud = virtualCloud(clock, {
    kill: () => {
      isDead = true
    },
  })
  ;({ records, dispose } = await temporaryRecords())
})

afterEach(async () => {
  await Promise.all(deliveries.map(delivery => clock.run(delivery.stop())))
  cloud.close()
  await dispose()
})

function start(given: Partial<EventDeliveryOptions> = {}): EventDelivery {
  const background = backgroundWith({ stats, log, clock })
  const options = { records, events: cloud.events, background, clock, random: () => 0.5, ...given }
  const delivery = EventDelivery.start(options)
  deliveries.push(delivery)
  return delivery
}

/** Ends the process as a crash does: what was under way is so for ever, and the next one begins with what is durable. */
function restart(): void {
  deliveries = []
  isDead = false
  start()
}

/** Writes events of these objects, one after the other. */
async function happens(...objects: readonly string[]): Promise<void> {
  for (const object of objects) {
    const event = {
      projectId: someProject.id,
      object,
      action: 'server_update',
      message: 'It has happened',
      initiator: 'ci',
      at: '2026-11-22T10:00:00.000000Z',
    }
    await records.transaction(trx => insertEvent(trx, event))
  }
}

const arrived = () => cloud.publishedEvents().map(({ id }) => id)
const left = async () => (await undeliveredEvents(records.read, { limit: 1000 })).map(({ id }) => id)
const orderFault = (kind: (typeof faultKinds)[number], times: number | null = 1) =>
  cloud.faults.replace([{ operation: 'events.publish', kind, times }])

describe('the delivery of events', () => {
  it('passes on what is written, as it is, and nothing but what others may know', async () => {
    start()
    await happens('server:1')
    await clock.advance(100)

    expect(cloud.publishedEvents()).toEqual([
      {
        id: 1,
        projectId: someProject.id,
        object: 'server:1',
        action: 'server_update',
        at: '2026-11-22T10:00:00.000000Z',
      },
    ])
    expect(await left()).toEqual([])
  })

  it('is woken by each commit, and does nothing in between', async () => {
    start()
    for (const object of ['server:1', 'server:2', 'server:3']) {
      await clock.advance(3_600_000)
      await happens(object)
      await clock.advance(100)
    }

    expect(arrived()).toEqual([1, 2, 3])
    expect(await left()).toEqual([])
  })

  it('passes on what an earlier process has left', async () => {
    await happens('server:1', 'server:2')
    start()
    await clock.advance(100)

    expect(new Set(arrived())).toEqual(new Set([1, 2]))
  })

  it('passes on more than it takes at once', async () => {
    await happens(...Array.from({ length: 230 }, (_, at) => `server:${at % 7}`))
    start({ events: { publish: async () => {} } })
    await clock.advance(100)

    expect(await left()).toEqual([])
  })

  it('lets nobody who writes wait for whoever takes events', async () => {
    start({ events: silent })

    await happens('server:1')

    expect(await left()).toEqual([1])
  })

  it('is a transaction of its own, whoever has woken it', async () => {
    start()
    const request = new Transaction({ kind: 'request', operation: 'PATCH /v1/servers/:uuid' })
    await runInTx(request, () => happens('server:1'))
    await clock.advance(100)

    const [row] = await log.query({ operation: 'events.deliver', limit: 1 })
    expect(row).toMatchObject({ kind: 'background', parentId: undefined, exception: undefined })
  })

  it('tries again at growing intervals while nobody takes events, and then goes on by itself', async () => {
    let calls = 0
    let isThere = false
    const events: Events = {
      async publish(event, signal) {
        calls++
        if (!isThere) throw new CloudTimeoutException('events.publish')
        await cloud.events.publish(event, signal)
      },
    }
    start({ events })
    await happens('server:1', 'server:1')
    await clock.advance(600_000)
    expect(calls).toBeGreaterThan(20)
    expect(calls).toBeLessThan(40)

    isThere = true
    await clock.advance(30_000)

    expect(arrived()).toEqual([1, 2])
    expect(await left()).toEqual([])
  })

  it('asks no more than a few, and for no longer than it must, when nobody takes events', async () => {
    let calls = 0
    const events: Events = {
      publish(event, signal) {
        calls++
        return silent.publish(event, signal)
      },
    }
    await happens(...Array.from({ length: 60 }, (_, at) => `server:${at}`))
    start({ events })
    await clock.advance(9_000)

    expect(calls).toBe(16)
  })

  it("holds up no other object's events for one that is not taken", async () => {
    const events: Events = {
      async publish(event, signal) {
        if (event.object === 'server:1') throw new CloudTimeoutException('events.publish')
        await cloud.events.publish(event, signal)
      },
    }
    await happens('server:1', 'server:2', 'server:1', 'server:2')
    start({ events })
    await clock.advance(500)

    expect(arrived()).toEqual([2, 4])
    expect(await left()).toEqual([1, 3])
  })

  it('counts what it was not taken for, by class', async () => {
    orderFault('refuse')
    start()
    await happens('server:1')
    await clock.advance(100)

    const failed = await log.query({ operation: 'events.deliver', limit: 1 })
    expect(failed).toMatchObject([{ exception: 'CloudRefusedException', category: 'dependency' }])
    await clock.advance(2_000)
    expect(arrived()).toEqual([1])
  })

  it('begins nothing more when it stops, and waits for what is under way', async () => {
    orderFault('slow')
    const delivery = start()
    await happens('server:1', 'server:1')
    await clock.run(delivery.stop())
    await happens('server:2')
    await clock.advance(60_000)

    expect(arrived()).toEqual([1])
    expect(await left()).toEqual([2, 3])
  })

  it('waits no longer than its grace for somebody who does not answer', async () => {
    const delivery = start({ events: silent })
    await happens('server:1')
    await clock.advance(10)
    const before = clock.now()

    await clock.run(delivery.stop())

    expect(clock.now() - before).toBe(2_000)
    expect(await left()).toEqual([1])
  })
})

describe('an event', () => {
  it.each(faultKinds)('arrives, and is passed on until that is certain, when %s strikes', async kind => {
    orderFault(kind)
    start()
    await happens('server:1', 'server:1')
    await clock.advance(60_000)
    if (isDead) restart()
    await clock.advance(60_000)

    expect(new Set(arrived())).toEqual(new Set([1, 2]))
    expect(await left()).toEqual([])
  })

  it('is lost or overtaken by a later one of its object under no faults and crashes', async () => {
    const fault = fc.record({
      kind: fc.constantFrom(...faultKinds),
      times: fc.integer({ min: 1, max: 3 }),
      probability: fc.constantFrom(0.3, 0.7, 1),
      delayMs: fc.integer({ min: 0, max: 5_000 }),
    })
    const script = fc.record({
      objects: fc.array(fc.constantFrom('server:1', 'server:2', 'volume:3'), { minLength: 1, maxLength: 12 }),
      faults: fc.array(fault, { maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(script, async ({ objects, faults }) => {
        const before = new Set(arrived())
        await Promise.all(deliveries.map(delivery => clock.run(delivery.stop())))
        deliveries = []
        cloud.faults.replace(faults.map(order => ({ operation: 'events.publish', ...order })))
        start()
        for (const object of objects) {
          await happens(object)
          await clock.advance(50)
          if (isDead) restart()
        }
        for (let lives = 0; lives < 12; lives++) {
          await clock.advance(60_000)
          if (isDead) restart()
        }

        expect(await left()).toEqual([])
        const news = cloud.publishedEvents().filter(({ id }) => !before.has(id))
        expect(new Set(news.map(({ id }) => id)).size).toBe(objects.length)
        for (const object of new Set(objects)) {
          const first = [...new Set(news.filter(event => event.object === object).map(({ id }) => id))]
          expect(first).toEqual(first.toSorted((a, b) => a - b))
        }
      }),
      { numRuns: 15 },
    )
  })
})

/** Nobody there: answers nothing until the call is given up. */
const silent: Events = {
  publish: (_event, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new CloudTimeoutException('events.publish')))
    }),
}
