import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleId, exampleRow } from './example-row.ts'
import { TxLogClosedException } from './exceptions.ts'
import type { TxLog, TxQuery, TxRow } from './tx-log.ts'

const noonMs = Date.UTC(2026, 10, 22, 12)
const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

/** What every transaction log must do. `open` makes a new, empty one. */
export function txLogContract(name: string, open: () => Promise<TxLog>): void {
  describe(name, () => {
    let log: TxLog
    beforeEach(async () => {
      log = await open()
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
        fields: { name: 'web-1', sizes: [1, null, { gb: 2.5 }] },
      })

      log.append(row)

      expect(await log.find(row.id)).toEqual(row)
    })

    it('keeps any text and any JSON as it is', async () => {
      const text = fc.string({ unit: 'binary' })
      const json = fc.dictionary(text, fc.jsonValue({ noUnicodeString: false })).map(plain)
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
