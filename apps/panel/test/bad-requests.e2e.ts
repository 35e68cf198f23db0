import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import { type Answer, ask, operatorSees, smallServer, startPanel } from './panel.fixture.ts'

let panel: PanelProcess

beforeAll(async () => {
  panel = await startPanel()
})

afterAll(async () => {
  expect(await operatorSees.actions(panel)).toEqual([])
  expect(await operatorSees.objects(panel)).toEqual([])
  await panel[Symbol.asyncDispose]()
})

const post = (body: unknown, headers = {}) =>
  ask(panel, { method: 'POST', path: '/v1/servers', body, headers })
const create = (fields: object) => post({ ...smallServer, ...fields })

/** Stands for a body of more than a megabyte, which would make a long title. */
const tooLarge = 'more than a megabyte'
const tooDeep = 'nested without end'

/** Bodies that no title of a test should hold. */
const bodies: { readonly [title: string]: string } = {
  [tooLarge]: `{"name": "${'a'.repeat(1_100_000)}"}`,
  [tooDeep]: `{"name": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
}

/** What every refusal of a request has in common. */
function expectRefusal(answer: Answer, exception: string, category = 'client'): void {
  expect(answer.headers).toMatchObject({
    'evenkeel-exception': exception,
    'evenkeel-category': category,
    'evenkeel-tx': expect.stringMatching(/^[0-9A-Z]{26}$/),
    'content-type': 'application/json; charset=utf-8',
  })
  const body = answer.json<{ readonly [field: string]: unknown }>()
  expect(Object.keys(body)).toHaveLength(1)
  for (const value of Object.values(body)) expect(value).toBeTypeOf('string')
}

describe('a request to create a server', () => {
  it.each<[object, string, string]>([
    [{ name: null }, 'name', 'This field is required.'],
    [{ flavor: null }, 'flavor', 'This field is required.'],
    [{ image: null }, 'image', 'This field is required.'],
    [{ name: 'Yellow Submarine' }, 'name', 'Must be a host name'],
    [{ name: 7 }, 'name', 'Must be a text.'],
    [{ name: '' }, 'name', 'Must be a host name'],
    [{ name: 'a'.repeat(64) }, 'name', 'Must be a host name'],
    [{ flavor: 'flex-0-0' }, 'flavor', '"flex-0-0" is not a valid choice. Choose one of'],
    [{ image: 'windows-95' }, 'image', 'is not a valid choice. Choose one of'],
    [{ zone: 'mars1' }, 'zone', 'is not a valid choice. Choose one of rma1, lpg1.'],
    [{ volume_size_gb: 9 }, 'volume_size_gb', 'Must be a whole number from 10'],
    [{ volume_size_gb: 10.5 }, 'volume_size_gb', 'Must be a whole number from 10'],
    [{ volume_size_gb: '1e3' }, 'volume_size_gb', 'Must be a whole number from 10'],
    [{ volumes: 'two' }, 'volumes', 'Must be a list.'],
    [{ volumes: [{ size_gb: 0 }] }, 'volumes[0].size_gb', 'Must be a whole number from 1'],
    [{ volumes: [{ size_gb: 1 }, null] }, 'volumes[1]', 'Must be an object.'],
    [
      { volumes: [{ size_gb: 50, type: 'bulk' }] },
      'volumes[0].size_gb',
      'Bulk volumes come in steps of 100 GB.',
    ],
    [{ ssh_keys: ['not a key'] }, 'ssh_keys[0]', 'Must be a public SSH key'],
    [{ ssh_keys: [] }, 'ssh_keys', 'This field is required.'],
    [{ use_ipv6: 'perhaps' }, 'use_ipv6', 'Must be true or false.'],
    [{ tags: { env: 1 } }, 'tags.env', 'A tag value must be a text.'],
    [{ tags: ['env'] }, 'tags', 'Must be an object.'],
    [{ server_groups: ['seven'] }, 'server_groups[0]', 'Must be a valid UUID.'],
    [{ interfaces: [{ network: 'seven' }] }, 'interfaces[0].network', 'Must be a valid UUID.'],
    [{ image: 'flatcar-stable', password: 'x' }, 'password', 'This image does not support password login'],
  ])('with %j is refused with the field and the reason', async (fields, field, message) => {
    const answer = await create(fields)

    expect(answer.status).toBe(400)
    expectRefusal(answer, 'ValidationException')
    expect(answer.json()[field]).toContain(message)
  })

  const absent = '6a0ee0f5-0000-4000-8000-000000000000'

  it.each<[object, string]>([
    [{ interfaces: [{ network: absent }] }, 'interfaces[0].network'],
    [{ interfaces: [{ addresses: [{ subnet: absent }] }] }, 'interfaces[0].addresses[0].subnet'],
    [{ server_groups: [absent] }, 'server_groups[0]'],
    [{ anti_affinity_with: absent }, 'anti_affinity_with'],
    [{ image: absent }, 'image'],
    [{ image: 'custom:mine' }, 'image'],
  ])('with %j is refused with the name of what is not there', async (fields, field) => {
    const answer = await create(fields)

    expect(answer.status).toBe(400)
    expectRefusal(answer, 'ValidationException')
    expect(answer.json()[field]).toMatch(/(6a0ee0f5-\S+|mine) does not exist\.$/)
  })

  it.each<[string, string, number, string]>([
    ['{"name": ', 'application/json', 400, 'MalformedJsonException'],
    ['[]', 'application/json', 400, 'ValidationException'],
    ['"web"', 'application/json', 400, 'ValidationException'],
    ['null', 'application/json', 400, 'ValidationException'],
    ['', 'application/json', 400, 'ValidationException'],
    ['<server/>', 'application/xml', 415, 'UnsupportedMediaTypeException'],
    [tooLarge, 'application/json', 413, 'PayloadTooLargeException'],
    [tooDeep, 'application/json', 400, 'NestedTooDeeplyException'],
  ])('whose body is %s (%s) is refused', async (text, type, status, exception) => {
    const headers = { 'content-type': type }
    const sent = bodies[text] ?? text
    const answer = await ask(panel, { method: 'POST', path: '/v1/servers', text: sent, headers })

    expect(answer.status).toBe(status)
    expectRefusal(answer, exception)
  })

  it('without anything is told the first field that is missing', async () => {
    const answer = await post({})

    expect(answer.status).toBe(400)
    expect(answer.json()).toEqual({ name: 'This field is required.' })
  })

  it('is answered with problem details when the client asks for them', async () => {
    const answer = await post({ ...smallServer, volume_size_gb: 9 }, { accept: 'application/problem+json' })

    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json<object>()).toMatchObject({
      type: 'urn:evenkeel:panel:ValidationException',
      title: 'ValidationException',
      status: 400,
      category: 'client',
      txId: answer.headers['evenkeel-tx'],
      data: { fields: { volume_size_gb: expect.stringContaining('from 10') } },
    })
  })

  it('names only one wrong field, since some clients show any of several', async () => {
    expect(Object.keys((await create({ name: 'a b', flavor: 'x', volume_size_gb: 1 })).json())).toEqual([
      'name',
    ])
  })
})

describe('whoever may not', () => {
  const unknown = '/v1/servers/6a0ee0f5-0000-4000-8000-000000000000'

  it.each<[string | null, string]>([
    [null, 'TokenRequiredException'],
    ['nobody-has-this', 'UnknownTokenException'],
  ])('is told so with 401: token %s', async (token, exception) => {
    const answer = await ask(panel, { path: '/v1/servers', token })

    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer')
    expectRefusal(answer, exception)
  })

  it('may look, and change nothing, with a read-only token', async () => {
    const token = await panel.makeToken('panel', '--read-only', '--name', 'reader')

    const answer = await ask(panel, { method: 'POST', path: '/v1/servers', body: smallServer, token })

    expect((await ask(panel, { path: '/v1/servers', token })).status).toBe(200)
    expect(answer.status).toBe(403)
    expectRefusal(answer, 'ReadOnlyTokenException')
    expect(answer.json()['detail']).toContain('"reader" is read-only')
  })

  it.each([
    ['GET', unknown, 404, 'ServerNotFoundException'],
    ['DELETE', unknown, 404, 'ServerNotFoundException'],
    ['POST', `${unknown}/start`, 404, 'ServerNotFoundException'],
    ['GET', '/v1/servers/not-a-uuid', 404, 'ServerNotFoundException'],
    ['DELETE', '/v1/volumes/not-a-uuid', 404, 'VolumeNotFoundException'],
    ['GET', '/v1/load-balancers/not-a-uuid', 404, 'LoadBalancerNotFoundException'],
    ['GET', '/nowhere', 404, 'RouteNotFoundException'],
  ])('looks for what is not there is told so: %s %s', async (method, path, status, exception) => {
    const answer = await ask(panel, { method, path })

    expect(answer.status).toBe(status)
    expectRefusal(answer, exception)
  })

  it.each([
    ['PUT', '/v1/servers', ['GET', 'POST']],
    ['DELETE', '/v1/flavors', ['GET']],
    ['GET', `${unknown}/start`, ['POST']],
    ['PUT', '/v1/volumes', ['GET', 'POST']],
  ])('uses a wrong method is told which ones there are: %s %s', async (method, path, allowed) => {
    const answer = await ask(panel, { method, path })

    expect(answer.status).toBe(405)
    expectRefusal(answer, 'MethodNotAllowedException')
    expect(answer.headers.allow?.split(', ')).toEqual(expect.arrayContaining(allowed))
  })

  it('is no operator is not let into the console', async () => {
    const answer = await ask(panel, { path: '/console/api/actions', token: null })

    expect(answer.status).toBe(401)
    expect(answer.headers['evenkeel-exception']).toBe('NotAnOperatorException')
  })

  it('orders a fault that makes no sense is told what does', async () => {
    const body = [{ operation: 'volumes.create', kind: 'explode' }]
    const answer = await ask(panel, { method: 'PUT', path: '/console/api/cloud/faults', body })

    expect(answer.status).toBe(400)
    expect(answer.json()['[0].kind']).toContain('Choose one of refuse, busy')
  })
})
