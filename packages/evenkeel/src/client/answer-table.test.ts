import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ConflictException,
  DependencyException,
  type Exception,
  type Json,
  NotFoundException,
  toException,
  ValidDiscardingRequestException,
} from '../exceptions/index.ts'
import { type AnswerTable, fieldOf } from './answer-table.ts'
import { httpClient } from './http-client.ts'

class NoPlaceException extends NotFoundException<{ name: string }> {
  constructor(name: string) {
    super(`There is no place ${name}.`, { data: { name } })
  }
}
class MapsFaultException extends DependencyException {}
class KnownPlaceException extends ValidDiscardingRequestException {}

const answers: AnswerTable = [
  {
    status: 404,
    field: 'error.code',
    equals: 'NO_PLACE',
    exception: NoPlaceException,
    message: 'There is no such place.',
    data: body => ({ name: String(fieldOf(body, 'error.name')) }),
  },
  { status: 200, field: 'fault', exception: MapsFaultException },
  { field: 'errors.0.reason', equals: 7, exception: KnownPlaceException },
  { status: 412, exception: ConflictException },
]

describe('a table of answers', () => {
  it('makes the class of a code, with the data that its row takes from the body', async () => {
    const exception = await meaningOf(404, { error: { code: 'NO_PLACE', name: 'Atlantis' } })

    expect(exception).toBeInstanceOf(NoPlaceException)
    expect(exception).toMatchObject({
      message: 'There is no such place.',
      data: { name: 'Atlantis' },
      origin: { service: 'maps' },
    })
  })

  it('finds a failure that a success hides', async () => {
    expect(await meaningOf(200, { fault: null })).toMatchObject({
      className: 'MapsFaultException',
      message: 'maps answered GET / with 200 and fault null.',
      data: { status: 200, fault: null },
      retry: 'unknown',
    })
  })

  it('goes by a field alone, whatever the status', async () => {
    const body = { errors: [{ reason: 7 }] }

    expect(await meaningOf(409, body)).toBeInstanceOf(KnownPlaceException)
    expect(await meaningOf(500, body)).toBeInstanceOf(KnownPlaceException)
  })

  it('goes by a status alone, whatever the body', async () => {
    expect(await meaningOf(412, '<h1>No</h1>')).toBeInstanceOf(ConflictException)
  })

  it('leaves what no row matches to its status', async () => {
    const exception = await meaningOf(404, { error: { code: 'NO_ROAD' } })

    expect(exception.className).toBe('NotFoundException')
  })

  it('is refused where a row takes every answer', () => {
    expect(() =>
      httpClient({ baseUrl: 'http://maps', service: 'maps', answers: [{ exception: NoPlaceException }] }),
    ).toThrow('The row for NoPlaceException in the answers of maps takes every answer.')
  })
})

describe('fieldOf', () => {
  it.each([
    [{ a: { b: 1 } }, 'a.b', 1],
    [{ a: [{ b: null }] }, 'a.0.b', null],
    [{ a: 1 }, 'a.b', undefined],
    [{ a: 'text' }, 'a.length', undefined],
    [{}, 'constructor', undefined],
    [undefined, 'a', undefined],
  ])('of %j at %s is %j', (body, path, found) => {
    expect(fieldOf(body, path)).toBe(found)
  })

  it('never throws, whatever the body and the path', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (body, path) => {
        fieldOf(body as Json, path)
      }),
    )
  })
})

/** What a client with the table takes an answer for. */
async function meaningOf(status: number, body: Json): Promise<Exception> {
  const maps = httpClient({
    baseUrl: 'http://maps.invalid',
    service: 'maps',
    answers,
    fetch: async () => Response.json(body, { status }),
  })
  return maps({ path: '/' }).then(
    answer => {
      throw new Error(`It was taken for a success: ${answer.status}`)
    },
    thrown => toException(thrown),
  )
}
