import { describe, expect, it } from 'vitest'
import { cloudOperations } from '../cloud/embedded/operations.ts'
import { combinationsOf } from './combinations.ts'
import { chosen, parseStormOrder, StormUsageException } from './storm-order.ts'

const combinationsFor = (...words: string[]) => chosen(parseStormOrder(words), cloudOperations)

describe('the words of the storm', () => {
  it('mean everything when there are none', () => {
    expect(combinationsFor()).toEqual(combinationsOf(cloudOperations))
  })

  it('narrow it down to an operation, a fault, or both', () => {
    expect(combinationsFor('--operation', 'volumes.extend')).toHaveLength(7)
    expect(combinationsFor('--fault', 'crash').every(({ fault }) => fault === 'crash')).toBe(true)
    expect(combinationsFor('--fault', 'crash', '--operation', 'volumes.extend')).toHaveLength(1)
  })

  it.each([
    [['--fault', 'boom'], '"boom" is not a fault of the storm: choose one of refuse, busy,'],
    [['--operation', 'images.getImage'], '"images.getImage" is not an operation of the storm'],
    [['--loud'], "Unknown option '--loud'"],
    [['now'], "Unexpected argument 'now'"],
  ])('%j are refused with a sentence that says what is allowed', (words, message) => {
    expect(() => combinationsFor(...words)).toThrow(StormUsageException)
    expect(() => combinationsFor(...words)).toThrow(message)
  })
})
