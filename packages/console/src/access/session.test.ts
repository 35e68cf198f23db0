import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closedSessionsInMemory, cookieNamed, newSessionId, openSession, sealSession } from './session.ts'

const key = new Uint8Array(32).fill(7)
const ada = { id: newSessionId(), endsAtMs: 1_000, operatorId: 'ada' }

describe('a sealed session', () => {
  const sealed = sealSession(ada, key)

  it('tells whose it is until its end, and nothing from then on', () => {
    expect(openSession(sealed, key, 999)).toEqual(ada)
    expect(openSession(sealed, key, 1_000)).toBeUndefined()
  })

  it('carries the id of any operator through a cookie', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), operatorId => {
        const cookie = `a=1; s=${sealSession({ ...ada, operatorId }, key)}; b=2`

        expect(openSession(cookieNamed('s', cookie) ?? '', key, 0)).toEqual({ ...ada, operatorId })
      }),
    )
  })

  it('is closed under any other key', () => {
    expect(openSession(sealed, new Uint8Array(32).fill(8), 0)).toBeUndefined()
  })

  it('is closed after any change to it', () => {
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, put) => {
        const changed = sealed.slice(0, at) + put + sealed.slice(at + put.length)
        fc.pre(changed !== sealed)
        expect(openSession(changed, key, 0)).toBeUndefined()
      }),
    )
  })

  it('is closed when anything is added to it', () => {
    expect(openSession(`${sealed}.`, key, 0)).toBeUndefined()
  })

  it('is closed when it is any text that nobody sealed', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(openSession(text, key, 0)).toBeUndefined()
      }),
    )
  })
})

describe('closed sessions in memory', () => {
  it('are remembered to the end that they would have had', async () => {
    let nowMs = 0
    const closed = closedSessionsInMemory(() => nowMs)
    await closed.close({ id: 'a', endsAtMs: 1_000 })
    nowMs = 999
    await closed.close({ id: 'b', endsAtMs: 2_000 })
    expect([await closed.isClosed('a'), await closed.isClosed('b'), await closed.isClosed('c')]).toEqual([
      true,
      true,
      false,
    ])

    nowMs = 1_000
    await closed.close({ id: 'c', endsAtMs: 3_000 })

    expect(await closed.isClosed('a')).toBe(false)
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
