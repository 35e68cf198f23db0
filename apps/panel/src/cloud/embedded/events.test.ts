import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Exception } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CloudTimeoutException } from '../exceptions.ts'
import { CloudDatabase } from './database.ts'
import { eventsKeptMax, publish, publishedEvents } from './events.ts'
import { cloudInFakeTime } from './fake-time.ts'
import { faultKinds } from './fault-order.ts'
import { Latency } from './latency.ts'
import { momentIn } from './moment.ts'

const event = (id: number) => ({
  id,
  projectId: 'project-1',
  object: 'server:1',
  action: 'server_create',
  at: '2026-11-22T10:00:00.123456Z',
})

describe('the events that the embedded cloud is told', () => {
  it('are there twice if the answer to the first was lost', async () => {
    const { cloud } = cloudInFakeTime()
    cloud.faults.replace([{ operation: 'events.publish', kind: 'lose-answer', times: 1 }])
    await expect(cloud.events.publish(event(1))).rejects.toBeInstanceOf(CloudTimeoutException)

    await cloud.events.publish(event(1))

    expect(cloud.publishedEvents()).toEqual([event(1), event(1)])
  })

  it('are all there that were answered for, whatever goes wrong with others', async () => {
    const kind = fc.constantFrom(...faultKinds.filter(kind => kind !== 'crash'))
    const orders = fc.array(
      fc.record({ operation: fc.constant('events.publish'), kind, times: fc.integer({ min: 1, max: 3 }) }),
      {
        maxLength: 6,
      },
    )
    await fc.assert(
      fc.asyncProperty(orders, async faults => {
        const { cloud } = cloudInFakeTime()
        cloud.faults.replace(faults)
        const answeredFor: number[] = []
        for (let id = 1; id <= 20; id++) {
          const published = cloud.events.publish(event(id))
          await published.then(() => answeredFor.push(id)).catch(onlyWhatCloudsAnswer)
        }

        const there = cloud.publishedEvents().map(({ id }) => id)
        expect(there).toEqual(expect.arrayContaining(answeredFor))
        cloud.close()
      }),
    )
  })

  it('are kept over a restart', async () => {
    const path = mkdtempSync(join(tmpdir(), 'evenkeel-events-'))
    const before = cloudInFakeTime({ path })
    await before.cloud.events.publish(event(1))
    before.cloud.close()

    const after = cloudInFakeTime({ path })

    expect(after.cloud.publishedEvents()).toEqual([event(1)])
    after.cloud.close()
    rmSync(path, { recursive: true })
  })

  it('are kept up to a number: the newest', () => {
    const db = new CloudDatabase(':memory:')
    const latency = new Latency({ factor: 0, random: () => 0.5 })
    const images = { listedGb: () => undefined, wake: () => {} }
    const moment = momentIn({ db, capacity: {}, latency, images }, { operation: 'events.publish', nowMs: 0 })

    db.transaction(() => {
      for (let id = 1; id <= eventsKeptMax + 2; id++) publish(moment, event(id))
    })

    const kept = publishedEvents(db)
    expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([eventsKeptMax, 3, eventsKeptMax + 2])
    db.close()
  })
})

function onlyWhatCloudsAnswer(thrown: unknown): void {
  if (!(thrown instanceof Exception) || thrown.category !== 'dependency') throw thrown
}
