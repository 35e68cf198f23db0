import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Category } from '../exceptions/exception.ts'
import { lossOf, type Tally } from './loss.ts'
import { successRate } from './success-rate.ts'

describe('lossOf', () => {
  it('tells each class its points of the success rate that is gone', () => {
    const { window, before, change, shares } = lossOf(
      [succeeded(90), failed('DiskFullException', 8), failed('DnsException', 2)],
      [succeeded(97), failed('DiskFullException', 1), failed('DnsException', 2)],
    )

    expect(window).toEqual({ successRate: 0.9, count: 100 })
    expect(before).toEqual({ successRate: 0.97, count: 100 })
    expect(change).toBeCloseTo(0.07)
    expect(shares).toEqual([
      {
        exception: 'DiskFullException',
        category: 'dependency',
        of: undefined,
        count: 8,
        countBefore: 1,
        lost: 0.08,
        lostBefore: 0.01,
        change: 0.07,
      },
      expect.objectContaining({ exception: 'DnsException', lost: 0.02, lostBefore: 0.02, change: 0 }),
    ])
  })

  it('gives a class that has gone a share below zero', () => {
    const { change, shares } = lossOf([succeeded(10)], [succeeded(9), failed('DnsException', 1)])

    expect(change).toBe(-0.1)
    expect(shares).toMatchObject([{ exception: 'DnsException', count: 0, countBefore: 1, change: -0.1 }])
  })

  it('is not moved by client faults, nor by parts of transactions', () => {
    const window = [succeeded(9), failed('DnsException', 1)]
    const beside: Tally[] = [
      { ...failed('NotFoundException', 1000), category: 'client' },
      { ...failed('DnsException', 1000), kind: 'step' },
    ]

    expect(lossOf([...window, ...beside], [])).toEqual(lossOf(window, []))
  })

  it('tells the same class apart by what it is asked to', () => {
    const { shares } = lossOf(
      [
        succeeded(7),
        { ...failed('DnsException', 2), of: 'GET /a' },
        { ...failed('DnsException', 1), of: 'GET /b' },
      ],
      [],
    )

    expect(shares).toMatchObject([
      { exception: 'DnsException', of: 'GET /a', lost: 0.2 },
      { exception: 'DnsException', of: 'GET /b', lost: 0.1 },
    ])
  })

  it('loses nothing where nothing counts', () => {
    expect(lossOf([], [])).toEqual({
      window: { successRate: undefined, count: 0 },
      before: { successRate: undefined, count: 0 },
      change: 0,
      shares: [],
    })
  })

  it('shows those beyond its limit as `other`', () => {
    const window = [succeeded(90), failed('A', 5), failed('B', 3), failed('C', 1), failed('D', 1)]

    const { shares } = lossOf(window, [], { sharesMax: 2 })

    expect(shares.map(({ exception, count }) => [exception, count])).toEqual([
      ['A', 5],
      ['B', 3],
      ['other', 2],
    ])
  })

  it('adds up exactly: the shares to the loss of each stretch, and so to the change of the success rate', () => {
    const tally = fc.record({
      kind: fc.constant('request' as const),
      exception: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
      category: fc.constantFrom<Category | undefined>(
        'client',
        'discard',
        'dependency',
        'internal',
        undefined,
      ),
      of: fc.constantFrom('x', 'y'),
      count: fc.nat({ max: 1_000_000 }),
    })
    const tallies = fc
      .array(tally)
      .map(all => all.map(each => (each.category ? each : { ...each, exception: undefined })))
    fc.assert(
      fc.property(tallies, tallies, fc.nat({ max: 6 }), (inWindow, inBefore, sharesMax) => {
        const { window, before, change, shares } = lossOf(inWindow, inBefore, { sharesMax })

        const counts = shares.reduce((sum, { count }) => sum + count, 0)
        const countsBefore = shares.reduce((sum, { countBefore }) => sum + countBefore, 0)
        expect(counts).toBe(failuresOf(inWindow))
        expect(countsBefore).toBe(failuresOf(inBefore))
        expect(window.successRate).toBe(successRate(inWindow))
        expect(before.successRate).toBe(successRate(inBefore))
        const changes = shares.reduce((sum, share) => sum + share.change, 0)
        expect(changes).toBeCloseTo(change, 12)
        expect(change).toBeCloseTo((before.successRate ?? 1) - (window.successRate ?? 1), 12)
      }),
    )
  })
})

function succeeded(count: number): Tally {
  return { kind: 'request', exception: undefined, category: undefined, of: undefined, count }
}

function failed(exception: string, count: number): Tally {
  return { kind: 'request', exception, category: 'dependency', of: undefined, count }
}

function failuresOf(tallies: readonly Tally[]): number {
  return tallies
    .filter(({ category }) => category === 'dependency' || category === 'internal')
    .reduce((sum, { count }) => sum + count, 0)
}
