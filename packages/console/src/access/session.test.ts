import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cookieNamed, operatorIn, sealSession } from './session.ts'

const key = new Uint8Array(32).fill(7)

describe('a sealed session', () => {
  const session = sealSession({ endsAtMs: 1_000, name: 'ada' }, key)

  it('tells whose it is until its end, and nothing from then on', () => {
    expect(operatorIn(session, key, 999)).toBe('ada')
    expect(operatorIn(session, key, 1_000)).toBeUndefined()
  })

  it('carries any name through a cookie', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), name => {
        const sealed = sealSession({ endsAtMs: 1_000, name }, key)

        expect(operatorIn(cookieNamed('s', `a=1; s=${sealed}; b=2`) ?? '', key, 0)).toBe(name)
      }),
    )
  })

  it('is closed under any other key', () => {
    expect(operatorIn(session, new Uint8Array(32).fill(8), 0)).toBeUndefined()
  })

  it('is closed after any change to it', () => {
    fc.assert(
      fc.property(fc.nat(session.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, put) => {
        const changed = session.slice(0, at) + put + session.slice(at + put.length)
        fc.pre(changed !== session)
        expect(operatorIn(changed, key, 0)).toBeUndefined()
      }),
    )
  })

  it('is closed when anything is added to it', () => {
    expect(operatorIn(`${session}.`, key, 0)).toBeUndefined()
  })

  it('is closed when it is any text that nobody sealed', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(operatorIn(text, key, 0)).toBeUndefined()
      }),
    )
  })
})

describe('cookieNamed', () => {
  it('finds a cookie among others', () => {
    expect(cookieNamed('b', 'a=1; b=two; bb=3')).toBe('two')
  })

  it('finds none in any header that does not carry it', () => {
    fc.assert(
      fc.property(fc.string(), header => {
        fc.pre(!header.includes('session'))
        expect(cookieNamed('session', header)).toBeUndefined()
      }),
    )
  })

  it('finds none where there is no header', () => {
    expect(cookieNamed('a', undefined)).toBeUndefined()
  })
})
