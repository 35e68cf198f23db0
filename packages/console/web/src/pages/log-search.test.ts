import { describe, expect, it } from 'vitest'
import { conditionsOf, parseLogSearch, questionOf } from './log-search.ts'

describe('the address of the log', () => {
  it('carries the whole question', () => {
    const search = {
      exception: 'DiskFull',
      operation: 'GET /v1/servers',
      principal: 'project:7',
      resource: 'server:8',
      text: 'no room',
      category: 'dependency',
      kind: 'action',
      from: 10,
      to: 20,
      tail: true,
    }

    expect(parseLogSearch(search)).toEqual(search)
  })

  it('means a text that looks like a number as a text', () => {
    expect(parseLogSearch({ text: 503, operation: true })).toEqual({ text: '503', operation: 'true' })
  })

  it.each([
    [{ category: 'bug' }],
    [{ kind: 'cron' }],
    [{ from: 'now' }],
    [{ text: '' }],
    [{ tail: 1 }],
    [{ text: {} }],
  ])('is taken as without %j', search => {
    expect(parseLogSearch(search)).toEqual({})
  })

  it('is taken as without an end that is before the beginning', () => {
    expect(parseLogSearch({ from: 5, to: 5 })).toEqual({ from: 5 })
  })

  it('is asked of the API in milliseconds, and of the tail without times', () => {
    const search = parseLogSearch({ kind: 'request', from: 10, to: 20, tail: true })

    expect(questionOf(search)).toEqual({ kind: 'request', from: 10_000, to: 20_000 })
    expect(conditionsOf(search)).toEqual({ kind: 'request' })
  })
})
