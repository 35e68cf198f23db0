import { describe, expect, it } from 'vitest'
import type { TxSummary } from '../../../src/live/live-reading.ts'
import { emptyTail, withTailed } from './tail-state.ts'

const told = (ids: readonly string[], skipped = 0) => ({
  transactions: ids.map(id => ({ id }) as TxSummary),
  skipped,
})
const idsOf = ({ rows }: { rows: readonly TxSummary[] }) => rows.map(({ id }) => id)

describe('withTailed', () => {
  it('puts what is new on top, and a long one that began earlier at its place', () => {
    const tail = withTailed(withTailed(emptyTail, told(['b', 'd'])), told(['e', 'c']))

    expect(idsOf(tail)).toEqual(['e', 'd', 'c', 'b'])
  })

  it('shows no row twice when the stream begins again', () => {
    const tail = withTailed(withTailed(emptyTail, told(['b', 'a'])), told(['c', 'b', 'a']))

    expect(idsOf(tail)).toEqual(['c', 'b', 'a'])
  })

  it('keeps the newest 200, and counts all that were skipped', () => {
    const ids = Array.from({ length: 250 }, (_, at) => `id-${String(at).padStart(3, '0')}`)
    const tail = withTailed(withTailed(emptyTail, told(ids, 3)), told([], 4))

    expect(tail.rows).toHaveLength(200)
    expect(idsOf(tail)[0]).toBe('id-249')
    expect(tail.skipped).toBe(7)
  })
})
