import Fastify from 'fastify'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { ContentionException, NotFoundException, statusTable } from '../exceptions/index.ts'
import { type ExceptionDescriptions, exceptionReference } from './exception-reference.ts'
import { mountReference } from './reference-route.ts'
import { referenceHtml, referenceMarkdown } from './reference-text.ts'

class PlaceNotFoundException extends NotFoundException<{ name: string; near: readonly string[] }> {
  constructor(name: string, near: readonly string[]) {
    super(`There is no place <${name}>.`, { data: { name, near } })
  }
}
class HamletNotFoundException extends PlaceNotFoundException {}
class MapBusyException extends ContentionException {}

const module = { PlaceNotFoundException, MapBusyException, parsePlace: (text: string) => text }
const descriptions = {
  PlaceNotFoundException: {
    meaning: 'There is no place of this name. Ask for another | spell it otherwise.',
    example: () => new PlaceNotFoundException('Atlantis', ['Bermuda']),
  },
  MapBusyException: {
    meaning: 'The map is being redrawn.',
    example: () => new MapBusyException('redrawing sheet 7', { retryAfterMs: 5000 }),
  },
}
const reference = exceptionReference(module, {
  service: 'places',
  descriptions,
  statusOf: statusTable([[ContentionException, 400]]),
})

describe('exceptionReference', () => {
  it('says of each class what callers of the service go by', () => {
    expect(reference.entries[1]).toEqual({
      className: 'PlaceNotFoundException',
      type: 'urn:evenkeel:places:PlaceNotFoundException',
      category: 'client',
      status: 404,
      ancestors: ['NotFoundException', 'BadClientRequestException'],
      meaning: descriptions.PlaceNotFoundException.meaning,
      data: { name: 'string', near: 'list of string' },
      example: expect.objectContaining({
        status: 404,
        detail: 'There is no place <Atlantis>.',
        data: { name: 'Atlantis', near: ['Bermuda'] },
      }),
    })
  })

  it("asks the service's own table for the status, and shows what leaves the process only", () => {
    const [busy] = reference.entries

    expect(busy).toMatchObject({ className: 'MapBusyException', status: 400 })
    expect(JSON.stringify(busy)).not.toContain('sheet 7')
  })

  it('asks by its type for a description of every exception class, and of nothing else', () => {
    expectTypeOf<keyof ExceptionDescriptions<typeof module>>().toEqualTypeOf<
      'PlaceNotFoundException' | 'MapBusyException'
    >()
  })

  it('fails where a class that is exported is not described', () => {
    const { MapBusyException: _, ...incomplete } = descriptions

    expect(() =>
      // @ts-expect-error: the compiler says so too
      exceptionReference(module, { service: 'places', descriptions: incomplete }),
    ).toThrow('MapBusyException is exported without a description.')
  })

  it('fails where a class that is described is not exported', () => {
    const { MapBusyException: _, ...fewer } = module

    expect(() => exceptionReference(fewer, { service: 'places', descriptions })).toThrow(
      'MapBusyException is described and not exported.',
    )
  })

  it('fails where the example is one of another class', () => {
    const wrong = {
      ...descriptions,
      PlaceNotFoundException: { meaning: 'x', example: () => new HamletNotFoundException('Elsinore', []) },
    }

    expect(() => exceptionReference(module, { service: 'places', descriptions: wrong })).toThrow(
      'The example for PlaceNotFoundException is one of HamletNotFoundException.',
    )
  })
})

describe('the reference as text', () => {
  it('is a table and a section for each in Markdown', () => {
    const markdown = referenceMarkdown(reference)

    expect(markdown).toContain(
      '| [MapBusyException](#mapbusyexception) | dependency | 400 | The map is being redrawn. |',
    )
    expect(markdown).toContain('another \\| spell it')
    expect(markdown).toContain('\n## PlaceNotFoundException\n')
    expect(markdown).toContain('- `near`: list of string')
  })

  it('is a page in HTML, in which nothing of an example is taken for a tag', () => {
    const html = referenceHtml(reference)

    expect(html).toContain('<h2 id="PlaceNotFoundException">')
    expect(html).toContain('There is no place &lt;Atlantis&gt;.')
    expect(html).not.toContain('<Atlantis>')
  })
})

describe('the route of the reference', () => {
  it.each([
    ['*/*', 'application/json; charset=utf-8', '"service":"places"'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8', '<!doctype html>'],
    ['text/markdown', 'text/markdown; charset=utf-8', '# Exceptions of places'],
  ])('answers %s with %s', async (accept, contentType, part) => {
    const app = Fastify()
    mountReference(app, '/exceptions', reference)

    const answer = await app.inject({ url: '/exceptions', headers: { accept } })

    expect(answer.headers).toMatchObject({ 'content-type': contentType, vary: 'accept' })
    expect(answer.body).toContain(part)
  })
})
