import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../actions/secret.ts'
import { SecretFieldException } from './exceptions.ts'
import { DeclaredFields, type LoggableFields, loggable } from './loggable.ts'

const kept = (fields: LoggableFields, values: object) => new DeclaredFields(fields).keep({ ...values })

describe('the fields of a log', () => {
  it('are kept when they are declared, and not otherwise', () => {
    const fields = { path: loggable.text(200), bytes: loggable.number(), isCached: loggable.flag() }

    const values = { path: '/v1', bytes: 7, isCached: false, body: 'a letter', constructor: 'x' }

    expect(kept(fields, values)).toEqual({ path: '/v1', bytes: 7, isCached: false })
    expect(kept({}, values)).toEqual({})
  })

  it('are left out where a value is not what was declared', () => {
    const fields = { path: loggable.text(200), bytes: loggable.number(), isCached: loggable.flag() }

    expect(kept(fields, { path: { a: 1 }, bytes: Number.NaN, isCached: 'yes' })).toEqual({})
  })

  it('can not be declared under the name of a secret, at any depth', () => {
    const names = [
      'authorization',
      'Set-Cookie',
      'password',
      'newPassword',
      'access_token',
      'client-secret',
      'user_data',
      'userData',
      'apiKey',
    ]
    for (const name of names) {
      expect(() => kept({ [name]: loggable.text(10) }, {})).toThrow(SecretFieldException)
      expect(() => loggable.object({ [name]: loggable.text(10) })).toThrow(SecretFieldException)
    }
  })

  it('are cut after so many bytes, between two characters', () => {
    expect(kept({ path: loggable.text(5) }, { path: 'abcdefgh' })).toEqual({ path: 'abcde…' })
    expect(kept({ path: loggable.text(5) }, { path: 'aéééé' })).toEqual({ path: 'aéé…' })
    expect(kept({ path: loggable.text(5) }, { path: 'a😀😀' })).toEqual({ path: 'a😀…' })
    expect(kept({ path: loggable.text(5) }, { path: 'abcde' })).toEqual({ path: 'abcde' })
  })

  it('never keep more bytes of a text than declared', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.integer({ min: 0, max: 50 }),
        (text, max) => {
          const { path } = kept({ path: loggable.text(max) }, { path: text })

          expect(Buffer.byteLength(String(path).replace(/…$/, ''))).toBeLessThanOrEqual(max)
        },
      ),
    )
  })

  it('hold no secret that stands in a text, also where the text is cut through it', () => {
    const path = `/x?token=${'q7Rz2LmW9x'.repeat(3)}`

    for (let bytesMax = 0; bytesMax < 60; bytesMax++) {
      expect(JSON.stringify(kept({ path: loggable.text(bytesMax) }, { path }))).not.toContain('q7')
    }
  })

  it('show a `Secret` as what it says of itself', () => {
    const values = { note: new Secret('hunter22'), body: { note: new Secret('hunter22') } }

    expect(kept({ note: loggable.text(50), body: loggable.json(50) }, values)).toEqual({
      note: '[secret]',
      body: { note: '[secret]' },
    })
  })

  describe('that hold JSON', () => {
    it('lose what stands in it under the name of a secret, at any depth', () => {
      const body = { name: 'web', login: { password: 'hunter22', keys: [{ apiKey: ['k1'], of: 'ada' }] } }

      expect(kept({ body: loggable.json(500) }, { body })).toEqual({
        body: { name: 'web', login: { password: '[secret]', keys: [{ apiKey: '[secret]', of: 'ada' }] } },
      })
    })

    it('become a text that is cut, beyond their bytes', () => {
      const { body } = kept({ body: loggable.json(20) }, { body: { name: 'a long name of a server' } })

      expect(body).toBe('{"name":"a long name…')
    })

    it('end at a cycle', () => {
      const body: { name: string; self?: unknown } = { name: 'web' }
      body.self = [body, body]

      expect(kept({ body: loggable.json(500) }, { body })).toEqual({
        body: { name: 'web', self: ['…', '…'] },
      })
    })

    it('are kept as they are where nothing in them is secret', () => {
      const name = fc.stringMatching(/^[a-f]{1,3}$/)
      const { tree } = fc.letrec(tie => ({
        leaf: fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), name),
        tree: fc.oneof({ maxDepth: 5 }, tie('leaf'), fc.array(tie('tree')), fc.dictionary(name, tie('tree'))),
      }))
      fc.assert(
        fc.property(tree, body => {
          expect(kept({ body: loggable.json(1e6) }, { body })).toEqual({
            body: JSON.parse(JSON.stringify(body)),
          })
        }),
      )
    })
  })

  it('of an object are those declared for it', () => {
    const fields = { server: loggable.object({ name: loggable.text(20) }) }

    expect(kept(fields, { server: { name: 'web', rootPassword: 'hunter22' } })).toEqual({
      server: { name: 'web' },
    })
    expect(kept(fields, { server: 'web' })).toEqual({})
  })
})
