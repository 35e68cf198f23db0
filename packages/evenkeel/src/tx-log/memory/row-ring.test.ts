import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleRow } from '../example-row.ts'
import type { TxRow } from '../tx-log.ts'
import { RowRing } from './row-ring.ts'

const causes = [
  { exception: 'NotFoundException', message: 'No.', service: undefined, txId: undefined, stack: undefined },
]

const row: fc.Arbitrary<TxRow> = fc
  .record({
    startedAtMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    durationMs: fc.double({ min: 0, noNaN: true }),
    status: fc.integer({ min: 0, max: 599 }),
    operation: fc.constantFrom('GET /servers', 'background'),
    kind: fc.constantFrom('request' as const, 'background' as const),
    exception: fc.constantFrom(undefined, 'NotFoundException'),
    causes: fc.constantFrom([], causes),
    principal: fc.option(fc.string(), { nil: undefined }),
    fields: fc.dictionary(fc.string(), fc.string()),
  })
  .map(parts => exampleRow(parts))

describe('RowRing', () => {
  it('keeps of any rows the latest, as they were and in their order', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 300, size: 'max' }), fc.nat(200), (rows, rowsMax) => {
        const ring = new RowRing(rowsMax)
        for (const each of rows) ring.add(each)

        expect(ring.oldestFirst()).toEqual(rowsMax === 0 ? [] : rows.slice(-rowsMax))
      }),
      { numRuns: 50 },
    )
  })

  it('does not change a row that it has handed out', () => {
    const ring = new RowRing(1)
    const first = exampleRow({ operation: 'GET /first' })
    ring.add(first)
    const [handedOut] = ring.oldestFirst()

    ring.add(exampleRow({ operation: 'GET /second' }))

    expect(handedOut).toEqual(first)
  })

  it('keeps what it was given, whatever becomes of the row that it was given', () => {
    const ring = new RowRing(1)
    const given = { ...exampleRow(), status: 200 }
    ring.add(given)

    given.status = 500

    expect(ring.oldestFirst()).toMatchObject([{ status: 200 }])
  })
})
