import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import {
  areEventsUndelivered,
  firstEventIdSince,
  insertEvent,
  listEvents,
  markEventsDelivered,
  type NewEvent,
  newestEventId,
  pruneEvents,
  undeliveredEvents,
} from './events.ts'
import { insertProject } from './projects.ts'
import { someProject, temporaryRecords } from './testing.ts'

let records: Records
let dispose: () => Promise<void>
beforeEach(async () => {
  ;({ records, dispose } = await temporaryRecords())
  await records.transaction(trx => insertProject(trx, { ...someProject, id: 'other' }))
})
afterEach(() => dispose())

const at = (second: number) => `2026-11-22T10:00:${String(second).padStart(2, '0')}.000000Z`

function event(second: number, given: Partial<NewEvent> = {}): NewEvent {
  return {
    projectId: someProject.id,
    object: 'server:1',
    action: 'server_update',
    message: `at ${second}`,
    initiator: 'ci',
    at: at(second),
    ...given,
  }
}

async function insert(...events: readonly NewEvent[]): Promise<void> {
  await records.transaction(async trx => {
    for (const each of events) await insertEvent(trx, each)
  })
}

const messages = (events: readonly { readonly message: string }[]) => events.map(({ message }) => message)

describe("a project's events", () => {
  it('are listed in the order of their ids, from a cursor on, within times, so many', async () => {
    await insert(event(1), event(2), event(3, { projectId: 'other' }), event(4), event(5))
    const list = (query: object) => listEvents(records.read, someProject.id, { limit: 10, ...query })

    expect(messages(await list({}))).toEqual(['at 1', 'at 2', 'at 4', 'at 5'])
    expect(messages(await list({ after: 2 }))).toEqual(['at 4', 'at 5'])
    expect(messages(await list({ from: at(2), to: at(4) }))).toEqual(['at 2', 'at 4'])
    expect(messages(await list({ limit: 2 }))).toEqual(['at 1', 'at 2'])
  })

  it('have a newest, and a first one since a time', async () => {
    expect(await newestEventId(records.read, someProject.id)).toBe(0)
    await insert(event(1), event(3), event(4, { projectId: 'other' }))

    expect(await newestEventId(records.read, someProject.id)).toBe(2)
    expect(await firstEventIdSince(records.read, someProject.id, at(2))).toBe(2)
    expect(await firstEventIdSince(records.read, someProject.id, at(4))).toBeUndefined()
  })

  it('have a first one since a time also where times are not in the order of ids', async () => {
    await insert(event(1), event(5), event(3))

    expect(await firstEventIdSince(records.read, someProject.id, at(2))).toBe(2)
  })

  it('never get an id that is smaller than one that could be read before, also next to one that is undone', async () => {
    let seen = 0
    const look = async () => {
      const ids = (await listEvents(records.read, someProject.id, { limit: 100 })).map(({ id }) => id)
      const fresh = ids.filter(id => id > seen)
      expect(ids.slice(ids.length - fresh.length)).toEqual(fresh)
      seen = Math.max(seen, ...ids)
      return fresh.length
    }
    let found = 0

    for (let round = 0; round < 5; round++) {
      const writes = Array.from({ length: 8 }, (_, at) =>
        records.transaction(async trx => {
          await insertEvent(trx, event(round))
          await new Promise(resolve => setImmediate(resolve))
          if (at % 3 === 2) throw new Error('undone')
        }),
      )
      found += await look()
      await Promise.allSettled(writes)
      found += await look()
    }

    expect(found).toBe(5 * 6)
  })
})

describe('the outbox', () => {
  it('has what was not passed on yet, oldest first, but for some objects', async () => {
    await insert(event(1), event(2, { object: 'server:2' }), event(3))

    await records.transaction(trx => markEventsDelivered(trx, [1], at(9)))

    const left = (query: object = {}) => undeliveredEvents(records.read, { limit: 10, ...query })
    expect(messages(await left())).toEqual(['at 2', 'at 3'])
    expect(messages(await left({ butOf: ['server:2'] }))).toEqual(['at 3'])
    expect(messages(await left({ limit: 1 }))).toEqual(['at 2'])
    expect(await areEventsUndelivered(records.read)).toBe(true)
  })

  it('is empty when all was passed on', async () => {
    await insert(event(1))
    await records.transaction(trx => markEventsDelivered(trx, [1], at(9)))

    expect(await areEventsUndelivered(records.read)).toBe(false)
  })

  it('drops what is old and was passed on, and nothing else', async () => {
    await insert(event(1), event(2), event(3), event(4))
    await records.transaction(trx => markEventsDelivered(trx, [1, 3, 4], at(9)))

    const isMore = await records.transaction(trx => pruneEvents(trx, at(4), { limit: 3 }))

    expect(isMore).toBe(false)
    expect(messages(await listEvents(records.read, someProject.id, { limit: 10 }))).toEqual(['at 2', 'at 4'])
  })
})
