import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addLatencies, latencyBucketCount } from '../latency.ts'
import {
  addPackedCounts,
  addPackedLatencies,
  type Counts,
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
  .map(pairs => addLatencies([pairs.flat()]))
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
