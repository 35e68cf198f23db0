import { beforeEach, describe, expect, it } from 'vitest'
import {
  memberOf,
  monitorOf,
  newKey,
  readyLoadBalancer,
  readyNetwork,
  readyPart,
  readySubnet,
  readyVolume,
  smallSize,
  somePool,
} from '../cloud-harness.ts'
import { CloudBusyException } from '../exceptions.ts'
import type { CloudMonitor } from '../load-balancers.ts'
import { cloudInFakeTime, type EmbeddedHarness } from './fake-time.ts'

describe('the health of members in the embedded cloud', () => {
  let harness: EmbeddedHarness
  let loadBalancerId: string
  let subnetId: string
  let networkId: string
  let poolId: string
  beforeEach(async () => {
    harness = cloudInFakeTime({ latencyFactor: 0 })
    loadBalancerId = (await readyLoadBalancer(harness)).id
    networkId = (await readyNetwork(harness)).id
    subnetId = (await readySubnet(harness, networkId)).id
    poolId = await readyPart(harness, loadBalancerId, somePool)
  })

  const member = (given = {}) =>
    readyPart(harness, loadBalancerId, { ...memberOf(poolId, subnetId), protocolPort: 22, ...given })
  const monitor = async (given: Partial<CloudMonitor> = {}) => {
    const part = { ...monitorOf(poolId), ...given }
    return (await harness.cloud.loadBalancers.createPart({ key: newKey(), loadBalancerId, part })).id
  }
  const server = async (address = '10.0.0.5') => {
    const { cloud, zone } = harness
    const port = await cloud.network.createPort({
      key: newKey(),
      zone,
      network: networkId,
      addresses: [{ version: 4, address }],
    })
    const { id } = await readyVolume(harness)
    const made = {
      key: newKey(),
      zone,
      hostname: 'member',
      ...smallSize,
      portIds: [port.id],
      volumeIds: [id],
    }
    const rest = { groupId: undefined, sshKeys: [], password: undefined, userData: undefined }
    return { id: (await cloud.compute.createServer({ ...made, ...rest })).id, portId: port.id }
  }
  const seen = async () =>
    (await harness.cloud.loadBalancers.healthOfMembers([loadBalancerId])).map(({ health }) => health)
  const seenAfter = async (ms: number) => {
    harness.clock.pass(ms)
    return seen()
  }

  it('is unknown until as many checks have found the same as it takes', async () => {
    await server()
    await member()
    await monitor()

    expect(await seen()).toEqual(['unknown'])
    expect(await seenAfter(3_999)).toEqual(['unknown'])
    expect(await seenAfter(1)).toEqual(['up'])
  })

  it('turns down as late as the monitor needs checks for, and up again', async () => {
    const { id } = await server()
    await member()
    await monitor()
    expect(await seenAfter(10_000)).toEqual(['up'])

    await harness.cloud.compute.stopServer(id)

    expect(await seenAfter(5_999)).toEqual(['up'])
    expect(await seenAfter(1)).toEqual(['down'])
    await harness.cloud.compute.startServer(id)
    expect(await seenAfter(3_999)).toEqual(['down'])
    expect(await seenAfter(1)).toEqual(['up'])
  })

  it('overlooks an interruption that is shorter than it takes', async () => {
    const { id } = await server()
    await member()
    await monitor()
    await seenAfter(10_000)

    await harness.cloud.compute.stopServer(id)
    await seenAfter(5_000)
    await harness.cloud.compute.startServer(id)

    expect(await seenAfter(1_000)).toEqual(['up'])
    expect(await seenAfter(60_000)).toEqual(['up'])
  })

  it('follows the port that is monitored, and what an operator lets the server listen on', async () => {
    const { id } = await server()
    await member({ protocolPort: 22, monitorPort: 8080 })
    await monitor()
    expect(await seenAfter(10_000)).toEqual(['down'])

    harness.cloud.listen(id, [22, 8080])

    expect(await seenAfter(10_000)).toEqual(['up'])
    harness.cloud.listen(id, [22])
    expect(await seenAfter(10_000)).toEqual(['down'])
  })

  it.each([
    [['200'], 'up'],
    [['200-204'], 'up'],
    [['302', '200'], 'up'],
    [['404'], 'down'],
    [['201-299'], 'down'],
  ] as const)('by HTTP, with %j expected, is %s: whatever listens answers 200', async (codes, health) => {
    await server()
    await member()
    const http = { method: 'GET', urlPath: '/', version: '1.1', host: null, expectedCodes: codes } as const

    await monitor({ type: 'http', http })

    expect(await seenAfter(10_000)).toEqual([health])
  })

  it('by ping asks for no port', async () => {
    await server()
    await member({ protocolPort: 9 })

    await monitor({ type: 'ping' })

    expect(await seenAfter(10_000)).toEqual(['up'])
  })

  it('turns down when the server is deleted, and when the port is taken away', async () => {
    const first = await server('10.0.0.5')
    const second = await server('10.0.0.6')
    await member({ address: '10.0.0.5' })
    await member({ address: '10.0.0.6' })
    await monitor()
    expect(await seenAfter(10_000)).toEqual(['up', 'up'])

    await harness.cloud.compute.deleteServer(first.id)
    await harness.cloud.compute.detachPort(second.id, second.portId)

    expect(await seenAfter(10_000)).toEqual(['down', 'down'])
  })

  it('of a member that is switched off is unknown, and begins anew when it is switched on', async () => {
    await server()
    const id = await member()
    await monitor()
    await seenAfter(10_000)

    await harness.cloud.loadBalancers.setPart(id, { isEnabled: false })
    expect(await seenAfter(10_000)).toEqual(['unknown'])

    await harness.cloud.loadBalancers.setPart(id, { isEnabled: true })
    expect(await seen()).toEqual(['unknown'])
    expect(await seenAfter(4_000)).toEqual(['up'])
  })

  it('keeps what was found when the monitor is changed, and goes by its new thresholds', async () => {
    const { id: serverId } = await server()
    await member()
    const id = await monitor()
    await seenAfter(10_000)

    const settings = { delayS: 10, timeoutS: 1, upThreshold: 2, downThreshold: 3, http: null }
    await harness.cloud.loadBalancers.setPart(id, settings)
    await harness.cloud.compute.stopServer(serverId)

    expect(await seenAfter(29_999)).toEqual(['up'])
    expect(await seenAfter(1)).toEqual(['down'])
  })

  it('is the same however often anybody looks', async () => {
    const worlds = []
    for (const looks of [1, 100]) {
      const { id } = await server(`10.0.0.${10 + looks}`)
      await member({ address: `10.0.0.${10 + looks}` })
      worlds.push({ id, looks })
    }
    await monitor()
    for (const { id } of worlds) await harness.cloud.compute.stopServer(id)
    for (let look = 0; look < 100; look++) await seenAfter(59)

    expect(await seenAfter(99)).toEqual(['unknown', 'unknown'])
    expect(await seenAfter(1)).toEqual(['down', 'down'])
  })
})

describe('a load balancer of the embedded cloud', () => {
  it('is busy while anything about it changes, and pending itself', async () => {
    const harness = cloudInFakeTime()
    const { loadBalancers } = harness.cloud
    const { id: loadBalancerId } = await readyLoadBalancer(harness)
    const poolId = await readyPart(harness, loadBalancerId, somePool)

    harness.cloud.faults.replace([{ operation: 'loadBalancers.createPart', kind: 'slow', times: 1 }])
    await loadBalancers.createPart({ key: newKey(), loadBalancerId, part: monitorOf(poolId) })

    expect((await loadBalancers.getLoadBalancer(loadBalancerId))?.status).toEqual({ state: 'pending' })
    for (const call of [
      () => loadBalancers.createPart({ key: newKey(), loadBalancerId, part: somePool }),
      () => loadBalancers.deletePart(poolId),
      () => loadBalancers.deleteLoadBalancer(loadBalancerId),
    ])
      await expect(call()).rejects.toBeInstanceOf(CloudBusyException)
    await harness.settle()
    expect((await loadBalancers.getLoadBalancer(loadBalancerId))?.status).toEqual({ state: 'ready' })
  })
})
