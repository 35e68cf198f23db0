import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Encoding, NotEncodableException } from './encoding.ts'
import { Secret } from './secret.ts'

const encoding = new Encoding(new Uint8Array(32).fill(7))

describe('the fingerprint of a value', () => {
  it('is the same for equal values, in whatever order their members are', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
        const reordered = Object.fromEntries(Object.entries(structuredClone(value)).toReversed())

        expect(encoding.fingerprint(reordered)).toBe(encoding.fingerprint(value))
      }),
    )
  })

  it('is another one for another value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        // As JSON has it: -0 is 0.
        fc.pre(!isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other))))

        expect(encoding.fingerprint(one)).not.toBe(encoding.fingerprint(other))
      }),
    )
  })

  it('tells a secret from another one, and from its text', () => {
    const [one, same, other] = [new Secret('a'), new Secret('a'), new Secret('b')].map(secret =>
      encoding.fingerprint({ secret }),
    )

    expect(same).toBe(one)
    expect(other).not.toBe(one)
    expect(encoding.fingerprint({ secret: 'a' })).not.toBe(one)
  })

  it('depends on the key, so that nobody can try out what was hashed', () => {
    const withAnotherKey = new Encoding(new Uint8Array(32).fill(8))

    expect(withAnotherKey.fingerprint('hunter2')).not.toBe(encoding.fingerprint('hunter2'))
  })

  it.each([
    ['a Date', new Date(0)],
    ['a bigint', 1n],
    ['a function', () => 1],
  ])('is refused for %s, by the path at which it stands', (what, member) => {
    const fingerprint = () => encoding.fingerprint({ list: [member] }, 'request of a')

    expect(fingerprint).toThrow(NotEncodableException)
    expect(fingerprint).toThrow(`request of a.list[0] is ${what}`)
  })
})
