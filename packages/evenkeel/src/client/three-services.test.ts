import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NotFoundException, ServiceUnavailableException } from '../exceptions/index.ts'
import { type TestApp, testApp } from '../fastify/test-app.ts'
import { parseProblem } from '../http/problem.ts'
import { httpClient } from './http-client.ts'

class VolumeNotFoundException extends NotFoundException {}
class DisksAwayException extends ServiceUnavailableException {}

const exceptions = [VolumeNotFoundException, DisksAwayException]
const secret = 'between-us'

describe('three services in a row, where the last one throws', () => {
  let volumes: TestApp
  let servers: TestApp
  let panel: TestApp

  beforeEach(async () => {
    volumes = await testApp({
      service: 'volumes',
      routes: app => {
        app.get('/unknown', () => Promise.reject(new VolumeNotFoundException('No volume 3 of ada.')))
        app.get('/away', () => Promise.reject(new DisksAwayException('disks-7 is away.', { retry: 'safe' })))
      },
    })
    servers = await forwarding('servers', volumes, {
      isTrusted: ({ headers }) => headers['x-secret'] === secret,
    })
    panel = await forwarding('panel', servers)
  })
  afterEach(async () => {
    for (const service of [panel, servers, volumes]) await service[Symbol.asyncDispose]()
  })

  it("are all named in the first one's log, each with the transaction in its own", async () => {
    await fetch(`${panel.url}/unknown`)

    const [atPanel, atServers, atVolumes] = await Promise.all([panel, servers, volumes].map(rowOf))
    expect(atPanel?.causes.map(({ exception, service, txId }) => [exception, service, txId])).toEqual([
      ['BadGatewayException', 'servers', atServers?.id],
      ['VolumeNotFoundException', 'volumes', atVolumes?.id],
    ])
    expect(atServers?.parentId).toBe(atPanel?.id)
    expect(atVolumes?.parentId).toBe(atServers?.id)
  })

  it('keep what they say to themselves: no word of it reaches the next one', async () => {
    const outside = await (await fetch(`${panel.url}/unknown`)).text()

    expect(outside).not.toMatch(/volume|ada/i)
    expect(JSON.stringify(await rowOf(panel))).not.toMatch(/volume 3|ada/)
    expect(JSON.stringify(await rowOf(servers))).toMatch('No volume 3 of ada.')
  })

  it('tell only callers that they trust by which other services it came', async () => {
    const stranger = await fetch(`${servers.url}/unknown`)
    const friend = await fetch(`${servers.url}/unknown`, { headers: { 'x-secret': secret } })

    expect(stranger.headers.get('evenkeel-hops')).toBeNull()
    expect(friend.headers.get('evenkeel-hops')).toMatch(/^VolumeNotFoundException;volumes;\w{26}$/)
  })

  it('hand a class on as it is where the route declares it', async () => {
    const answer = await fetch(`${servers.url}/passed/unknown`)

    expect(answer.status).toBe(404)
    expect(parseProblem(await answer.text())).toMatchObject({
      type: 'urn:evenkeel:volumes:VolumeNotFoundException',
      category: 'client',
    })
    expect(servers.counted()).toMatchObject([{ exception: 'VolumeNotFoundException', status: 404 }])
  })

  it('promise their callers nothing of what only the last one knows', async () => {
    const direct = parseProblem(await (await fetch(`${volumes.url}/away`)).text())
    const overServers = parseProblem(await (await fetch(`${servers.url}/away`)).text())

    expect(direct?.retry).toBe('unknown')
    expect(overServers).toMatchObject({ type: 'urn:evenkeel:volumes:DisksAwayException', retry: 'unknown' })
  })

  it('count the failure at each of them, and none as a fault of its caller', async () => {
    await fetch(`${panel.url}/unknown`)

    const counted = [panel, servers, volumes].map(service => service.counted()[0])
    expect(counted.map(outcome => [outcome?.exception, outcome?.category])).toEqual([
      ['BadGatewayException', 'dependency'],
      ['BadGatewayException', 'dependency'],
      ['VolumeNotFoundException', 'client'],
    ])
  })
})

/** A service that asks the next one, and hands on what comes. */
function forwarding(
  service: string,
  next: TestApp,
  options: Pick<NonNullable<Parameters<typeof testApp>[0]>, 'isTrusted'> = {},
): Promise<TestApp> {
  const ask = httpClient({
    baseUrl: next.url,
    service: service === 'panel' ? 'servers' : 'volumes',
    exceptions,
    headers: { 'x-secret': secret },
  })
  return testApp({
    service,
    ...options,
    routes: app => {
      app.get('/unknown', async () => (await ask({ path: '/unknown' })).body)
      app.get('/away', async () => (await ask({ path: '/away' })).body)
      app.get('/passed/unknown', { config: { passThrough: [VolumeNotFoundException] } }, async () =>
        ask({ path: '/unknown' }),
      )
    },
  })
}

async function rowOf(service: TestApp) {
  return (await service.rows(1))[0]
}
