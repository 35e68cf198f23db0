import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { actionsQueryOf, parseActionsSearch } from './actions-search.ts'

describe('the address of the actions', () => {
  it('carries the whole question', () => {
    const search = {
      name: 'server.create',
      lock: 'server:7',
      class: 'DiskFullException',
      state: 'rolled-back',
      from: 10,
      to: 20,
    }

    expect(parseActionsSearch(search)).toEqual(search)
  })

  it('means a word that looks like a number as a word', () => {
    expect(parseActionsSearch({ lock: 503 })).toEqual({ lock: '503' })
  })

  it.each([[{ state: 'done' }], [{ from: 'now' }], [{ name: '' }], [{ class: {} }], [{ to: -1 }]])(
    'is taken as without %j',
    search => {
      expect(parseActionsSearch(search)).toEqual({})
    },
  )

  it('is taken as without an end that is before the beginning', () => {
    expect(parseActionsSearch({ from: 5, to: 5 })).toEqual({ from: 5 })
  })

  it('is understood the same when it is read again, whatever it was', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant('running'))
    const search = fc.record(
      { name: value, lock: value, class: value, state: value, from: value, to: value },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(search, given => {
        const once = parseActionsSearch(given)
        expect(parseActionsSearch({ ...once })).toEqual(once)
      }),
    )
  })

  it('is asked of the API in milliseconds', () => {
    expect(actionsQueryOf({ state: 'running', from: 10, to: 20 })).toEqual({
      state: 'running',
      from: 10_000,
      to: 20_000,
    })
  })
})
