import fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertEvent, type NewEvent } from '../records/events.ts'
import { someProject } from '../records/testing.ts'
import { cursorOf } from './cursor.ts'
import { entriesMax } from './project-log-routes.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

let api: ApiForTests
beforeEach(async () => {
  api = await apiForTests()
})
afterEach(() => api.dispose())

const at = (second: number) => `2026-11-22T10:00:${String(second).padStart(2, '0')}.000000Z`

async function happens(second: number, given: Partial<NewEvent> = {}): Promise<void> {
  const event = {
    projectId: someProject.id,
    object: 'server:1',
    action: 'server_update',
    message: `at ${second}`,
    initiator: 'ci',
    at: at(second),
    ...given,
  }
  await api.records.transaction(trx => insertEvent(trx, event))
}

const get = (url: string, token = 'writer') =>
  api.send('GET', url, undefined, {
    headers: { authorization: `Bearer ${token}`, host: 'panel.example:8080' },
  })

/** What an answer lists, and where to go on. */
async function read(url: string, token?: string) {
  const { results, poll_more: more } = (await get(url, token)).json()
  const path = String(more).replace('http://panel.example:8080', '')
  return { messages: results.map(({ message }: { message: string }) => message), more: path }
}

describe('GET /v1/project-logs', () => {
  it('tells what has happened in the project, oldest first, and who asked for it', async () => {
    await happens(1, { action: 'server_create', message: "Server 'web' has been created" })
    await happens(2, { projectId: 'other' })
    await happens(3)

    const answer = await get('/v1/project-logs', 'reader')

    expect(answer.json()).toEqual({
      results: [
        {
          timestamp: at(1),
          action: 'server_create',
          message: "Server 'web' has been created",
          initiator: 'ci',
        },
        { timestamp: at(3), action: 'server_update', message: 'at 3', initiator: 'ci' },
      ],
      poll_more: expect.stringMatching(/^http:\/\/panel\.example:8080\/v1\/project-logs\?cursor=[\w-]+$/),
    })
  })

  it('tells what has happened between two times, both included', async () => {
    for (const second of [1, 2, 3, 4]) await happens(second)

    expect((await read(`/v1/project-logs?start=${at(2)}&end=2026-11-22T11:00:03%2B01:00`)).messages).toEqual([
      'at 2',
      'at 3',
    ])
    expect((await read(`/v1/project-logs?start=${at(5)}`)).messages).toEqual([])
    expect((await read(`/v1/project-logs?end=${at(1)}`)).messages).toEqual(['at 1'])
  })

  it.each([
    ['start=yesterday', 'start'],
    ['end=soon', 'end'],
    ['cursor=', 'cursor'],
    ['cursor=abc', 'cursor'],
    [`cursor=${cursorOf([-1, null, null])}`, 'cursor'],
    [`cursor=${cursorOf([1.5, null, null])}`, 'cursor'],
    ['cursor=a&cursor=b', 'cursor'],
  ])('refuses %s, and names the field', async (query, field) => {
    const answer = await get(`/v1/project-logs?${query}`)

    expect(answer.statusCode).toBe(400)
    expect(Object.keys(answer.json())).toEqual([field])
  })
})

describe('poll_more', () => {
  it('tells only what has been added since, and where to go on', async () => {
    await happens(1)
    const first = await read('/v1/project-logs')

    const nothing = await read(first.more)
    await happens(2)
    const second = await read(nothing.more)
    const again = await read(nothing.more)

    expect(nothing.messages).toEqual([])
    expect(second.messages).toEqual(['at 2'])
    expect(again).toEqual(second)
    expect((await read(second.more)).messages).toEqual([])
  })

  it('is there for a project in which nothing has happened, and for a time that has not come', async () => {
    const empty = await read('/v1/project-logs')
    const later = await read(`/v1/project-logs?start=${at(3)}`)
    await happens(2)
    await happens(4)

    expect((await read(empty.more)).messages).toEqual(['at 2', 'at 4'])
    expect((await read(later.more)).messages).toEqual(['at 4'])
  })

  it('keeps to the times that were asked for', async () => {
    const { more } = await read(`/v1/project-logs?end=${at(2)}`)
    for (const second of [1, 2, 3]) await happens(second)

    expect((await read(more)).messages).toEqual(['at 1', 'at 2'])
  })

  it('tells everybody of their own project only', async () => {
    const { more } = await read('/v1/project-logs')
    await happens(1)
    await happens(2, { projectId: 'other' })

    expect((await read(more, 'stranger')).messages).toEqual(['at 2'])
  })

  it('passes over nothing, whoever writes while it is followed', async () => {
    let more = '/v1/project-logs'
    const told: string[] = []
    const poll = async () => {
      const page = await read(more)
      more = page.more
      told.push(...page.messages)
    }
    const writing = Array.from({ length: 60 }, async (_, second) => {
      for (let turns = 0; turns < second; turns++) await new Promise(resolve => setImmediate(resolve))
      const projectId = second % 3 === 0 ? 'other' : someProject.id
      await happens(second, { projectId })
    })
    const written = Promise.all(writing)
    for (let polls = 0; polls < 20; polls++) await poll()
    await written
    await poll()

    const own = Array.from({ length: 60 }, (_, second) => second).filter(second => second % 3 !== 0)
    expect(told).toHaveLength(own.length)
    expect(new Set(told)).toEqual(new Set(own.map(second => `at ${second}`)))
  })

  it('tells the rest of what is more than one answer tells', async () => {
    await api.records.transaction(trx =>
      sql`insert into events (project_id, object, action, message, initiator, at)
        with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${entriesMax + 2})
        select ${someProject.id}, 'server:1', 'server_update', 'at ' || n, 'ci', ${at(1)} from numbers`.execute(
        trx,
      ),
    )

    const { messages, more } = await read(`/v1/project-logs?start=${at(1)}`)

    expect(messages).toHaveLength(entriesMax)
    expect((await read(more)).messages).toEqual([`at ${entriesMax + 1}`, `at ${entriesMax + 2}`])
  })

  it('goes on when a restored backup has forgotten what was told', async () => {
    await happens(1)
    const ahead = `/v1/project-logs?cursor=${cursorOf([900, null, null])}`

    const { messages, more } = await read(ahead)
    await happens(2)

    expect(messages).toEqual([])
    expect((await read(more)).messages).toEqual(['at 2'])
  })
})

describe('whatever is asked for', () => {
  it('is answered with entries, or with the field that is wrong', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.json().map(json => Buffer.from(json).toString('base64url')),
      fc.tuple(fc.integer(), fc.option(fc.string()), fc.option(fc.string())).map(cursorOf),
    )
    await happens(1)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('start', 'end', 'cursor'), value, async (field, text) => {
        const answer = await get(`/v1/project-logs?${field}=${encodeURIComponent(text)}`)

        expect([200, 400]).toContain(answer.statusCode)
        expect(Object.keys(answer.json())).toEqual(
          answer.statusCode === 200 ? ['results', 'poll_more'] : [field],
        )
      }),
      { numRuns: 100 },
    )
  })
})
