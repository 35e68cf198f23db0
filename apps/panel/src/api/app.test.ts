import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ApiForTests, apiForTests } from './testing.ts'

let api: ApiForTests
beforeEach(async () => {
  api = await apiForTests()
})
afterEach(() => api.dispose())

const noToken = { headers: { authorization: '' } }

describe('GET /v1/exceptions', () => {
  it('tells everyone what the API can answer with', async () => {
    const answer = await api.send('GET', '/v1/exceptions', undefined, noToken)

    expect(answer.statusCode).toBe(200)
    expect(answer.json().entries).toContainEqual(
      expect.objectContaining({ className: 'ServerNotFoundException', category: 'client', status: 404 }),
    )
    expect(answer.json().general).toContainEqual(
      expect.objectContaining({ className: 'RouteNotFoundException', category: 'client', status: 404 }),
    )
  })
})

describe('GET /v1', () => {
  it('answers without a token', async () => {
    expect((await api.send('GET', '/v1', undefined, noToken)).statusCode).toBe(200)
  })
})

describe('GET /health/ready', () => {
  it('answers without a token', async () => {
    expect((await api.send('GET', '/health/ready', undefined, noToken)).statusCode).toBe(200)
  })
})

describe('a token', () => {
  it('is demanded, with a sentence that says how to send it', async () => {
    const answer = await api.send('GET', '/v1/servers', undefined, noToken)

    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toEqual({
      detail: 'Authentication credentials were not provided. Send the header Authorization: Bearer <token>.',
    })
    expect(answer.headers['www-authenticate']).toBe('Bearer')
    expect(answer.headers['evenkeel-exception']).toBe('TokenRequiredException')
  })

  it('must be one that somebody has', async () => {
    const answer = await api.send('GET', '/v1/servers', undefined, {
      headers: { authorization: 'Bearer guessed' },
    })

    expect(answer.statusCode).toBe(401)
    expect(answer.headers['evenkeel-exception']).toBe('UnknownTokenException')
  })

  it('is who the transaction was made by, without the secret', async () => {
    await api.send('GET', '/v1/servers')

    await vi.waitFor(async () =>
      expect(await api.log.query({})).toMatchObject([
        { operation: 'GET /v1/servers', principal: 'project:demo/token:writer' },
      ]),
    )
    expect(JSON.stringify(await api.log.query({}))).not.toContain('Bearer')
  })

  it('that is read-only may look, and change nothing', async () => {
    const reader = { headers: { authorization: 'Bearer reader' } }
    const refused = await api.send('POST', '/v1/servers', {}, reader)

    expect(refused.statusCode).toBe(403)
    expect(refused.json().detail).toContain('The token "reader" is read-only')
    expect((await api.send('GET', '/v1/servers', undefined, reader)).statusCode).toBe(200)
    expect((await api.send('HEAD', '/v1/servers', undefined, reader)).statusCode).toBe(200)
    expect(api.calls).toEqual([])
  })
})

describe('every answer', () => {
  it.each([
    ['GET', '/v1', 200],
    ['GET', '/v1/servers', 200],
    ['GET', '/v1/nothing', 404],
    ['GET', '/v1/servers/none', 404],
    ['PUT', '/v1/servers', 405],
    ['OPTIONS', '/v1/servers', 204],
    ['POST', '/v1/servers', 400],
    ['GET', '/v1/%zz', 400],
    ['GET', `/v1/servers/${'x'.repeat(101)}`, 414],
  ])('to %s %s lets pages from anywhere read it, and says no header twice', async (method, url, status) => {
    const answer = await api.send(method, url)

    expect(answer.statusCode).toBe(status)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'Content-Type, Authorization',
      'access-control-allow-methods': 'GET, POST, OPTIONS, PUT, PATCH, DELETE',
    })
    const repeated = Object.entries(answer.headers).filter(([, value]) => Array.isArray(value))
    expect(repeated).toEqual([])
  })

  it('that is an error is flat, and tells class, category and transaction in headers', async () => {
    const answer = await api.send('GET', '/v1/servers/none')

    expect(answer.json()).toEqual({ detail: 'Not found.' })
    expect(answer.headers).toMatchObject({
      'evenkeel-exception': 'ServerNotFoundException',
      'evenkeel-category': 'client',
      'evenkeel-tx': expect.stringMatching(/^[0-9A-Z]{26}$/),
    })
  })

  it('that is an error is problem details for who asks for them', async () => {
    const answer = await api.send('GET', '/v1/servers/none', undefined, {
      headers: { accept: 'application/problem+json' },
    })

    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json()).toMatchObject({ type: 'urn:evenkeel:panel:ServerNotFoundException', status: 404 })
  })

  it('to a request that browsers send first needs no token', async () => {
    expect((await api.send('OPTIONS', '/v1/servers', undefined, noToken)).statusCode).toBe(204)
  })

  it('is counted once', async () => {
    await api.send('GET', '/v1/servers/none')

    await vi.waitFor(() =>
      expect(api.stats.totals()).toMatchObject([
        { operation: 'GET /v1/servers/:uuid', exception: 'ServerNotFoundException', status: 404, count: 1 },
      ]),
    )
  })
})

