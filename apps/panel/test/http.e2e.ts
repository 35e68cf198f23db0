import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import { type ApiServer, ask, createServer, startPanel } from './panel.fixture.ts'

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'Content-Type, Authorization',
  'access-control-allow-methods': 'GET, POST, OPTIONS, PUT, PATCH, DELETE',
}

describe('every answer of the API', () => {
  let panel: PanelProcess

  beforeAll(async () => {
    panel = await startPanel()
  })

  afterAll(() => panel[Symbol.asyncDispose]())

  it.each([
    ['GET', '/v1', 200],
    ['GET', '/v1/servers', 200],
    ['HEAD', '/v1/servers', 200],
    ['OPTIONS', '/v1/servers', 204],
    ['OPTIONS', '/v1/whatever/there/is', 204],
    ['GET', '/v1/servers/6a0ee0f5-0000-4000-8000-000000000000', 404],
    ['GET', '/v1/no-such-thing', 404],
    ['PUT', '/v1/servers', 405],
  ])('carries the headers that let web pages use it: %s %s', async (method, path, status) => {
    const answer = await ask(panel, { method, path })

    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject(cors)
    expect(answer.headers['evenkeel-tx']).toMatch(/^[0-9A-Z]{26}$/)
    expect(repeatedHeaders(answer.rawHeaders)).toEqual([])
    if (method === 'HEAD' || method === 'OPTIONS') expect(answer.text).toBe('')
  })

  it('needs a token, but for what is asked before one has it', async () => {
    expect((await ask(panel, { path: '/v1', token: null })).status).toBe(200)
    expect((await ask(panel, { method: 'OPTIONS', path: '/v1/servers', token: null })).status).toBe(204)
    expect((await ask(panel, { path: '/health/ready', token: null })).status).toBe(200)
    expect((await ask(panel, { path: '/v1/servers', token: null })).status).toBe(401)
  })

  it('links to where it was asked, and believes no forwarded header from a stranger', async () => {
    const { uuid } = await createServer(panel)
    const path = `/v1/servers/${uuid}`
    const href = async (headers: { readonly [name: string]: string }) =>
      (await ask(panel, { path, headers })).json<ApiServer>().href

    expect(await href({})).toBe(`${panel.url}${path}`)
    expect(await href({ host: 'panel.example.com:81' })).toBe(`http://panel.example.com:81${path}`)
    expect(await href({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' })).toBe(
      `${panel.url}${path}`,
    )
  })

  it('lists regions, flavors and images', async () => {
    const slugs = async (list: string) =>
      (await ask(panel, { path: `/v1/${list}` })).json<readonly { slug: string }[]>().map(({ slug }) => slug)

    expect(await slugs('regions')).toEqual(['rma', 'lpg'])
    expect(await slugs('flavors')).toEqual(expect.arrayContaining(['flex-4-1', 'plus-192-96']))
    expect(await slugs('images')).toEqual(expect.arrayContaining(['debian-13', 'ubuntu-24.04']))
  })
})

describe('a panel behind a proxy that it trusts', () => {
  it('links to where the client had asked the proxy, below its prefix', async () => {
    await using panel = await startPanel({ API_PREFIX: '/api', TRUSTED_PROXIES: '127.0.0.1' })
    const path = '/api/v1/servers'
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'panel.example.com, inner' }

    const create = { name: 'web', flavor: 'flex-4-1', image: 'debian-13', password: 'correct horse' }
    const answer = await ask(panel, { method: 'POST', path, headers, body: create })

    const { href, uuid } = answer.json<ApiServer>()
    expect(href).toBe(`https://panel.example.com${path}/${uuid}`)
    expect((await ask(panel, { path: '/v1/servers' })).status).toBe(404)
    expect(panel.stdout).toContain(`${panel.url}/api/v1`)
  })
})

describe('a panel with a public URL', () => {
  it('links to that, wherever it was asked', async () => {
    await using panel = await startPanel({ PUBLIC_URL: 'https://panel.example.com/' })

    const { href, uuid } = await createServer(panel)

    expect(href).toBe(`https://panel.example.com/v1/servers/${uuid}`)
    expect(panel.stdout).toContain('https://panel.example.com/v1')
  })
})

/** Only `Vary` may come more than once with the same value. */
function repeatedHeaders(raw: readonly string[]): string[] {
  const names = raw.filter((_, at) => at % 2 === 0).map(name => name.toLowerCase())
  return names.filter((name, at) => name !== 'vary' && names.indexOf(name) !== at)
}
