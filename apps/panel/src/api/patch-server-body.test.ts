import { BadClientRequestException, ValidationException } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OnlyOneAttributeException } from './only-one-attribute.ts'
import { parsePatchServer } from './patch-server-body.ts'

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

  it('finds the interfaces that take the place of the present ones, in their order', () => {
    const network = '6fe39134-bf41-4b58-a1d5-1b1c4c3a9f3e'

    expect(parsePatchServer({ interfaces: [{ network }, { network: 'public' }] })).toEqual({
      kind: 'interfaces',
      interfaces: [
        { kind: 'of-network', networkUuid: network },
        { kind: 'public', versions: [4, 6] },
      ],
    })
  })

  it('refuses wrong values by field', () => {
    expect(() => parsePatchServer({ flavor: 'none such' })).toThrow(ValidationException)
    expect(() => parsePatchServer({ interfaces: [] })).toThrow('A server needs at least one interface')
    expect(() => parsePatchServer('text')).toThrow(ValidationException)
  })

  it("throws nothing but what is the client's fault, whatever it is given", () => {
    const anyBody = fc.oneof(
      fc.anything(),
      fc.record(
        { name: fc.anything(), flavor: fc.anything(), tags: fc.anything(), interfaces: fc.anything() },
        { requiredKeys: [] },
      ),
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
