import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addLatencies, latencyBucketCount } from '../latency.ts'
import {
  addPackedCounts,
  addPackedLatencies,
  type Counts,
  CountTotals,
  type Latencies,
  packCounts,
  packLatencies,
} from './packed.ts'

const id = fc.integer({ min: 1, max: 1_000_000 })
const number = fc.oneof(fc.nat(), fc.integer({ min: 1, max: 2 ** 51 }))
const counts = fc
  .array(fc.tuple(id, fc.record({ count: number, durationUs: number })))
  .map(entries => new Map(entries))
const latency = fc
  .array(fc.tuple(fc.nat({ max: latencyBucketCount - 1 }), number))
  .map(pairs => addLatencies(pairs))
const latencies = fc.array(fc.tuple(id, latency)).map(entries => new Map(entries))

describe('packed counts', () => {
  it('come out as they went in, and add up', () => {
    fc.assert(
      fc.property(counts, counts, (one, another) => {
        const sums: Counts = new Map()
        addPackedCounts(packCounts(one), sums)
        expect(sums).toEqual(one)

        addPackedCounts(packCounts(another), sums)
        for (const key of [...one.keys(), ...another.keys()]) {
          expect(sums.get(key)).toEqual({
            count: (one.get(key)?.count ?? 0) + (another.get(key)?.count ?? 0),
            durationUs: (one.get(key)?.durationUs ?? 0) + (another.get(key)?.durationUs ?? 0),
          })
        }
      }),
    )
  })

  it('add up without their durations too', () => {
    fc.assert(
      fc.property(counts, counts, (one, another) => {
        const [sums, totals] = [new Map() as Counts, new CountTotals()]
        for (const each of [one, another]) {
          addPackedCounts(packCounts(each), sums)
          totals.add(packCounts(each))
        }

        const expected = [...sums].map(([key, { count }]) => [key, count]).filter(([, count]) => count !== 0)
        expect(new Map(totals)).toEqual(new Map(expected as [number, number][]))
      }),
    )
  })

  it('are refused when they were cut', () => {
    const packed = packCounts(new Map([[1, { count: 1, durationUs: 300 }]]))

    expect(() => addPackedCounts(packed.subarray(0, packed.length - 1), new Map())).toThrow(RangeError)
  })
})

describe('packed latencies', () => {
  it('come out as they went in, and add up', () => {
    fc.assert(
      fc.property(latencies, latencies, (one, another) => {
        const sums: Latencies = new Map()
        addPackedLatencies(packLatencies(one), sums)
        expect(sums).toEqual(one)

        addPackedLatencies(packLatencies(another), sums)
        for (const key of [...one.keys(), ...another.keys()]) {
          expect(sums.get(key)).toEqual(addLatencies([one.get(key) ?? [], another.get(key) ?? []]))
        }
      }),
    )
  })
})
