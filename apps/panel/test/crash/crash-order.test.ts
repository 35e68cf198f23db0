import { describe, expect, it } from 'vitest'
import { CrashUsageException, parseCrashOrder } from './crash-order.ts'

describe('the words of the crash test', () => {
  it('mean twenty kills and a seed by chance when there are none', () => {
    expect(parseCrashOrder([], {}, () => 0.5)).toEqual({ kills: 20, seed: 2 ** 31 })
  })

  it('say how often, and the environment by which seed', () => {
    expect(parseCrashOrder(['300'], { SEED: '7' })).toEqual({ kills: 300, seed: 7 })
  })

  it.each([
    [['0'], {}, '"0" is not the number of kills: it must be a whole number from 1 to 100000.'],
    [['often'], {}, '"often" is not the number of kills'],
    [['3', '4'], {}, '"4" is one word too many.'],
    [[], { SEED: '4294967296' }, '"4294967296" is not SEED'],
  ])('%j with %j are refused with a sentence that says what is allowed', (words, environment, message) => {
    expect(() => parseCrashOrder(words, environment)).toThrow(CrashUsageException)
    expect(() => parseCrashOrder(words, environment)).toThrow(message)
  })
})
