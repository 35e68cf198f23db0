import { describe, expect, it } from 'vitest'
import { accepts } from './accepts.ts'

describe('accepts', () => {
  it.each([
    ['application/problem+json', true],
    ['application/json, application/problem+json;q=0.9', true],
    ['text/html , Application/Problem+JSON ; charset=utf-8', true],
    ['*/*', false],
    ['application/*', false],
    ['application/json', false],
    ['application/problem+json;q=0', false],
    ['application/problem+json; q=0.000', false],
    ['', false],
    [',;,;q=', false],
  ])('reads %j as %j', (header, expected) => {
    expect(accepts(header, 'application/problem+json')).toBe(expected)
  })
})
