import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiForTests, apiForTests } from '../testing.ts'
import { type OpenApiDocument, oursTag } from './document.ts'

/** A resource with a list, a creation, and one to look at, to change and to delete. */
const whole = (path: string) => [
  `GET ${path}`,
  `POST ${path}`,
  `GET ${path}/{uuid}`,
  `PATCH ${path}/{uuid}`,
  `DELETE ${path}/{uuid}`,
]

/** The API that clients know from elsewhere: every method of every path. */
const known = [
  'GET /v1/regions',
  'GET /v1/flavors',
  'GET /v1/images',
  ...whole('/v1/servers'),
  'POST /v1/servers/{uuid}/start',
  'POST /v1/servers/{uuid}/stop',
  'POST /v1/servers/{uuid}/reboot',
  ...whole('/v1/server-groups'),
  ...whole('/v1/volumes'),
  'POST /v1/volumes/{uuid}/revert',
  ...whole('/v1/volume-snapshots'),
  ...whole('/v1/networks'),
  ...whole('/v1/subnets'),
  ...whole('/v1/floating-ips'),
  'POST /v1/floating-ips/{uuid}',
  'GET /v1/custom-images',
  'GET /v1/custom-images/{uuid}',
  'PATCH /v1/custom-images/{uuid}',
  'DELETE /v1/custom-images/{uuid}',
  'GET /v1/custom-images/import',
  'POST /v1/custom-images/import',
  'GET /v1/custom-images/import/{uuid}',
  ...whole('/v1/objects-users'),
  ...whole('/v1/load-balancers'),
  ...whole('/v1/load-balancers/pools'),
  ...whole('/v1/load-balancers/pools/{pool}/members'),
  ...whole('/v1/load-balancers/listeners'),
  ...whole('/v1/load-balancers/health-monitors'),
  'GET /v1/metrics/buckets',
  'GET /v1/project-logs',
  'GET /v1/routers',
  'POST /v1/routers',
  'GET /v1/routers/{uuid}',
  'DELETE /v1/routers/{uuid}',
  'POST /v1/routers/{uuid}/interfaces',
  'DELETE /v1/routers/{uuid}/interfaces/{interface}',
]

/** Beside the resources: whether the API is there at all. */
const root = 'GET /v1'

let api: ApiForTests
let described: { readonly pair: string; readonly isOurs: boolean }[]
beforeAll(async () => {
  api = await apiForTests()
  const document: OpenApiDocument = (await api.send('GET', '/v1/openapi.json')).json()
  described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { tags }]) => ({
      pair: `${method.toUpperCase()} ${path}`,
      isOurs: tags.includes(oursTag),
    })),
  )
})
afterAll(() => api.dispose())

const pairs = () => described.map(({ pair }) => pair)

describe('the table of the API that clients know', () => {
  it('has 88 pairs of method and path', () => {
    expect(new Set(known).size).toBe(88)
  })

  it.each(known)('has %s, which is described', pair => {
    expect(pairs()).toContain(pair)
  })
})

describe('what is beyond that table', () => {
  it('is marked as ours, and nothing else is', () => {
    const beyond = described.filter(({ pair }) => !known.includes(pair) && pair !== root)
    const ours = described.filter(({ isOurs }) => isOurs)

    expect(ours.map(({ pair }) => pair).toSorted()).toEqual(beyond.map(({ pair }) => pair).toSorted())
  })
})

describe('every route', () => {
  const template = (route: string) => route.replaceAll(/:(\w+)/g, '{$1}')

  it('is described', () => {
    const undescribed = api.routes.map(template).filter(route => !pairs().includes(route))

    expect(undescribed).toEqual([])
  })

  it('is asked for its headers by HEAD where it is read, and by OPTIONS what it takes', async () => {
    for (const route of api.routes) {
      const url = route.replace(/^\w+ /, '').replaceAll(/:\w+/g, '2b6d4a1c-0000-4000-8000-000000000000')
      const options = await api.send('OPTIONS', url, undefined, { headers: { authorization: '' } })
      expect([route, options.statusCode, options.body]).toEqual([route, 204, ''])
      expect(options.headers['access-control-allow-methods']).toContain('PATCH')

      if (!route.startsWith('GET ') || url.endsWith('/stream')) continue
      const [read, head] = [await api.send('GET', url), await api.send('HEAD', url)]
      expect([route, head.statusCode, head.body]).toEqual([route, read.statusCode, ''])
      expect(head.headers['content-type']).toBe(read.headers['content-type'])
    }
  })

  it('takes no other method than those that it has, and says which these are', async () => {
    const methods = Map.groupBy(api.routes, route => route.replace(/^\w+ /, ''))
    for (const [path, routes] of methods) {
      const url = path.replaceAll(/:\w+/g, '2b6d4a1c-0000-4000-8000-000000000000')
      const answer = await api.send('PUT', url, {})

      expect([path, answer.statusCode]).toEqual([path, 405])
      const allowed = String(answer.headers['allow']).split(', ')
      for (const route of routes) expect(allowed).toContain(route.split(' ')[0])
    }
  })
})
