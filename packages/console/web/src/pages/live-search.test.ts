import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLiveSearch, timeWindowOf } from './live-search.ts'

describe('the address of the live page', () => {
  it('carries all that a colleague who is sent it should see', () => {
    const search = {
      class: 'DiskFull',
      window: 60,
      from: 10,
      to: 20,
      by: 'operation',
      of: 'GET /',
      closed: true,
    }

    expect(parseLiveSearch(search)).toEqual(search)
    expect(timeWindowOf(parseLiveSearch(search))).toEqual({ fromSecond: 10, toSecond: 20 })
  })

  it.each([
    [{ window: 7 }],
    [{ from: 20, to: 10 }],
    [{ from: 20 }],
    [{ from: '1', to: '2' }],
    [{ from: -1, to: 2 }],
    [{ by: 'weather' }],
    [{ of: 'GET /' }],
    [{ class: '' }],
    [{ closed: 'yes' }],
  ])('is taken as without %j', search => {
    expect(parseLiveSearch(search)).toEqual({})
  })

  it('never breaks the page, and means the same when it is read again', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('class', 'window', 'from', 'to', 'by', 'of'), fc.anything()),
        any => {
          const search = parseLiveSearch(any)

          expect(parseLiveSearch({ ...search })).toEqual(search)
        },
      ),
    )
  })
})
