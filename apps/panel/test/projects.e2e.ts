import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../src/demo/eventually.ts'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import { type ApiServer, ask, smallServer, startPanel } from './panel.fixture.ts'

const projects = '/console/api/projects'

describe('a panel with several projects', () => {
  let panel: PanelProcess
  beforeAll(async () => {
    panel = await startPanel({ RATE_LIMIT: '' }) // as it is by default
  })
  afterAll(() => panel[Symbol.asyncDispose]())

  const post = (path: string, body: object, token?: string, headers?: { [name: string]: string }) =>
    ask(panel, { method: 'POST', path, body, ...(token && { token }), ...(headers && { headers }) })
  const remove = (path: string, token?: string) =>
    ask(panel, { method: 'DELETE', path, ...(token && { token }) })

  /** A project with a token. */
  async function project(): Promise<{ path: string; token: string }> {
    const { id } = (await post(projects, { name: 'Shop' })).json()
    const path = `${projects}/${id}`
    const { token = '' } = (await post(`${path}/tokens`, { name: 'ci' })).json()
    return { path, token }
  }

  it('lets operators make them, and nobody else', async () => {
    const { token } = await project()

    expect((await post(projects, { name: 'Mine' }, token)).status).toBe(401)
    expect((await ask(panel, { path: projects, token: null })).status).toBe(401)
  })

  it('keeps what belongs to one from the others, and ends one only when it is empty', async () => {
    const [shop, other] = [await project(), await project()]
    const { uuid } = (await post('/v1/networks', { name: 'lan' }, shop.token)).json()
    const network = `/v1/networks/${uuid}`

    expect((await ask(panel, { path: network, token: shop.token })).status).toBe(200)
    expect((await ask(panel, { path: network, token: other.token })).status).toBe(404)
    expect((await remove(shop.path)).text).toContain("network 'lan'")
    expect((await remove(network, shop.token)).status).toBe(204)
    expect((await remove(shop.path)).status).toBe(204)
    expect((await ask(panel, { path: network, token: shop.token })).status).toBe(401)
  })

  it('holds a token to its rate, and says when to go on', async () => {
    const { token } = await project()
    const sent = Array.from({ length: 200 }, () => ask(panel, { path: '/v1/flavors', token }))
    const answers = await Promise.all(sent)

    const refused = answers.filter(({ status }) => status === 429)
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(60)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.map(({ headers }) => headers['retry-after'])).toEqual(refused.map(() => '1'))
  })

  it('knows a repeated request after it was killed', async () => {
    const { token } = await project()
    const order = () => post('/v1/networks', { name: 'lan' }, token, { 'idempotency-key': `order-${token}` })
    const first = await order()
    await panel.kill()
    await panel.start()

    const second = await order()

    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.json()['uuid']).toBe(first.json()['uuid'])
    expect((await post('/v1/networks', { name: randomUUID() }, token)).status).toBe(201)
  })

  it('keeps closed what operators have closed, also when it is killed: a suspended project, and all of them for maintenance', async () => {
    const [shop, other] = [await project(), await project()]
    const maintenance = '/console/api/maintenance'
    const until = new Date(Date.now() + 600_000).toISOString()
    const { uuid } = (await post('/v1/servers', smallServer, shop.token)).json()
    const server = `/v1/servers/${uuid}`
    const toBe = (status: string) =>
      eventually(`the server to be ${status}`, async () => {
        const answer = await ask(panel, { path: server, token: shop.token })
        return answer.json<ApiServer>().status === status || undefined
      })

    await post(`${shop.path}/suspend`, { reason: 'abuse', message: 'We look into it.' })
    await ask(panel, { method: 'PUT', path: maintenance, body: { until, message: 'New storage.' } })
    await panel.kill() // while the server is being made
    await panel.start()
    await toBe('stopped')
    const suspended = await remove(server, shop.token)
    const refused = await post('/v1/networks', { name: 'lan' }, other.token)
    expect([suspended.status, refused.status]).toEqual([403, 503])
    expect(suspended.text).toContain('We look into it.')
    expect(refused.text).toContain(`until ${until}. New storage.`)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(500)

    await remove(maintenance)
    await post(`${shop.path}/resume`, {})
    await toBe('running')
    expect((await post('/v1/networks', { name: 'lan' }, other.token)).status).toBe(201)
    expect((await remove(server, shop.token)).status).toBe(204)
  })
})
