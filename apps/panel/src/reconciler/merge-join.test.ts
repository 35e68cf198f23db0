import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Joined, type Listing, ListingOutOfOrderException, mergeJoin } from './merge-join.ts'

describe('mergeJoin', () => {
  const ids = fc.uniqueArray(
    fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', '-', '9') }),
  )
  const limit = fc.integer({ min: 1, max: 5 })

  it('says of every id what a comparison of the whole sets says, in order and once', async () => {
    await fc.assert(
      fc.asyncProperty(ids, ids, limit, async (one, other, limit) => {
        const joined = await all(mergeJoin(listing(one), listing(other), { limit }))

        const expected = [...new Set([...one, ...other])].sort().map(id => ({
          id,
          one: one.includes(id) ? { id } : undefined,
          other: other.includes(id) ? { id } : undefined,
        }))
        expect(joined).toEqual(expected)
      }),
    )
  })

  it('says the truth of what stays, whatever comes and goes between pages', async () => {
    const change = fc.record({ side: fc.constantFrom(0, 1), id: fc.string({ minLength: 1, maxLength: 2 }) })
    await fc.assert(
      fc.asyncProperty(ids, ids, limit, fc.array(change), async (one, other, limit, changes) => {
        const sides = [new Set(one), new Set(other)] as const
        const touched = [new Set<string>(), new Set<string>()] as const
        const next = changes.values()
        const changing =
          (side: 0 | 1): Listing<{ id: string }> =>
          async page => {
            const rows = await listing([...sides[side]])(page)
            const { value } = next.next()
            if (value !== undefined) {
              const { id } = value
              const changed = sides[value.side as 0 | 1]
              touched[value.side as 0 | 1].add(id)
              if (!changed.delete(id)) changed.add(id)
            }
            return rows
          }

        const joined = await all(mergeJoin(changing(0), changing(1), { limit }))

        const byId = new Map(joined.map(row => [row.id, row]))
        expect(byId.size).toBe(joined.length)
        for (const id of [...one, ...other]) {
          if (!touched[0].has(id)) expect(byId.get(id)?.one !== undefined).toBe(one.includes(id))
          if (!touched[1].has(id)) expect(byId.get(id)?.other !== undefined).toBe(other.includes(id))
        }
      }),
    )
  })

  it('goes on where a page is shorter than it was asked for', async () => {
    const short: Listing<{ id: string }> = page => listing(['a', 'b', 'c'])({ ...page, limit: 1 })

    const joined = await all(mergeJoin(short, listing(['b']), { limit: 100 }))

    expect(joined.map(({ id, other }) => [id, other?.id])).toEqual([
      ['a', undefined],
      ['b', 'b'],
      ['c', undefined],
    ])
  })

  it('asks for no page before the pause is over, and for one of each at most', async () => {
    const asked: string[] = []
    const noting =
      (name: string, ids: readonly string[]): Listing<{ id: string }> =>
      page => {
        asked.push(name)
        return listing(ids)(page)
      }
    const pause = async () => void asked.push('pause')

    await all(mergeJoin(noting('one', ['a', 'b']), noting('other', ['a', 'b']), { limit: 1, pause }))

    expect(asked.join(' ')).toBe('one other pause one other pause one other')
  })

  it('concludes nothing from a listing that is out of order', async () => {
    const outOfOrder: Listing<{ id: string }> = async () => [{ id: 'b' }, { id: 'a' }]

    await expect(all(mergeJoin(outOfOrder, listing([]), { limit: 5 }))).rejects.toThrow(
      ListingOutOfOrderException,
    )
  })

  it('does not go round and round where a cloud ignores where it is to begin', async () => {
    const fromTheBeginning: Listing<{ id: string }> = async () => [{ id: 'a' }]

    await expect(all(mergeJoin(fromTheBeginning, listing([]), { limit: 1 }))).rejects.toThrow(
      ListingOutOfOrderException,
    )
  })
})

function listing(ids: readonly string[]): Listing<{ id: string }> {
  const rows = ids.toSorted().map(id => ({ id }))
  return async ({ after = '', limit }) => rows.filter(({ id }) => id > after).slice(0, limit)
}

async function all<One, Other>(
  parts: AsyncIterable<readonly Joined<One, Other>[]>,
): Promise<readonly Joined<One, Other>[]> {
  const joined: Joined<One, Other>[] = []
  for await (const part of parts) {
    expect(part).not.toHaveLength(0)
    joined.push(...part)
  }
  return joined
}
