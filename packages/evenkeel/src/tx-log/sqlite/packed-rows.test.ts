import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleId, exampleRow } from '../example-row.ts'
import type { LoggedCause, TxRow } from '../tx-log.ts'
import { RowPacker, unpackRows } from './packed-rows.ts'

const text = fc.string({ unit: 'binary' })
const optional = fc.option(text, { nil: undefined })
const rows = fc.array(
  fc
    .record({
      startedAtMs: fc.double({ min: 0, max: 2 ** 47, noNaN: true }),
      durationMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      status: fc.integer({ min: 0, max: 599 }),
      parentId: fc.option(fc.integer({ min: 0, max: 2 ** 47 }).map(exampleId), { nil: undefined }),
      operation: text,
      exception: optional,
      category: fc.constantFrom(undefined, 'client', 'internal'),
      principal: optional,
      resource: optional,
      fields: fc.dictionary(text, text, { maxKeys: 3 }),
    })
    .map(parts => exampleRow(parts as Partial<TxRow>)),
  { maxLength: 150 },
)

describe('packed rows', () => {
  it('are unpacked as they were packed, in order', () => {
    fc.assert(
      fc.property(rows, packed => {
        const packer = new RowPacker()

        for (const row of packed) packer.add(row)
        const taken = packer.take()

        expect(unpackRows(taken)).toEqual(packed.map(row => expect.objectContaining(shortPartsOf(row))))
        expect(linesOf(taken)).toEqual(packed.map(({ fields }) => lineOfFields(fields)))
      }),
    )
  })

  it('are counted until they are taken, and their texts with them', () => {
    const packer = new RowPacker()
    packer.add(exampleRow({ operation: 'o'.repeat(1000), fields: { note: 'ü'.repeat(1000) } }))
    packer.add(exampleRow({ operation: 'o'.repeat(1000), principal: 'p'.repeat(1000) }))

    const { count, textBytes } = packer
    packer.take()

    expect(count).toBe(2)
    expect(textBytes).toBeGreaterThan(4000)
    expect([packer.count, packer.textBytes]).toEqual([0, 0])
  })

  it('leave out a row that can not be packed as a whole', () => {
    const packer = new RowPacker()
    const fine = exampleRow({ fields: { note: 'kept' } })
    const endless: { self?: unknown } = {}
    endless.self = endless

    expect(() => packer.add(exampleRow({ status: Number.NaN, fields: { note: 'lost' } }))).toThrow(TypeError)
    expect(() => packer.add(exampleRow({ causes: [endless as unknown as LoggedCause] }))).toThrow(TypeError)
    expect(() => packer.add(exampleRow({ principal: null as unknown as string }))).toThrow(
      'principal is object',
    )
    packer.add(fine)
    const taken = packer.take()

    expect(unpackRows(taken)).toMatchObject([{ id: fine.id }])
    expect(linesOf(taken)).toEqual(['\t\t{"note":"kept"}\n'])
  })
})

/** What of a row is unpacked, as the worker writes it: without what its line of details holds. */
function shortPartsOf({ causes, calls, fields, ...row }: TxRow): object {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? null]))
}

function lineOfFields(fields: TxRow['fields']): string | undefined {
  return Object.keys(fields).length === 0 ? undefined : `\t\t${JSON.stringify(fields)}\n`
}

function linesOf(packed: ReturnType<RowPacker['take']>): (string | undefined)[] {
  return unpackRows(packed).map(({ details }) =>
    details === null ? undefined : Buffer.from(packed.details.subarray(details.from, details.to)).toString(),
  )
}