describe('the prefix', () => {
  it('stands before every path and in every href', async () => {
    const prefixed = await apiForTests({ environment: { API_PREFIX: '/api' } })
    const created = await prefixed.send('POST', '/api/v1/servers', {
      name: 'web',
      flavor: 'flex-4-2',
      image: 'debian-13',
      password: 'hunter22',
    })

    expect(created.json().href).toMatch(/^http:\/\/localhost:80\/api\/v1\/servers\//)
    expect((await prefixed.send('GET', '/v1/servers')).statusCode).toBe(404)
    expect((await prefixed.send('GET', '/api/v1', undefined, noToken)).statusCode).toBe(200)
    expect((await prefixed.send('GET', '/api/v1/nothing')).headers['access-control-allow-origin']).toBe('*')
    await prefixed.dispose()
  })
})

describe('the catalogue', () => {
  it('has regions that are called as their zones without the last letter', async () => {
    const regions = (await api.send('GET', '/v1/regions')).json()

    expect(regions).toEqual([
      { slug: 'rma', zones: [{ slug: 'rma1' }] },
      { slug: 'lpg', zones: [{ slug: 'lpg1' }] },
    ])
  })

  it('has the flavors that clients name', async () => {
    const flavors: { slug: string }[] = (await api.send('GET', '/v1/flavors')).json()
    const bySlug = new Map(flavors.map(flavor => [flavor.slug, flavor]))

    expect(bySlug.get('flex-4-1')).toMatchObject({ name: 'Flex-4-1', vcpu_count: 1, memory_gb: 4, gpu: null })
    expect(bySlug.get('plus-192-96')).toMatchObject({ vcpu_count: 96, memory_gb: 192, gpu: null })
    expect(bySlug.get('gpu2-128-16-1-200')).toMatchObject({
      vcpu_count: 16,
      memory_gb: 128,
      gpu: { count: 1, name: expect.stringMatching(/./), vram_per_gpu_gb: expect.any(Number) },
      zones: [{ slug: 'rma1' }, { slug: 'lpg1' }],
    })
    for (const slug of ['flex-4-2', 'flex-4-4', 'flex-8-2', 'flex-8-4', 'plus-8-2', 'plus-12-3']) {
      expect(bySlug.has(slug)).toBe(true)
    }
  })

  it('has slugs of flavors that say their gigabytes and CPUs', async () => {
    const flavors: { slug: string; memory_gb: number; vcpu_count: number }[] = (
      await api.send('GET', '/v1/flavors')
    ).json()

    for (const { slug, memory_gb, vcpu_count } of flavors) {
      expect(slug.split('-').slice(1, 3).map(Number)).toEqual([memory_gb, vcpu_count])
    }
  })

  it('has the images that clients name', async () => {
    const images: { slug: string }[] = (await api.send('GET', '/v1/images')).json()
    const slugs = images.map(({ slug }) => slug)

    for (const slug of ['debian-10', 'debian-11', 'debian-12', 'debian-13', 'ubuntu-20.04', 'ubuntu-24.04']) {
      expect(slugs).toContain(slug)
    }
    expect(images[0]).toMatchObject({ operating_system: 'Debian', default_username: 'debian' })
  })
})
