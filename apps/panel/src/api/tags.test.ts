import { ValidationException } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listFilter, tagsField } from './tags.ts'

describe('listFilter', () => {
  it('takes a tag with a value, and a bare tag or an empty value for any value', () => {
    expect(listFilter({ 'tag:env': 'prod', 'tag:owner': '' }).tags).toEqual([
      { key: 'env', value: 'prod' },
      { key: 'owner', value: undefined },
    ])
  })

  it('joins parameters that are given several times', () => {
    expect(listFilter({ 'tag:env': ['a', 'b'], name: ['x', 'y'] })).toEqual({
      tags: [
        { key: 'env', value: 'a' },
        { key: 'env', value: 'b' },
      ],
      names: ['x', 'y'],
    })
  })

  it('ignores other parameters', () => {
    expect(listFilter({ page: '2', tags: 'x' })).toEqual({ names: [], tags: [] })
    expect(listFilter(undefined)).toEqual({ names: [], tags: [] })
  })

  it.each(['name', 'tag:env'])('refuses more conditions than anything could meet: %s', parameter => {
    const values = (count: number) => ({ [parameter]: Array.from({ length: count }, String) })

    expect(() => listFilter(values(50))).not.toThrow()
    expect(() => listFilter(values(51))).toThrow(ValidationException)
  })

  it('refuses a tag without a key', () => {
    expect(() => listFilter({ 'tag:': 'prod' })).toThrow(ValidationException)
  })
})

describe('tags', () => {
  const reason = (tags: unknown) => tagsField.safeParse(tags).error?.issues[0]?.message

  it('may be long, and hold anything printable', () => {
    const key = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter(text => !/[=\p{Cc}]/u.test(text) && text !== '__proto__')
    const value = fc.string({ unit: 'grapheme', maxLength: 40 }).filter(text => !/\p{Cc}/u.test(text))

    fc.assert(
      fc.property(fc.dictionary(key, value, { noNullPrototype: true }), tags => {
        expect(tagsField.parse(tags)).toEqual(tags)
      }),
    )
    expect(reason({ ['k'.repeat(255)]: 'v'.repeat(255) })).toBeUndefined()
  })

  it.each([
    [{ '': 'x' }, 'A tag needs a key.'],
    [JSON.parse('{"__proto__": "x"}'), 'A tag key must not be __proto__.'],
    [{ ['k'.repeat(256)]: 'x' }, 'A tag key must have at most 255 characters.'],
    [{ key: 'v'.repeat(256) }, 'A tag value must have at most 255 characters.'],
    [{ key: 'two\nlines' }, 'A tag value must not contain control characters.'],
    [{ key: 'half a \ud83d' }, 'Must be Unicode text: it has half of a surrogate pair in it.'],
    [
      Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, ''])),
      'At most 50 tags can be given.',
    ],
  ])('are refused as %j', (tags, message) => {
    expect(reason(tags)).toBe(message)
  })
})
