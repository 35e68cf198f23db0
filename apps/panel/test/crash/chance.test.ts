import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Chance } from './chance.ts'

const draws = (chance: Chance) => Array.from({ length: 20 }, () => chance.next())

describe('chance', () => {
  it('is the same for the same seed and stream, and another for any other', () => {
    const first = draws(new Chance(7, 'round 1'))

    expect(draws(new Chance(7, 'round 1'))).toEqual(first)
    expect(draws(new Chance(7, 'round 2'))).not.toEqual(first)
    expect(draws(new Chance(8, 'round 1'))).not.toEqual(first)
  })

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: -50, max: 50 }), fc.nat(100), (seed, min, span) => {
        const drawn = new Chance(seed, 'bounds').whole(min, min + span)

        expect(drawn).toBeGreaterThanOrEqual(min)
        expect(drawn).toBeLessThanOrEqual(min + span)
      }),
    )
  })

  it('never draws what weighs nothing, and everything else at some time', () => {
    const chance = new Chance(1, 'weights')
    const drawn = Array.from({ length: 200 }, () =>
      chance.weighted([
        [1, 'rare'],
        [0, 'never'],
        [9, 'often'],
      ]),
    )

    expect(new Set(drawn)).toEqual(new Set(['rare', 'often']))
  })
})
