import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { median, printed } from './figure.ts'

describe('a printed figure', () => {
  it.each([
    [{ value: 1.4321, aim: { atMost: 2 } }, 'start  1.43 s  aim ≤ 2 s  met'],
    [{ value: 2, aim: { atMost: 2 } }, 'start  2.00 s  aim ≤ 2 s  met'],
    [{ value: 12.345, aim: { atMost: 2 } }, 'start  12.3 s  aim ≤ 2 s  short'],
    [{ value: 4321.5, aim: { atLeast: 5000 } }, 'start  4322 s  aim ≥ 5000 s  short'],
    [{ value: 5000, aim: { atLeast: 5000 } }, 'start  5000 s  aim ≥ 5000 s  met'],
    [{ value: Number.NaN, aim: { atLeast: 0 } }, 'start  NaN s  aim ≥ 0 s  short'],
  ])('%# says value, aim and whether it is met', ({ value, aim }, line) => {
    expect(printed({ figure: 'start', value, unit: 's', aim })).toBe(line)
  })
})

describe('median', () => {
  it('is the value in the middle', () => {
    expect(median([30, 1, 2])).toBe(2)
  })

  it('is the mean of the two in the middle of an even number of values', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5)
  })

  it('refuses to make a value out of none', () => {
    expect(() => median([])).toThrow(RangeError)
  })

  it('has as many values below as above it, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), values => {
        const middle = median(values)

        expect(values.filter(value => value < middle).length).toBeLessThanOrEqual(values.length / 2)
        expect(values.filter(value => value > middle).length).toBeLessThanOrEqual(values.length / 2)
      }),
    )
  })
})
