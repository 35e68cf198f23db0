import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiForTests, apiForTests } from './testing.ts'

describe('the health of a load balancer', () => {
  let api: ApiForTests
  let nowMs: number
  let loadBalancer: string
  let pool: string
  let subnet: string
  beforeEach(async () => {
    nowMs = Date.UTC(2026, 10, 22)
    api = await apiForTests({ project: { quotaServers: 5 }, cloudNow: () => nowMs })
    const network = await create('networks', { name: 'backend' })
    subnet = network.subnets[0].uuid
    loadBalancer = (await create('load-balancers', { name: 'front', flavor: 'lb-standard' })).uuid
    const wanted = { name: 'web', load_balancer: loadBalancer, algorithm: 'round_robin', protocol: 'tcp' }
    pool = (await create('load-balancers/pools', wanted)).uuid
  })
  afterEach(() => api.dispose())

  const create = async (path: string, body: object) => {
    const answer = await api.send('POST', `/v1/${path}`, body)
    expect(answer.statusCode).toBe(201)
    return answer.json()
  }
  const get = async (path: string) => (await api.send('GET', `/v1/${path}`)).json()
  const send = async (method: string, path: string, body?: object) =>
    expect((await api.send(method, `/v1/${path}`, body)).statusCode).toBe(204)

  /** A running server in the subnet, and the member that is to be reached there. */
  const serverAndMember = async (name: string) => {
    const server = await create('servers', {
      name,
      flavor: 'flex-4-1',
      image: 'debian-13',
      password: 'hunter22',
      interfaces: [{ addresses: [{ subnet }] }],
    })
    await expect.poll(async () => (await get(`servers/${server.uuid}`)).status).toBe('running')
    const { address } = server.interfaces[0].addresses[0]
    const body = { name, protocol_port: 22, address, subnet }
    const member = await create(`load-balancers/pools/${pool}/members`, body)
    return { server: server.uuid, path: `load-balancers/pools/${pool}/members/${member.uuid}` }
  }
  const stop = async (server: string) => {
    await send('POST', `servers/${server}/stop`)
    await expect.poll(async () => (await get(`servers/${server}`)).status).toBe('stopped')
  }
  const status = async () => (await get(`load-balancers/${loadBalancer}`)).status
  const statuses = async (...members: readonly { readonly path: string }[]) => {
    const all = await Promise.all(members.map(({ path }) => get(path)))
    return all.map(({ monitor_status }) => monitor_status)
  }

  it('is not looked after without a monitor', async () => {
    const member = await serverAndMember('web-1')

    expect(await statuses(member)).toEqual(['no_monitor'])
    expect(await status()).toBe('running')
  })

  it('follows the servers of its members: one stopped, all stopped, all running again', async () => {
    const members = [await serverAndMember('web-1'), await serverAndMember('web-2')] as const
    await create('load-balancers/health-monitors', { pool, type: 'tcp' })
    expect(await statuses(...members)).toEqual(['unknown', 'unknown'])
    nowMs += 4_000
    expect(await statuses(...members)).toEqual(['up', 'up'])

    await stop(members[0].server)
    nowMs += 6_000

    expect(await statuses(...members)).toEqual(['down', 'up'])
    expect(await status()).toBe('degraded')
    await stop(members[1].server)
    nowMs += 6_000
    expect(await statuses(...members)).toEqual(['down', 'down'])
    expect(await status()).toBe('error')
    expect((await get('load-balancers')).map((shown: { status: string }) => shown.status)).toEqual(['error'])
    for (const { server } of members) await send('POST', `servers/${server}/start`)
    await expect.poll(async () => (await get(`servers/${members[1].server}`)).status).toBe('running')
    nowMs += 4_000
    expect(await status()).toBe('running')
  })

  it('follows the ports that operators let a server listen on', async () => {
    const member = await serverAndMember('web-1')
    await create('load-balancers/health-monitors', { pool, type: 'tcp' })
    const listen = (server: string, ports: readonly unknown[]) =>
      api.send('PUT', `/console/api/cloud/servers/${server}/ports`, { ports })

    expect((await listen(member.server, [80])).statusCode).toBe(204)

    nowMs += 10_000
    expect(await statuses(member)).toEqual(['down'])
    expect((await listen(member.server, [80, 22])).statusCode).toBe(204)
    nowMs += 10_000
    expect(await statuses(member)).toEqual(['up'])
    expect((await listen(member.server, [0])).statusCode).toBe(400)
    expect((await listen('nobody', [])).statusCode).toBe(404)
  })

  it('leaves out members that are switched off', async () => {
    const up = await serverAndMember('web-1')
    const down = await serverAndMember('web-2')
    await create('load-balancers/health-monitors', { pool, type: 'tcp' })
    await stop(down.server)
    nowMs += 10_000
    expect(await status()).toBe('degraded')

    await send('PATCH', down.path, { enabled: false })

    expect(await statuses(up, down)).toEqual(['up', 'unknown'])
    expect(await status()).toBe('running')
  })

  it('is unknown while the cloud does not say, which keeps nobody from looking', async () => {
    const member = await serverAndMember('web-1')
    await create('load-balancers/health-monitors', { pool, type: 'tcp' })
    api.cloud.faults.replace([{ operation: 'loadBalancers.health', kind: 'refuse' }])

    expect(await statuses(member)).toEqual(['unknown'])
    expect(await status()).toBe('running')
  })
})
