import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExceptionRebuilder, NotFoundException, toWire, type WireException } from '../exceptions/index.ts'
import { identityHeaders, parseIdentity } from './identity-headers.ts'
import { parseProblem, problemText, toProblem } from './problem.ts'

class ServerNotFoundException extends NotFoundException<{ serverId: string }> {}

describe('problem details', () => {
  it('have the members of RFC 9457 and those that rebuild the exception', () => {
    const exception = new ServerNotFoundException('No server 7.', {
      data: { serverId: '7' },
      retryAfterMs: 50,
    })

    expect(toProblem(toWire(exception, 'panel', 'TX1'), 404)).toEqual({
      type: 'urn:evenkeel:panel:ServerNotFoundException',
      title: 'ServerNotFoundException',
      status: 404,
      detail: 'No server 7.',
      category: 'client',
      txId: 'TX1',
      data: { serverId: '7' },
      retry: 'unsafe',
      retryAfterMs: 50,
      ancestors: ['NotFoundException', 'BadClientRequestException'],
    })
  })

  it('are the same text whether written as a whole or around what an exception has of its own', () => {
    const ancestors = [['NotFoundException'], ['ConflictException', 'BadClientRequestException']]
    fc.assert(
      fc.property(
        wires,
        fc.constantFrom(...ancestors),
        fc.integer({ min: 200, max: 599 }),
        (wire, above, status) => {
          const told = { ...wire, ancestors: above } // the same lists again and again, as the classes' own are

          expect(problemText(told, status)).toBe(JSON.stringify(toProblem(told, status)))
        },
      ),
    )
  })

  it('carry whatever an exception tells to the other side', () => {
    fc.assert(
      fc.property(wires, wire => {
        const sent = JSON.stringify(toProblem(wire, 400))

        expect(parseProblem(sent)).toEqual(wire)
        expect(parseProblem(new TextEncoder().encode(sent))).toEqual(wire)
      }),
    )
  })

  it('are never more than absent, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json(), fc.string()), body => {
        expect(parseProblem(body)).toBeUndefined()
      }),
    )
  })

  it('rebuild an exception even if every member but type and category is wrong', () => {
    const wrong = fc.jsonValue()
    const broken = fc.record(
      { detail: wrong, data: wrong, retry: wrong, retryAfterMs: wrong, txId: wrong, ancestors: wrong },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(broken, members => {
        const type = 'urn:evenkeel:panel:GoneException'

        const wire = parseProblem(JSON.stringify({ ...members, type, category: 'client' }))

        const exception = new ExceptionRebuilder([]).rebuild(wire as WireException)
        expect(exception).toMatchObject({ className: 'GoneException', category: 'client' })
        expect(identityHeaders(exception)).toMatchObject({ 'evenkeel-exception': 'GoneException' })
      }),
    )
  })

  it.each([
    'urn:evenkeel:panel:<b>',
    'urn:evenkeel::Gone',
    'urn:evenkeel:panel:Gone\r\nx: y',
    'about:blank',
    `urn:evenkeel:a:${'G'.repeat(129)}`,
  ])('of type %j are not ours', type => {
    expect(parseProblem(JSON.stringify({ type, category: 'client' }))).toBeUndefined()
  })
})

describe('identity headers', () => {
  it('tell class and category, and when to come back in whole seconds', () => {
    const exception = new ServerNotFoundException('', { retryAfterMs: 2001 })

    expect(identityHeaders(exception)).toEqual({
      'evenkeel-exception': 'ServerNotFoundException',
      'evenkeel-category': 'client',
      'retry-after': '3',
    })
  })

  it('are written in ASCII and read again, whatever a class is called', () => {
    class ÜberlaufException extends NotFoundException {}

    const headers = identityHeaders(new ÜberlaufException(''))

    expect(headers['evenkeel-exception']).toMatch(/^[\x20-\x7e]+$/)
    expect(parseIdentity(new Headers(headers))).toEqual({
      className: 'ÜberlaufException',
      category: 'client',
    })
  })

  it('are absent, whatever else stands in their place', () => {
    const header = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCharCode(code)),
    })
    fc.assert(
      fc.property(header, header, (name, category) => {
        const headers = new Headers({ 'evenkeel-exception': name, 'evenkeel-category': `${category}!` })

        expect(parseIdentity(headers)).toBeUndefined()
      }),
    )
    expect(
      parseIdentity(new Headers({ 'evenkeel-exception': '%zz', 'evenkeel-category': 'client' })),
    ).toBeUndefined()
  })
})

const className = fc.stringMatching(/^[A-Z][A-Za-z]{0,20}Exception$/)
const text = fc.string({ unit: 'grapheme' })

const wires: fc.Arbitrary<WireException> = fc.record({
  type: fc
    .tuple(fc.stringMatching(/^[a-z]{1,8}$/), className)
    .map(([service, name]) => `urn:evenkeel:${service}:${name}`),
  category: fc.constantFrom('client', 'discard', 'dependency', 'internal'),
  message: text,
  data: fc.dictionary(
    text,
    fc.jsonValue().map(value => JSON.parse(JSON.stringify(value))),
  ),
  retry: fc.constantFrom('safe', 'unsafe', 'unknown'),
  retryAfterMs: fc.option(fc.nat(), { nil: undefined }),
  txId: fc.option(text, { nil: undefined }),
  ancestors: fc.array(className),
})
