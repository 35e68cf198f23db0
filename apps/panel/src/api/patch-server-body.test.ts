import { BadClientRequestException, ValidationException } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OnlyOneAttributeException } from './only-one-attribute.ts'
import { parsePatchServer } from './patch-server-body.ts'
import { FieldNotAvailableException } from './validate.ts'

describe('parsePatchServer', () => {
  it('finds the one attribute that changes', () => {
    expect(parsePatchServer({ name: 'new' })).toEqual({ kind: 'name', name: 'new' })
    expect(parsePatchServer({ flavor: 'flex-8-2' })).toEqual({ kind: 'flavor', flavor: 'flex-8-2' })
    expect(parsePatchServer({ tags: {} })).toEqual({ kind: 'tags', tags: {} })
  })

  it('finds nothing where nothing that it knows is given', () => {
    expect(parsePatchServer({ name: null, colour: 'red' })).toEqual({ kind: 'nothing' })
  })

  it('refuses two attributes, before it looks at their values', () => {
    expect(() => parsePatchServer({ name: 'new', flavor: 'none such' })).toThrow(OnlyOneAttributeException)
    expect(() => parsePatchServer({ name: 'new', tags: {} })).toThrow(
      'Only one attribute can be changed at a time',
    )
  })

  it('refuses wrong values by field, and interfaces by name', () => {
    expect(() => parsePatchServer({ flavor: 'none such' })).toThrow(ValidationException)
    expect(() => parsePatchServer({ interfaces: [] })).toThrow(FieldNotAvailableException)
    expect(() => parsePatchServer('text')).toThrow(ValidationException)
  })

  it("throws nothing but what is the client's fault, whatever it is given", () => {
    const anyBody = fc.oneof(
      fc.anything(),
      fc.record({ name: fc.anything(), flavor: fc.anything(), tags: fc.anything() }, { requiredKeys: [] }),
    )

    fc.assert(
      fc.property(anyBody, body => {
        try {
          parsePatchServer(body)
        } catch (error) {
          expect(error).toBeInstanceOf(BadClientRequestException)
        }
      }),
    )
  })
})
