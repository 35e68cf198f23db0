import Fastify from 'fastify'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  BadClientRequestException,
  ContentionException,
  NotFoundException,
  statusTable,
  ValidationException,
} from '../exceptions/index.ts'
import { type ExceptionDescriptions, exceptionReference } from './exception-reference.ts'
import { generalExceptions } from './general-exceptions.ts'
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

  it('promises no more than an answer does: that a dependency did nothing says little of the whole request', () => {
    const careful = { meaning: 'x', example: () => new MapBusyException('sheet 7', { retry: 'safe' }) }

    const { entries } = exceptionReference(
      { MapBusyException },
      { service: 'places', descriptions: { MapBusyException: careful } },
    )

    expect(entries[0]?.example.retry).toBe('unknown')
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

describe("the library's part of a reference", () => {
  const namesIn = ({ general }: typeof reference) => general.map(({ className }) => className)

  it('says what the server, the filters and stopping actions answer, as of this service', () => {
    expect(namesIn(reference)).toEqual(Object.keys(generalExceptions).toSorted())
    expect(reference.general).toContainEqual(
      expect.objectContaining({
        className: 'MethodNotAllowedException',
        type: 'urn:evenkeel:places:MethodNotAllowedException',
        status: 405,
        data: { method: 'string', path: 'string', allow: 'list of string' },
      }),
    )
  })

  it("goes by the service's own table of statuses", () => {
    const { general } = exceptionReference(
      {},
      { service: 'places', descriptions: {}, statusOf: statusTable([[BadClientRequestException, 418]]) },
    )

    expect(general).toContainEqual(
      expect.objectContaining({ className: 'MissingHostException', status: 418 }),
    )
  })

  it('leaves out what the service never answers with, and what it describes by itself', () => {
    const described = {
      meaning: 'A place has no such field.',
      example: () => new ValidationException({ x: 'y' }),
    }

    const own = exceptionReference(
      { ValidationException },
      {
        service: 'places',
        descriptions: { ValidationException: described },
        without: ['OverloadedException'],
      },
    )

    expect(namesIn(own)).not.toContain('OverloadedException')
    expect(namesIn(own)).not.toContain('ValidationException')
    expect(namesIn(own)).toHaveLength(namesIn(reference).length - 2)
  })

  it('shows a bug as clients meet it', () => {
    const bug = reference.general.find(({ className }) => className === 'InternalException')

    expect(bug?.example.detail).toBe('Something went wrong on our side. Incident 01KADVZ8Q3V5B6W8Y2N4M6P0RS.')
  })

  it.each(Object.entries(generalExceptions))('shows one of %s by that name', (name, { example }) => {
    expect(example().className).toBe(name)
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

  it("tells the library's exceptions in a part of their own", () => {
    const [own = '', general = ''] = referenceMarkdown(reference).split(
      '\n## What the server says by itself\n',
    )

    expect(own).not.toContain('RouteNotFoundException')
    expect(general).toContain('| [RouteNotFoundException](#routenotfoundexception) | client | 404 |')
    expect(general).toContain('\n### RouteNotFoundException\n')
    expect(referenceHtml(reference)).toContain('<h3 id="RouteNotFoundException">')
  })

  it('says nothing of kin where a class has none', () => {
    expect(referenceMarkdown(reference)).toContain(
      '`urn:evenkeel:places:InternalException` · internal, 500\n',
    )
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
