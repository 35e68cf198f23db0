import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiForTests, apiForTests } from '../testing.ts'
import {
  type DocumentedOperation,
  type DocumentedResponse,
  type OpenApiDocument,
  oursTag,
} from './document.ts'

let api: ApiForTests
let document: OpenApiDocument
const noToken = { headers: { authorization: '' } }

beforeAll(async () => {
  api = await apiForTests()
  document = (await api.send('GET', '/v1/openapi.json', undefined, noToken)).json()
})
afterAll(() => api.dispose())

function operationAt(method: string, path: string): DocumentedOperation {
  const operation = document.paths[path]?.[method.toLowerCase()]
  if (operation === undefined) throw new Error(`${method} ${path} is not described.`)
  return operation
}

describe('GET /v1/openapi.json', () => {
  it('is valid OpenAPI 3.1, by a validator of others', async () => {
    const answer = await api.send('GET', '/v1/openapi.json', undefined, noToken)

    const { valid, errors } = await new Validator().validate(answer.json())

    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  it('names the base that was asked, whatever stands before the paths', async () => {
    const prefixed = await apiForTests({ environment: { API_PREFIX: '/api' } })
    const headers = { authorization: '', host: 'cloud.example:8443' }

    const { servers, paths } = (
      await prefixed.send('GET', '/api/v1/openapi.json', undefined, { headers })
    ).json()

    expect(servers).toEqual([{ url: 'http://cloud.example:8443/api' }])
    expect(paths).toHaveProperty(['/v1/servers'])
    await prefixed.dispose()
  })

  it('describes bodies by the schemas that validate them', () => {
    const { requestBody } = operationAt('POST', '/v1/networks')
    const body = { $ref: '#/components/schemas/CreateNetworkBody' }

    expect(requestBody).toEqual({
      required: true,
      content: {
        'application/json': { schema: body },
        'application/x-www-form-urlencoded': { schema: body },
        'multipart/form-data': { schema: body },
      },
    })
    expect(document.components.schemas['CreateNetworkBody']).toMatchObject({
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', maxLength: 255 },
        zone: { enum: ['rma1', 'lpg1'] },
        mtu: { type: 'integer', minimum: 1280, maximum: 9000, default: 9000 },
        auto_create_ipv4_subnet: { type: 'boolean', default: true },
      },
    })
  })

  it('describes answers by schemas that have names', () => {
    const { responses } = operationAt('GET', '/v1/servers')

    expect(responses[200]).toMatchObject({
      content: {
        'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Server' } } },
      },
    })
    expect(document.components.schemas['Server']).toMatchObject({
      properties: { status: { enum: ['changing', 'running', 'stopped'] } },
      required: expect.arrayContaining(['href', 'uuid', 'name', 'interfaces']),
    })
  })

  it('says of each operation what it alone can answer with, and what all like it can', () => {
    const { 'x-exceptions': own, responses } = operationAt('DELETE', '/v1/networks/{uuid}')

    expect(own).toEqual(['NetworkInUseException', 'NetworkNotFoundException'])
    expect(responses[404]).toMatchObject({ 'x-exceptions': ['NetworkNotFoundException'] })
    expect(responses[403]).toMatchObject({
      'x-exceptions': ['ProjectSuspendedException', 'ReadOnlyTokenException'],
    })
    expect(responses[400]).toMatchObject({
      'x-exceptions': expect.arrayContaining(['NetworkInUseException', 'ObjectBusyException']),
      description: expect.stringContaining('NetworkInUseException: '),
    })
  })

  it('says of everything that changes something, and of nothing else, that it may be refused for a time', () => {
    const operations = Object.values(document.paths).flatMap(path => Object.entries(path))
    const namesAt = ({ responses }: DocumentedOperation, status: number) =>
      (responses[status] as DocumentedResponse | undefined)?.['x-exceptions'] ?? []

    const refusing = operations.filter(
      ([, operation]) =>
        namesAt(operation, 403).includes('ProjectSuspendedException') &&
        namesAt(operation, 503).includes('MaintenanceException'),
    )

    expect(refusing).toEqual(operations.filter(([method]) => method !== 'get'))
  })

  it('tells what may be asked without a token', () => {
    expect(operationAt('GET', '/v1').security).toEqual([])
    expect(operationAt('GET', '/v1/servers').security).toBeUndefined()
    expect(document.security).toEqual([{ token: [] }])
  })

  it('marks what is ours', () => {
    expect(operationAt('GET', '/v1/actions').tags).toContain(oursTag)
    expect(operationAt('GET', '/v1/servers').tags).toEqual(['servers'])
  })
})

describe('GET /v1/reference', () => {
  it('is a page for people, which needs nothing from elsewhere', async () => {
    const { body, headers, statusCode } = await api.send('GET', '/v1/reference', undefined, noToken)

    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(body).toContain('<code>POST /v1/volumes/{uuid}/revert</code>')
    expect(body).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect(body).not.toContain('<script')
  })

  it('has every operation and every object', async () => {
    const { body } = await api.send('GET', '/v1/reference', undefined, noToken)

    for (const { operationId } of Object.values(document.paths).flatMap(Object.values<DocumentedOperation>)) {
      expect(body).toContain(`id="${operationId}"`)
    }
    for (const id of Object.keys(document.components.schemas)) expect(body).toContain(`id="${id}"`)
  })

  it('leads nowhere where nothing is', async () => {
    const { body } = await api.send('GET', '/v1/reference', undefined, noToken)
    const links = [...body.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)

    expect(links.filter(id => !body.includes(`id="${id}"`))).toEqual([])
  })
})
