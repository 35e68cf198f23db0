import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleId, exampleRow } from './example-row.ts'
import { TxLogClosedException } from './exceptions.ts'
import { type LoggableFields, loggable } from './redaction/loggable.ts'
import type { TxLog, TxQuery, TxRow } from './tx-log.ts'

const fields = { note: loggable.json(1_000_000), path: loggable.text(20) }
const noonMs = Date.UTC(2026, 10, 22, 12)
const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

/** What every transaction log must do. `open` makes a new, empty one, of this name and with these fields. */
export function txLogContract(
  name: string,
  open: (options: { name: string; fields: LoggableFields }) => Promise<TxLog>,
): void {
  describe(name, () => {
    let log: TxLog
    beforeEach(async () => {
      log = await open({ name: 'orders', fields })
    })
    afterEach(() => log.close())

    it('finds a transaction by its id as soon as it was appended', async () => {
      const row = exampleRow()

      log.append(exampleRow())
      log.append(row)

      expect(await log.find(row.id)).toEqual(row)
    })

    it('finds nothing under an id that was not appended', async () => {
      log.append(exampleRow())

      expect(await log.find(exampleId(noonMs))).toBeUndefined()
      expect(await log.find(exampleId(noonMs + 3 * dayMs))).toBeUndefined()
    })

    it('keeps all that is known of a failed transaction', async () => {
      const row = exampleRow({
        parentId: exampleId(noonMs - 1),
        operation: 'POST /v1/servers',
        startedAtMs: noonMs + 0.25,
        status: 502,
        exception: 'BadGatewayException',
        category: 'dependency',
        causes: [
          {
            exception: 'BadGatewayException',
            message: 'no',
            service: undefined,
            txId: undefined,
            stack: undefined,
          },
          { exception: 'TypeError', message: 'nö', service: 'dns', txId: 'T1', stack: 'TypeError\n    at x' },
        ],
        principal: 'ada',
        resource: 'server:7',
        calls: [
          {
            operation: 'dns.setPointer',
            startedAfterMs: 1.5,
            durationMs: 3,
            exception: 'BadGatewayException',
            category: 'dependency',
          },
        ],
        fields: { path: '/web-1', note: [1, null, { gb: 2.5 }] },
      })

      log.append(row)

      expect(await log.find(row.id)).toEqual(row)
    })

    it('keeps any text and any JSON as it is', async () => {
      const text = fc.string({ unit: 'binary' })
      const json = fc.record({ note: fc.jsonValue({ noUnicodeString: false }).map(plain) })
      const rows = fc.record({
        operation: text,
        principal: fc.option(text, { nil: undefined }),
        fields: json,
      })
      await fc.assert(
        fc.asyncProperty(rows, async parts => {
          const row = exampleRow(parts as Partial<TxRow>)

          log.append(row)

          expect(await log.find(row.id)).toEqual(row)
        }),
        { numRuns: 50 },
      )
    })

    it('keeps, of two rows with one id, the one that came last', async () => {
      const row = exampleRow()

      log.append(row)
      log.append({ ...row, status: 201 })

      expect(await log.find(row.id)).toMatchObject({ status: 201 })
      expect(await log.query({})).toHaveLength(1)
    })

    it('lists the newest first by when they began, in whatever order and on whatever day they ended', async () => {
      const times = [noonMs, noonMs - 2 * dayMs, noonMs + 1, noonMs - dayMs, noonMs + dayMs]
      for (const startedAtMs of times) log.append(exampleRow({ startedAtMs }))

      const found = await log.query({})

      expect(found.map(({ startedAtMs }) => startedAtMs)).toEqual(
        times.toSorted((left, right) => right - left),
      )
    })

    it.each<[keyof TxQuery & keyof TxRow, Partial<TxRow>]>([
      ['kind', { kind: 'action' }],
      ['operation', { operation: 'POST /v1/servers' }],
      ['exception', { exception: 'NotFoundException' }],
      ['category', { category: 'client' }],
      ['principal', { principal: 'ada' }],
      ['resource', { resource: 'server:7' }],
    ])('finds by %s', async (condition, parts) => {
      const wanted = exampleRow(parts)
      log.append(exampleRow())
      log.append(wanted)
      log.append(exampleRow())

      const found = await log.query({ [condition]: wanted[condition] })

      expect(found.map(({ id }) => id)).toEqual([wanted.id])
    })

    it('finds what began in a range of time, its beginning included and its end not', async () => {
      for (const startedAtMs of [noonMs - 1, noonMs, noonMs + 5, noonMs + 10]) {
        log.append(exampleRow({ startedAtMs }))
      }

      const found = await log.query({ fromMs: noonMs, toMs: noonMs + 10 })

      expect(found.map(({ startedAtMs }) => startedAtMs - noonMs)).toEqual([5, 0])
    })

    it('finds by time also what has an id that is older or newer than itself', async () => {
      const resumed = exampleRow({ id: exampleId(noonMs - 5 * hourMs), startedAtMs: noonMs })
      const early = exampleRow({ id: exampleId(noonMs + 5 * hourMs), startedAtMs: noonMs })
      log.append(resumed)
      log.append(early)
      log.append(exampleRow({ startedAtMs: noonMs - 5 * hourMs }))

      const found = await log.query({ fromMs: noonMs, toMs: noonMs + 1 })

      expect(found.map(({ id }) => id)).toEqual([early.id, resumed.id])
    })

    it('gives the newest 50 unless it is asked for another number', async () => {
      for (let at = 0; at < 60; at++) log.append(exampleRow({ startedAtMs: noonMs + at }))

      expect(await log.query({})).toHaveLength(50)
      expect(await log.query({ limit: 3 })).toMatchObject([
        { startedAtMs: noonMs + 59 },
        { startedAtMs: noonMs + 58 },
        { startedAtMs: noonMs + 57 },
      ])
      expect(await log.query({ limit: 0 })).toEqual([])
      expect(await log.query({ limit: -1 })).toEqual([])
      expect(await log.query({ limit: Number.POSITIVE_INFINITY })).toHaveLength(60)
    })

    it('answers every query with what holds all its conditions, page by page', async () => {
      const rows = Array.from({ length: 40 }, (_, at) =>
        exampleRow({
          startedAtMs: noonMs + ((at * 7) % 40) * 3 * hourMs,
          kind: at % 2 === 0 ? 'request' : 'action',
          ...(at % 3 === 0 ? { exception: 'ConflictException', category: 'client' } : {}),
          principal: at % 5 === 0 ? 'ada' : 'bob',
        }),
      )
      for (const row of rows) log.append(row)
      const query = fc.record(
        {
          kind: fc.constantFrom('request', 'action'),
          exception: fc.constantFrom('ConflictException', 'NoSuchException'),
          principal: fc.constantFrom('ada', 'bob'),
          fromMs: fc.integer({ min: noonMs - hourMs, max: noonMs + 121 * hourMs }),
          toMs: fc.integer({ min: noonMs - hourMs, max: noonMs + 121 * hourMs }),
        },
        { requiredKeys: [] },
      )
      await fc.assert(
        fc.asyncProperty(query, fc.integer({ min: 1, max: 7 }), async (conditions, limit) => {
          const expected = rows
            .filter(
              row =>
                (conditions.kind === undefined || row.kind === conditions.kind) &&
                (conditions.exception === undefined || row.exception === conditions.exception) &&
                (conditions.principal === undefined || row.principal === conditions.principal) &&
                row.startedAtMs >= (conditions.fromMs ?? 0) &&
                row.startedAtMs < (conditions.toMs ?? Number.POSITIVE_INFINITY),
            )
            .map(({ id }) => id)
            .sort()
            .reverse()

          const found = await allPages(log, { ...(conditions as TxQuery), limit })

          expect(found).toEqual(expected)
        }),
        { numRuns: 60 },
      )
    })

    it('bears the name that it was given', () => {
      expect(log.name).toBe('orders')
    })

    it('keeps of the fields those that were declared for it, and of these no secret', async () => {
      const row = exampleRow({
        fields: {
          path: '/v1/servers?token=q7Rz2LmW9xKc and more',
          note: { name: 'web', password: 'q7Rz2LmW9xKc', header: 'Bearer q7Rz2LmW9xKc' },
          body: 'never declared',
        },
      })

      log.append(row)

      const found = await log.find(row.id)
      expect(found?.fields).toEqual({
        path: expect.stringMatching(/^\/v1\/servers\?token=.*…$/),
        note: { name: 'web', password: '[secret]', header: 'Bearer [secret]' },
      })
      expect(JSON.stringify(found)).not.toMatch(/q7Rz|never declared/)
    })

    it('finds by a text in the messages of causes and in the fields, within the other conditions', async () => {
      const cause = { exception: 'Error', service: undefined, txId: undefined, stack: undefined }
      const byMessage = exampleRow({ causes: [{ ...cause, message: 'no "disk" left' }] })
      const byField = exampleRow({ fields: { note: [{ name: 'my "disk" is' }] } })
      const ofOthers = exampleRow({ kind: 'action', fields: { note: 'a "disk"' } })
      const without = exampleRow({ operation: 'a "disk"', fields: { note: 'disk' } })
      for (const row of [byMessage, byField, ofOthers, without]) log.append(row)

      const found = await log.query({ text: '"disk"', kind: 'request' })

      expect(found.map(({ id }) => id)).toEqual([byField.id, byMessage.id])
    })

    it('pages through what holds a text', async () => {
      const rows = Array.from({ length: 25 }, (_, at) =>
        exampleRow({
          startedAtMs: noonMs + at * 7 * hourMs,
          fields: { note: at % 2 === 0 ? 'even' : 'odd' },
        }),
      )
      for (const row of rows) log.append(row)

      const ids = await allPages(log, { text: 'odd', limit: 4 })

      expect(ids).toEqual(rows.flatMap(({ id }, at) => (at % 2 === 1 ? [id] : [])).reverse())
    })

    it('counts the exceptions of each minute in a window, by class', async () => {
      const ended = (startedAtMs: number, exception: string, parts: Partial<TxRow> = {}) =>
        log.append(exampleRow({ startedAtMs, exception, category: 'client', ...parts }))
      ended(noonMs - 1, 'NotFoundException')
      ended(noonMs, 'ConflictException')
      for (const atMs of [0, 30_000, 59_999]) ended(noonMs + atMs, 'NotFoundException')
      ended(noonMs + 60_000, 'NotFoundException')
      ended(noonMs + 60_001, 'NotFoundException', { id: exampleId(noonMs - 5 * hourMs) })
      ended(noonMs + 120_000, 'NotFoundException')
      log.append(exampleRow({ startedAtMs: noonMs }))

      const counts = await log.exceptionsByMinute({ fromMs: noonMs, toMs: noonMs + 120_000 })

      expect(counts).toEqual([
        { minuteMs: noonMs, exception: 'NotFoundException', category: 'client', count: 3 },
        { minuteMs: noonMs, exception: 'ConflictException', category: 'client', count: 1 },
        { minuteMs: noonMs + 60_000, exception: 'NotFoundException', category: 'client', count: 2 },
      ])
    })

    it('tells at once of what comes, to those who asked for it and until they have enough', () => {
      const told: TxRow[] = []
      log.append(exampleRow({ kind: 'action' }))
      const end = log.tail({ kind: 'action' }, row => told.push(row))
      const action = exampleRow({ kind: 'action', fields: { path: '/x', body: 'never declared' } })

      log.append(exampleRow())
      log.append(action)
      end()
      log.append(exampleRow({ kind: 'action' }))

      expect(told).toEqual([{ ...action, fields: { path: '/x' } }])
    })

    it('erases all rows of a principal, and nothing else', async () => {
      const times = [0, 1, 2, 26 * hourMs, 26 * hourMs + 1].map(afterMs => noonMs + afterMs)
      const rows = times.map((startedAtMs, at) =>
        exampleRow({ startedAtMs, principal: at % 2 === 0 ? 'ada' : 'bob', fields: { note: at } }),
      )
      for (const row of rows) log.append(row)

      expect(await log.erase('ada')).toEqual({ rowCount: 3, notSearched: [] })

      expect(await log.query({})).toEqual(rows.filter(({ principal }) => principal === 'bob').reverse())
      expect(await log.query({ principal: 'ada' })).toEqual([])
      expect(await log.erase('ada')).toEqual({ rowCount: 0, notSearched: [] })
    })

    it('takes rows of a principal that was erased as those of any other', async () => {
      log.append(exampleRow({ principal: 'ada', fields: { note: 'before' } }))
      await log.erase('ada')
      const row = exampleRow({ principal: 'ada', fields: { note: 'after' } })

      log.append(row)

      expect(await log.query({ principal: 'ada' })).toEqual([row])
    })

    it('knows how it is doing', async () => {
      log.append(exampleRow())
      await log.query({})

      expect(await log.figures()).toEqual({
        shedCount: 0,
        pendingCount: 0,
        sizeBytes: expect.any(Number),
        problemCount: 0,
        lastProblem: undefined,
        setAside: [],
      })
    })

    it('has shed nothing that it could take', async () => {
      for (let at = 0; at < 100; at++) log.append(exampleRow())
      await log.query({})

      expect(log.shedCount).toBe(0)
    })

    it('sheds what comes after it was closed, and answers no question any more', async () => {
      await log.close()

      log.append(exampleRow())

      expect(log.shedCount).toBe(1)
      await expect(log.query({})).rejects.toThrow(TxLogClosedException)
      await expect(log.find(exampleId(noonMs))).rejects.toThrow(TxLogClosedException)
    })

    it('can be closed twice', async () => {
      await log.close()

      await expect(log.close()).resolves.toBeUndefined()
    })
  })
}

async function allPages(log: TxLog, query: TxQuery): Promise<string[]> {
  const ids: string[] = []
  let page = await log.query(query)
  while (page.length > 0) {
    expect(page.length).toBeLessThanOrEqual(query.limit as number)
    ids.push(...page.map(({ id }) => id))
    const { id: before } = page.at(-1) as TxRow
    page = await log.query({ ...query, before })
  }
  return ids
}

/** As JSON brings it back: without negative zero. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}
