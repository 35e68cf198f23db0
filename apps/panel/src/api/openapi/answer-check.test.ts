import { exceptionReference } from 'evenkeel/reference'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { panelReference } from '../../exceptions.reference.ts'
import { ServerNotFoundException } from '../../records/servers.ts'
import { answerCheck, type CheckedAnswer } from './answer-check.fixture.ts'
import { openApiDocument } from './document.ts'
import { created, listOf, type Operation, one } from './operation.ts'
import { shape } from './shape.ts'

const Kettle = shape('Kettle', z.object({ name: z.string(), litres: z.int().nullable() }))

const operations: { readonly [route: string]: Operation } = {
  'GET /v1/kettles': { does: 'List kettles', answer: listOf(Kettle) },
  'POST /v1/kettles': {
    does: 'Create a kettle',
    body: z.object({ name: z.string() }),
    answer: created(Kettle),
  },
  'GET /v1/kettles/:uuid': { does: 'Get a kettle', answer: one(Kettle), throws: [ServerNotFoundException] },
  'DELETE /v1/kettles/:uuid': { does: 'Delete a kettle' },
}

const routes = Object.entries(operations).map(([route, operation]) => {
  const [method = '', path = ''] = route.split(' ')
  return { method, path, operation }
})
const check = answerCheck(openApiDocument(routes, panelReference), panelReference)

const kettle = { name: 'red', litres: 2 }
const json = { 'content-type': 'application/json; charset=utf-8' }
const answer = (given: Partial<CheckedAnswer>, body: unknown): CheckedAnswer => ({
  method: 'GET',
  path: '/v1/kettles/{uuid}',
  status: 200,
  headers: json,
  body: body === undefined ? '' : JSON.stringify(body),
  ...given,
})
const exception = (name: string) => ({ headers: { ...json, 'evenkeel-exception': name } })

describe('an answer', () => {
  it.each<[string, Partial<CheckedAnswer>, unknown]>([
    ['one', {}, kettle],
    ['one without what may be null', {}, { ...kettle, litres: null }],
    ['a list', { path: '/v1/kettles' }, [kettle, kettle]],
    ['what was made', { method: 'POST', path: '/v1/kettles', status: 201 }, kettle],
    ['nothing, when it is deleted', { method: 'DELETE', status: 204, headers: {} }, undefined],
    ['an exception of its own', { status: 404, ...exception('ServerNotFoundException') }, { detail: 'x' }],
    ['a shared one', { status: 401, ...exception('TokenRequiredException') }, { detail: 'x' }],
    ['what any server says', { status: 500, ...exception('InternalException') }, { detail: 'x' }],
  ])('may be %s', (_, given, body) => {
    expect(() => check(answer(given, body))).not.toThrow()
  })

  it.each<[string, Partial<CheckedAnswer>, unknown]>([
    ['a field is missing', {}, { name: 'red' }],
    ['a field is of another type', {}, { ...kettle, litres: 'two' }],
    ['a field is not described', {}, { ...kettle, colour: 'red' }],
    ['a field of one in a list is not described', { path: '/v1/kettles' }, [{ ...kettle, colour: 'red' }]],
    ['it is an object in the place of a list', { path: '/v1/kettles' }, kettle],
    ['its status is another', { status: 201 }, kettle],
    ['it has a body where none is described', { method: 'DELETE', status: 204 }, kettle],
    ['its media type is another', { headers: { 'content-type': 'text/plain' } }, kettle],
    ['its exception is of others', { status: 404, ...exception('VolumeNotFoundException') }, { detail: 'x' }],
    [
      'its exception has another status',
      { status: 400, ...exception('ServerNotFoundException') },
      { detail: 'x' },
    ],
    ['an error is not flat', { status: 404, ...exception('ServerNotFoundException') }, { detail: ['x'] }],
    ['nothing is described of the route', { path: '/v1/pans' }, kettle],
  ])('is found out when %s', (_, given, body) => {
    expect(() => check(answer(given, body))).toThrow('is documented otherwise')
  })
})

describe('the description', () => {
  it('can not be made with two operations of one name', () => {
    const twice = routes.map(route => ({ ...route, operation: { does: 'Boil' } }))

    expect(() => openApiDocument(twice, panelReference)).toThrow('Two operations are called boil.')
  })

  it('can not be made of an exception class that nobody has listed', () => {
    const reference = exceptionReference({}, { service: 'panel', descriptions: {} })

    expect(() => openApiDocument(routes, reference)).toThrow('and not listed in exceptions.ts')
  })
})
