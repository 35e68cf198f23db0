import type { AddressInfo } from 'node:net'
import type { HistoryQuery } from 'evenkeel/actions'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { actionView, FakeRecords, idNumber, operatorToken, serverWith } from '../console.fixture.ts'

let app: FastifyInstance
let records: AskedRecords
const asOperator = { authorization: `Bearer ${operatorToken}` }
afterEach(() => app.close())

class AskedRecords extends FakeRecords {
  readonly asked: HistoryQuery[] = []

  override async list(query: HistoryQuery = {}) {
    this.asked.push(query)
    return super.list(query)
  }
}

beforeEach(async () => {
  records = new AskedRecords()
  app = await serverWith(records)
})

const get = (query: string) => app.inject({ url: `/console/api/actions${query}`, headers: asOperator })

describe('GET /actions', () => {
  it('finds by name, lock, state, class and time', async () => {
    await get('?name=server.create&lock=server:7&state=rolled-back&class=DiskFull&from=1000&to=2000')

    expect(records.asked).toEqual([
      {
        name: 'server.create',
        lock: 'server:7',
        state: 'rolled-back',
        class: 'DiskFull',
        fromMs: 1000,
        toMs: 2000,
        limit: 50,
      },
    ])
  })

  it('says what to ask for the next page with, until there is none', async () => {
    records.views = [3, 2, 1].map(number => actionView({ id: idNumber(number) }))

    expect((await get('?limit=2')).json().before).toBe(idNumber(2))
    expect((await get(`?limit=50&before=${idNumber(2)}`)).json()).not.toHaveProperty('before')
    expect(records.asked.at(-1)).toEqual({ limit: 50, before: idNumber(2) })
  })

  it.each([
    ['limit=0', 'limit'],
    ['before=yesterday', 'before'],
    ['state=done', 'state'],
    ['name=', 'name'],
    ['name=a&name=b', 'name'],
    ['class=', 'class'],
    ['from=yesterday', 'from'],
    ['from=2&to=2', 'to'],
    ['kind=request', 'kind'],
  ])('refuses ?%s and names the parameter', async (query, field) => {
    const answer = await get(`?${query}`)

    expect(answer.statusCode).toBe(400)
    expect(Object.keys(answer.json().data.fields)).toEqual([field])
  })
})

describe('GET /actions/:id/events', () => {
  it('begins with the action, and ends with the server', async () => {
    records.views = [actionView({ id: idNumber(2) })]
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const address = `http://127.0.0.1:${port}/console/api/actions/${idNumber(2)}/events`
    const answer = await fetch(address, { headers: asOperator })
    const events = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('event: view')) text += (await events?.read())?.value ?? ''

    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(text).toContain(`"id":"${idNumber(2)}"`)

    await app.close() // would wait for ever if the stream held the server open
    expect((await events?.read())?.done).toBe(true)
  })

  it('ends by itself with an action that is closed', async () => {
    records.views = [actionView({ id: idNumber(2), isClosed: true })]

    const answer = await get(`/${idNumber(2)}/events`)

    expect(answer.body).toMatch(/^retry: 1000\n\nevent: view\ndata: .*\n\n$/)
  })

  it('is refused in words where there is no such action, or no such number', async () => {
    expect((await get(`/${idNumber(3)}/events`)).json().exception).toBe('NoSuchActionException')
    expect((await get('/three/events')).json().exception).toBe('NotAnIncidentNumberException')
  })
})
