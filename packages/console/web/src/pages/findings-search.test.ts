import { describe, expect, it } from 'vitest'
import { parseFindingsSearch } from './findings-search.ts'

describe('the address of the findings', () => {
  it.each(['repaired', 'passed', 'dismissed'])('says that those are shown that are %s', state => {
    expect(parseFindingsSearch({ state })).toEqual({ state })
  })

  it.each([{}, { state: 'unsettled' }, { state: 'gone' }, { state: 7 }])(
    'means those that are to be seen to by %j',
    search => {
      expect(parseFindingsSearch(search)).toEqual({})
    },
  )
})
