import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cookieNamed, isSessionOpen, sealSession } from './session.ts'

const key = new Uint8Array(32).fill(7)

describe('a sealed session', () => {
  it('is open until its end, and closed from then on', () => {
    const session = sealSession(1_000, key)

    expect(isSessionOpen(session, key, 999)).toBe(true)
    expect(isSessionOpen(session, key, 1_000)).toBe(false)
  })

  it('is closed under any other key', () => {
    expect(isSessionOpen(sealSession(1_000, key), new Uint8Array(32).fill(8), 0)).toBe(false)
  })

  it('is closed after any change to it', () => {
    const session = sealSession(1_000, key)

    fc.assert(
      fc.property(fc.nat(session.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, put) => {
        const changed = session.slice(0, at) + put + session.slice(at + put.length)
        fc.pre(changed !== session)
        expect(isSessionOpen(changed, key, 0)).toBe(false)
      }),
    )
  })

  it('is closed when it is any text that nobody sealed', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(isSessionOpen(text, key, 0)).toBe(false)
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
