import { newTxId } from 'evenkeel'
import { memoryTxLog } from 'evenkeel/tx-log'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeRecords, operatorToken, serverWith, txRow } from '../console.fixture.ts'

let app: FastifyInstance
const log = memoryTxLog()
const asOperator = { authorization: `Bearer ${operatorToken}` }
const ids = Array.from({ length: 5 }, (_, at) => newTxId(1_000_000 + at * 1000))

beforeEach(async () => {
  for (const [at, id] of ids.entries()) {
    log.append(txRow({ id, startedAtMs: 1_000_000 + at * 1000, durationMs: 1500 }))
  }
  app = await serverWith(new FakeRecords(), { log })
})
afterEach(() => app.close())

const get = async (query: string) =>
  (await app.inject({ url: `/console/api/transactions?${query}`, headers: asOperator })).json()

describe('GET /transactions', () => {
  it('says what to ask for the next page with, until there is none', async () => {
    const [a, b, c, d, e] = ids
    const pages = []
    for (let query = 'limit=2'; ; ) {
      const { transactions, before } = await get(query)
      pages.push(transactions.map(({ id }: { id: string }) => id))
      if (before === undefined) break
      query = `limit=2&before=${before}`
    }

    expect(pages).toEqual([[e, d], [c, b], [a]])
  })

  it('finds by when they ended, which is when they were counted', async () => {
    const { transactions, before } = await get('endedFrom=1002000&endedTo=1004000')

    expect(transactions.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[1]])
    expect(before).toBeUndefined()
  })

  it.each([
    ['endedFrom=1', 'endedTo'],
    ['endedFrom=a&endedTo=1', 'endedFrom'],
    ['caller=a', 'caller'],
    ['before=yesterday', 'before'],
  ])('refuses ?%s and names the parameter', async (query, field) => {
    expect(Object.keys((await get(query)).data.fields)).toEqual([field])
  })
})

describe('GET /transactions/tail', () => {
  it('streams what is logged, and ends with the server', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    const url = `http://127.0.0.1:${port}/console/api/transactions/tail?operation=DELETE%20%2Fa`
    const answer = await fetch(url, { headers: asOperator })
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    const id = newTxId()

    log.append(txRow({ id, operation: 'DELETE /a' }))

    let text = ''
    while (!text.includes(id)) text += (await reader?.read())?.value ?? ''
    await app.close()
    await expect(readToEnd(reader)).resolves.toBeUndefined()
  })

  it('refuses conditions that it does not know', async () => {
    const url = '/console/api/transactions/tail?before=1'
    const answer = await app.inject({ url, headers: asOperator })

    expect(answer.statusCode).toBe(400)
    expect(answer.json().data.fields).toEqual({ before: 'is not known here: leave it out.' })
  })
})

async function readToEnd(reader: ReadableStreamDefaultReader<string> | undefined): Promise<void> {
  // A stream that is cut ends with an error, which is an end.
  await reader?.closed.catch(() => undefined)
}
