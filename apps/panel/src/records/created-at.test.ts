import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newCreatedAt } from './created-at.ts'

describe('newCreatedAt', () => {
  it('writes microseconds and Z', () => {
    expect(newCreatedAt(Date.UTC(2026, 10, 22, 1, 20, 41, 285))).toBe('2026-11-22T01:20:41.285000Z')
  })

  it('gives each a later time than the one before, also within a millisecond', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2 }), stepsMs => {
        let nowMs = Date.UTC(2026, 10, 22)
        const times = stepsMs.map(stepMs => {
          nowMs += stepMs
          return newCreatedAt(nowMs)
        })
        expect(times).toEqual([...new Set(times)].sort())
      }),
    )
  })

  it('believes a clock that was set back', () => {
    newCreatedAt(Date.UTC(2030, 0, 1))

    expect(newCreatedAt(Date.UTC(2026, 0, 1))).toMatch(/^2026-01-01T00:00:00\.000000Z$/)
  })
})
