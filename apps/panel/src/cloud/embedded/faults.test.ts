import { ValidationException } from 'evenkeel'
import { describe, expect, it } from 'vitest'
import {
  monitorOf,
  newImport,
  newKey,
  newLoadBalancer,
  newStorageUser,
  readyImport,
  readyLoadBalancer,
  readyNetwork,
  readyPart,
  readyPort,
  readyRouter,
  readyServerGroup,
  readySnapshot,
  readyStorageUser,
  readySubnet,
  readyVolume,
  routerBesidePort,
  routerWithPort,
  runningServer,
  smallSize,
  somePool,
  stoppedServer,
} from '../cloud-harness.ts'
import {
  CloudBusyException,
  CloudFailedException,
  CloudRefusedException,
  CloudStateException,
  CloudTimeoutException,
} from '../exceptions.ts'
import { cloudInFakeTime, type EmbeddedHarness } from './fake-time.ts'
import { faultKinds } from './fault-order.ts'
import type { CloudObject } from './inventory.ts'
import { cloudOperations, effectOperations, readOperations } from './operations.ts'

/** An effect that a fault strikes: how it is called for, and what then is to be seen. */
interface Scenario {
  call(): Promise<unknown>
  /** Whether the effect is there once all has settled. */
  happened(): boolean
  /** The object that the call was about. */
  object(): CloudObject | undefined
}

const scenarios: Record<string, (harness: EmbeddedHarness) => Promise<Scenario>> = {
  'network.createNetwork': async harness => {
    const network = { key: newKey(), zone: harness.zone, name: 'backend', mtu: 1500 }
    return made(harness, network.key, () => harness.cloud.network.createNetwork(network))
  },
  'network.setMtu': async harness => {
    const { id } = await readyNetwork(harness)
    return changed(harness, id, { mtu: 6601 }, () => harness.cloud.network.setMtu(id, 6601))
  },
  'network.deleteNetwork': async harness => {
    const { id } = await readyNetwork(harness)
    return removed(harness, id, () => harness.cloud.network.deleteNetwork(id))
  },
  'network.createSubnet': async harness => {
    const { id: networkId } = await readyNetwork(harness)
    const subnet = { key: newKey(), networkId, cidr: '10.0.0.0/24', gateway: null, dnsServers: [] }
    return made(harness, subnet.key, () => harness.cloud.network.createSubnet(subnet))
  },
  'network.setSubnet': async harness => {
    const { id } = await readySubnet(harness, (await readyNetwork(harness)).id)
    const settings = { gateway: '10.0.0.1', dnsServers: [] }
    return changed(harness, id, { gateway: '10.0.0.1' }, () => harness.cloud.network.setSubnet(id, settings))
  },
  'network.deleteSubnet': async harness => {
    const { id } = await readySubnet(harness, (await readyNetwork(harness)).id)
    return removed(harness, id, () => harness.cloud.network.deleteSubnet(id))
  },
  'network.createPort': async harness => {
    const { cloud, zone, network } = harness
    const port = { key: newKey(), zone, network, addresses: [harness.freeAddress(4)] }
    return made(harness, port.key, () => cloud.network.createPort(port))
  },
  'network.deletePort': async harness => {
    const { id } = await readyPort(harness)
    return removed(harness, id, () => harness.cloud.network.deletePort(id))
  },
  'network.createRouter': async harness => {
    const router = { key: newKey(), zone: harness.zone, name: 'edge', gatewayPortId: undefined }
    return made(harness, router.key, () => harness.cloud.network.createRouter(router))
  },
  'network.deleteRouter': async harness => {
    const { id } = await readyRouter(harness)
    return removed(harness, id, () => harness.cloud.network.deleteRouter(id))
  },
  'network.attachRouterPort': async harness => {
    const { routerId, portId } = await routerBesidePort(harness)
    return changed(harness, portId, { routerId }, () =>
      harness.cloud.network.attachRouterPort(routerId, portId),
    )
  },
  'network.detachRouterPort': async harness => {
    const { routerId, portId } = await routerWithPort(harness)
    return changed(harness, portId, { routerId: undefined }, () =>
      harness.cloud.network.detachRouterPort(routerId, portId),
    )
  },
  'objectStorage.createUser': async harness => {
    const user = newStorageUser()
    return made(harness, user.key, () => harness.cloud.objectStorage.createUser(user))
  },
  'objectStorage.deleteUser': async harness => {
    const { id } = await readyStorageUser(harness)
    return removed(harness, id, () => harness.cloud.objectStorage.deleteUser(id))
  },
  'volumes.create': async harness => {
    const volume = newVolume(harness)
    return made(harness, volume.key, () => harness.cloud.volumes.createVolume(volume))
  },
  'volumes.delete': async harness => {
    const { id } = await readyVolume(harness)
    return removed(harness, id, () => harness.cloud.volumes.deleteVolume(id))
  },
  'volumes.extend': async harness => {
    const { id } = await readyVolume(harness)
    return changed(harness, id, { sizeGb: 20 }, () => harness.cloud.volumes.extendVolume(id, 20))
  },
  'volumes.revert': async harness => {
    const { id: volumeId } = await readyVolume(harness)
    const { id: snapshotId } = await readySnapshot(harness, volumeId)
    const revert = { key: newKey(), volumeId, snapshotId }
    return changed(harness, volumeId, { revertKey: revert.key }, () =>
      harness.cloud.volumes.revertVolume(revert),
    )
  },
  'volumes.createSnapshot': async harness => {
    const { id: volumeId } = await readyVolume(harness)
    const snapshot = { key: newKey(), volumeId }
    return made(harness, snapshot.key, () => harness.cloud.volumes.createSnapshot(snapshot))
  },
  'volumes.deleteSnapshot': async harness => {
    const { id: volumeId } = await readyVolume(harness)
    const { id } = await readySnapshot(harness, volumeId)
    return removed(harness, id, () => harness.cloud.volumes.deleteSnapshot(id))
  },
  'compute.createServer': async harness => {
    const server = await newServer(harness)
    return made(harness, server.key, () => harness.cloud.compute.createServer(server))
  },
  'compute.deleteServer': async harness => {
    const { id } = await runningServer(harness)
    return removed(harness, id, () => harness.cloud.compute.deleteServer(id))
  },
  'compute.startServer': async harness => {
    const { id } = await stoppedServer(harness)
    return changed(harness, id, { power: 'running' }, () => harness.cloud.compute.startServer(id))
  },
  'compute.stopServer': async harness => {
    const { id } = await runningServer(harness)
    return changed(harness, id, { power: 'stopped' }, () => harness.cloud.compute.stopServer(id))
  },
  'compute.rebootServer': async harness => {
    const { id } = await runningServer(harness)
    return changed(harness, id, { bootCount: 1 }, () => harness.cloud.compute.rebootServer(id))
  },
  'compute.resizeServer': async harness => {
    const { id } = await stoppedServer(harness)
    const size = { vcpuCount: 2, memoryGb: 8, gpuCount: 0 }
    return changed(harness, id, size, () => harness.cloud.compute.resizeServer(id, size))
  },
  'compute.attachVolume': async harness => {
    const { serverId, id } = await serverBeside(harness, readyVolume)
    return changed(harness, id, { serverId }, () => harness.cloud.compute.attachVolume(serverId, id))
  },
  'compute.detachVolume': async harness => {
    const { serverId, id } = await serverWithVolume(harness)
    return changed(harness, id, { serverId: undefined }, () =>
      harness.cloud.compute.detachVolume(serverId, id),
    )
  },
  'compute.attachPort': async harness => {
    const { serverId, id } = await serverBeside(harness, readyPort)
    return changed(harness, id, { serverId }, () => harness.cloud.compute.attachPort(serverId, id))
  },
  'compute.detachPort': async harness => {
    const { id: serverId, port } = await runningServer(harness)
    return changed(harness, port.id, { serverId: undefined }, () =>
      harness.cloud.compute.detachPort(serverId, port.id),
    )
  },
  'compute.createServerGroup': async harness => {
    const group = { key: newKey(), zone: harness.zone, name: 'apart' }
    return made(harness, group.key, () => harness.cloud.compute.createServerGroup(group))
  },
  'compute.deleteServerGroup': async harness => {
    const { id } = await readyServerGroup(harness)
    return removed(harness, id, () => harness.cloud.compute.deleteServerGroup(id))
  },
  'loadBalancers.create': async harness => {
    const { id } = await readyPort(harness)
    const wanted = { ...newLoadBalancer(harness), portIds: [id] }
    return made(harness, wanted.key, () => harness.cloud.loadBalancers.createLoadBalancer(wanted))
  },
  'loadBalancers.delete': async harness => {
    const { id } = await readyLoadBalancer(harness)
    return removed(harness, id, () => harness.cloud.loadBalancers.deleteLoadBalancer(id))
  },
  'loadBalancers.createPart': async harness => {
    const { id: loadBalancerId } = await readyLoadBalancer(harness)
    const pool = { key: newKey(), loadBalancerId, part: somePool }
    return made(harness, pool.key, () => harness.cloud.loadBalancers.createPart(pool))
  },
  'loadBalancers.setPart': async harness => {
    const { id: loadBalancerId } = await readyLoadBalancer(harness)
    const poolId = await readyPart(harness, loadBalancerId, somePool)
    const id = await readyPart(harness, loadBalancerId, monitorOf(poolId))
    const settings = { delayS: 9, timeoutS: 3, upThreshold: 1, downThreshold: 1, http: null }
    return changed(harness, id, settings, () => harness.cloud.loadBalancers.setPart(id, settings))
  },
  'loadBalancers.deletePart': async harness => {
    const { id: loadBalancerId } = await readyLoadBalancer(harness)
    const id = await readyPart(harness, loadBalancerId, somePool)
    return removed(harness, id, () => harness.cloud.loadBalancers.deletePart(id))
  },
  'images.importImage': async harness => {
    const image = newImport(harness)
    return made(harness, image.key, () => harness.cloud.images.importImage(image))
  },
  'images.deleteImport': async harness => {
    const { id } = await readyImport(harness)
    return removed(harness, id, () => harness.cloud.images.deleteImport(id))
  },
  'dns.setPointer': async harness => {
    const pointer = { key: newKey(), address: '203.0.113.7', name: 'web.example.org' }
    return made(harness, pointer.key, () => harness.cloud.dns.setPointer(pointer))
  },
  'dns.removePointer': async harness => {
    const pointer = { key: newKey(), address: '203.0.113.7', name: 'web.example.org' }
    await harness.cloud.dns.setPointer(pointer)
    return removed(harness, pointer.address, () =>
      harness.cloud.dns.removePointer(pointer.address, pointer.key),
    )
  },
  'routes.announce': async harness => {
    const route = { key: newKey(), prefix: '203.0.113.7/32', nextHop: '203.0.113.8' }
    return made(harness, route.key, () => harness.cloud.routes.announce(route))
  },
  'routes.withdraw': async harness => {
    const route = { key: newKey(), prefix: '203.0.113.7/32', nextHop: '203.0.113.8' }
    await harness.cloud.routes.announce(route)
    return removed(harness, route.prefix, () => harness.cloud.routes.withdraw(route.prefix, route.key))
  },
  'events.publish': async ({ cloud }) => ({
    call: () => cloud.events.publish(anEvent),
    object: () => undefined,
    happened: () => cloud.publishedEvents().length > 0,
  }),
}

const anEvent = {
  id: 1,
  projectId: 'p',
  object: 'server:s',
  action: 'server_create',
  at: '2026-11-22T10:00:00Z',
}

/** Longer than anything takes to settle, even slowly. */
const lateMs = 10 * 60_000

describe.each(effectOperations)('a fault ordered for %s', operation => {
  const open = async (order: object, options: Parameters<typeof cloudInFakeTime>[0] = {}) => {
    const harness = cloudInFakeTime(options)
    const scenario = await (scenarios[operation] as (typeof scenarios)[string])(harness)
    await harness.settle()
    harness.cloud.faults.replace([{ operation, times: 1, ...order }])
    return { harness, scenario }
  }

  it.each([
    ['refuse', CloudRefusedException],
    ['busy', CloudBusyException],
  ] as const)('%s: says no, nothing happens, and the next call is served', async (kind, exception) => {
    const { harness, scenario } = await open({ kind })

    await expect(scenario.call()).rejects.toBeInstanceOf(exception)

    await harness.settle()
    expect(scenario.happened()).toBe(false)
    await scenario.call()
    await harness.settle()
    expect(scenario.happened()).toBe(true)
  })

  it('lose-answer: does it, and the caller gets a time-out', async () => {
    const { harness, scenario } = await open({ kind: 'lose-answer' })

    await expect(scenario.call()).rejects.toBeInstanceOf(CloudTimeoutException)

    await harness.settle()
    expect(scenario.happened()).toBe(true)
  })

  it('late-effect: the caller gets a time-out, and the effect comes when it is due', async () => {
    const { harness, scenario } = await open({ kind: 'late-effect', delayMs: lateMs })

    await expect(scenario.call()).rejects.toBeInstanceOf(CloudTimeoutException)

    await harness.settle()
    expect(scenario.happened()).toBe(false)
    harness.clock.pass(lateMs)
    expect(scenario.happened()).toBe(true)
  })

  it.skipIf(operation === 'events.publish')(
    'error-state: accepts it, and the object ends broken',
    async () => {
      const { harness, scenario } = await open({ kind: 'error-state' })

      await scenario.call()

      await harness.settle()
      expect(scenario.object()).toMatchObject({ state: 'broken', fault: expect.stringContaining(operation) })
    },
  )

  it('slow: takes ten times as long to be answered and to settle', async () => {
    const took = async (order: object) => {
      const { harness, scenario } = await open({ kind: 'slow', ...order })
      const startedAtMs = harness.clock.now()
      await scenario.call()
      const answerMs = harness.clock.now() - startedAtMs
      const settlesAtMs = scenario.object()?.settlesAtMs
      return { answerMs, settledAfterMs: settlesAtMs && settlesAtMs - startedAtMs }
    }

    const usual = await took({ probability: 0 })
    const slow = await took({})

    // Slow or not, a call is accepted after half of the time that a usual one takes.
    const acceptedAfterMs = usual.answerMs / 2
    const settlingMs = ({ settledAfterMs = acceptedAfterMs }) => settledAfterMs - acceptedAfterMs
    expect(slow.answerMs).toBe(usual.answerMs * 10)
    expect(settlingMs(slow)).toBe(settlingMs(usual) * 10)
  })

  it('crash: dies after the effect, before the answer, and once only', async () => {
    let deaths = 0
    const kill = () => {
      deaths += 1
    }
    const { harness, scenario } = await open({ kind: 'crash' }, { kill })

    const answer = await Promise.race([scenario.call(), turnsOfTheLoop(20)])

    expect({ answer, deaths }).toEqual({ answer: 'none', deaths: 1 })
    expect(harness.cloud.faults.read().orders).toMatchObject([{ times: 1, struck: 1 }])
    await harness.settle()
    expect(scenario.happened()).toBe(true)
  })
})

describe.each(readOperations)('a fault ordered for %s', operation => {
  const page = { limit: 10 }
  const look = (harness: EmbeddedHarness): Promise<unknown> => {
    const { network, volumes, compute, loadBalancers, images, objectStorage, dns, routes } = harness.cloud
    switch (operation) {
      case 'network.findNetworks':
        return network.findNetworks('key')
      case 'network.getNetwork':
        return network.getNetwork('id')
      case 'network.findSubnets':
        return network.findSubnets('key')
      case 'network.getSubnet':
        return network.getSubnet('id')
      case 'network.findPorts':
        return network.findPorts('key')
      case 'network.getPort':
        return network.getPort('id')
      case 'network.findRouters':
        return network.findRouters('key')
      case 'network.getRouter':
        return network.getRouter('id')
      case 'objectStorage.findUsers':
        return objectStorage.findUsers('key')
      case 'objectStorage.getUser':
        return objectStorage.getUser('id')
      case 'objectStorage.listBuckets':
        return objectStorage.listBuckets(['id'])
      case 'objectStorage.bucketUsage':
        return objectStorage.bucketUsage(['id'], [])
      case 'volumes.find':
        return volumes.findVolumes('key')
      case 'volumes.get':
        return volumes.getVolume('id')
      case 'volumes.findSnapshots':
        return volumes.findSnapshots('key')
      case 'volumes.getSnapshot':
        return volumes.getSnapshot('id')
      case 'compute.findServers':
        return compute.findServers('key')
      case 'compute.getServer':
        return compute.getServer('id')
      case 'compute.hasRoom':
        return compute.hasRoom('rma1', smallSize)
      case 'compute.findServerGroups':
        return compute.findServerGroups('key')
      case 'compute.getServerGroup':
        return compute.getServerGroup('id')
      case 'dns.findPointers':
        return dns.findPointers('key')
      case 'dns.getPointer':
        return dns.getPointer('203.0.113.7')
      case 'routes.findRoutes':
        return routes.findRoutes('key')
      case 'routes.getRoute':
        return routes.getRoute('203.0.113.7/32')
      case 'loadBalancers.find':
        return loadBalancers.findLoadBalancers('key')
      case 'loadBalancers.get':
        return loadBalancers.getLoadBalancer('id')
      case 'loadBalancers.findParts':
        return loadBalancers.findParts('key')
      case 'loadBalancers.getPart':
        return loadBalancers.getPart('id')
      case 'loadBalancers.health':
        return loadBalancers.healthOfMembers(['id'])
      case 'images.getImage':
        return images.getImage('rma1', 'debian-13')
      case 'images.findImports':
        return images.findImports('key')
      case 'images.getImport':
        return images.getImport('id')
      case 'network.listNetworks':
        return network.listNetworks(page)
      case 'network.listSubnets':
        return network.listSubnets(page)
      case 'network.listPorts':
        return network.listPorts(page)
      case 'network.listRouters':
        return network.listRouters(page)
      case 'volumes.list':
        return volumes.listVolumes(page)
      case 'volumes.listSnapshots':
        return volumes.listSnapshots(page)
      case 'compute.listServers':
        return compute.listServers(page)
      case 'compute.listServerGroups':
        return compute.listServerGroups(page)
      case 'dns.listPointers':
        return dns.listPointers(page)
      case 'routes.listRoutes':
        return routes.listRoutes(page)
      case 'loadBalancers.list':
        return loadBalancers.listLoadBalancers(page)
      case 'loadBalancers.listParts':
        return loadBalancers.listParts('pool', page)
      case 'images.listImports':
        return images.listImports(page)
      case 'objectStorage.listUsers':
        return objectStorage.listUsers(page)
    }
  }

  it.each([
    ['refuse', CloudRefusedException],
    ['busy', CloudBusyException],
    ['lose-answer', CloudTimeoutException],
    ['late-effect', CloudTimeoutException],
    ['error-state', CloudFailedException],
  ] as const)('%s: is thrown as what it is', async (kind, exception) => {
    const harness = cloudInFakeTime()
    harness.cloud.faults.replace([{ operation, kind, times: 1 }])

    await expect(look(harness)).rejects.toBeInstanceOf(exception)
    await look(harness)
  })

  it('crash: dies as well', async () => {
    let deaths = 0
    const harness = cloudInFakeTime({
      kill: () => {
        deaths += 1
      },
    })
    harness.cloud.faults.replace([{ operation, kind: 'crash' }])

    expect(await Promise.race([look(harness), turnsOfTheLoop(20)])).toBe('none')
    expect(deaths).toBe(1)
  })
})

describe('an error state ordered for events.publish', () => {
  it('is told as a failure, since there is no object to end in it: the event is not kept', async () => {
    const { cloud } = cloudInFakeTime()
    cloud.faults.replace([{ operation: 'events.publish', kind: 'error-state', times: 1 }])

    await expect(cloud.events.publish(anEvent)).rejects.toBeInstanceOf(CloudFailedException)

    expect(cloud.publishedEvents()).toEqual([])
    await cloud.events.publish(anEvent)
    expect(cloud.publishedEvents()).toEqual([anEvent])
  })
})

describe('a broken object', () => {
  it('that did not let itself be removed goes when it is asked again', async () => {
    const harness = cloudInFakeTime()
    const { id } = await runningServer(harness)
    harness.cloud.faults.replace([{ operation: 'compute.deleteServer', kind: 'error-state', times: 1 }])
    await harness.cloud.compute.deleteServer(id)
    await harness.settle()

    await harness.cloud.compute.deleteServer(id)

    await harness.settle()
    expect(await harness.cloud.compute.getServer(id)).toBeUndefined()
  })

  it.each(['startServer', 'stopServer', 'rebootServer'] as const)('settles again after %s', async power => {
    const harness = cloudInFakeTime()
    const { id } = await runningServer(harness)
    harness.cloud.faults.replace([{ operation: 'compute.rebootServer', kind: 'error-state', times: 1 }])
    await harness.cloud.compute.rebootServer(id)
    await harness.settle()

    await harness.cloud.compute[power](id)

    await harness.settle()
    expect(await harness.cloud.compute.getServer(id)).toMatchObject({
      status: { state: 'ready' },
      power: power === 'stopServer' ? 'stopped' : 'running',
    })
  })

  it('keeps the size it had if the resize broke it', async () => {
    const harness = cloudInFakeTime()
    const { id } = await stoppedServer(harness)
    harness.cloud.faults.replace([{ operation: 'compute.resizeServer', kind: 'error-state' }])

    await harness.cloud.compute.resizeServer(id, { vcpuCount: 2, memoryGb: 8, gpuCount: 0 })

    await harness.settle()
    expect(await harness.cloud.compute.getServer(id)).toMatchObject({
      ...smallSize,
      status: { state: 'broken' },
    })
  })
})

describe('a volume in an error state', () => {
  const atFault = async (
    harness: EmbeddedHarness,
    operation: (typeof effectOperations)[number],
    call: () => Promise<unknown>,
  ) => {
    harness.cloud.faults.replace([{ operation, kind: 'error-state', times: 1 }])
    await call()
    await harness.settle()
  }

  it.each(['attachVolume', 'detachVolume'] as const)(
    'after a failed attachment has no server, and settles again after %s',
    async change => {
      const harness = cloudInFakeTime()
      const { compute, volumes } = harness.cloud
      const { serverId, id } = await serverBeside(harness, readyVolume)
      await atFault(harness, 'compute.attachVolume', () => compute.attachVolume(serverId, id))
      expect(await volumes.getVolume(id)).toMatchObject({ serverId: undefined, status: { state: 'broken' } })

      await compute[change](serverId, id)

      await harness.settle()
      expect(await volumes.getVolume(id)).toMatchObject({
        serverId: change === 'attachVolume' ? serverId : undefined,
        status: { state: 'ready' },
      })
    },
  )

  it.each(['attachVolume', 'detachVolume'] as const)(
    'after a failed detachment still has its server, and settles again after %s',
    async change => {
      const harness = cloudInFakeTime()
      const { compute, volumes } = harness.cloud
      const { serverId, id } = await serverWithVolume(harness)
      await atFault(harness, 'compute.detachVolume', () => compute.detachVolume(serverId, id))
      expect(await volumes.getVolume(id)).toMatchObject({ serverId, status: { state: 'broken' } })

      await compute[change](serverId, id)

      await harness.settle()
      expect(await volumes.getVolume(id)).toMatchObject({
        serverId: change === 'attachVolume' ? serverId : undefined,
        status: { state: 'ready' },
      })
    },
  )

  it.each([20, 10])('after a failed extension has its old size, and settles again at %i GB', async sizeGb => {
    const harness = cloudInFakeTime()
    const { volumes } = harness.cloud
    const { id } = await readyVolume(harness)
    await atFault(harness, 'volumes.extend', () => volumes.extendVolume(id, 20))
    expect(await volumes.getVolume(id)).toMatchObject({ sizeGb: 10, status: { state: 'broken' } })

    await volumes.extendVolume(id, sizeGb)

    await harness.settle()
    expect(await volumes.getVolume(id)).toMatchObject({ sizeGb, status: { state: 'ready' } })
  })

  it('after a failed revert carries its key no more, and settles again', async () => {
    const harness = cloudInFakeTime()
    const { volumes } = harness.cloud
    const { id: volumeId } = await readyVolume(harness)
    const { id: snapshotId } = await readySnapshot(harness, volumeId)
    const revert = { key: newKey(), volumeId, snapshotId }
    await atFault(harness, 'volumes.revert', () => volumes.revertVolume(revert))
    const failed = await volumes.getVolume(volumeId)

    await volumes.revertVolume(revert)

    await harness.settle()
    expect(failed).toMatchObject({ revertKey: undefined, status: { state: 'broken' } })
    expect(await volumes.getVolume(volumeId)).toMatchObject({
      revertKey: revert.key,
      status: { state: 'ready' },
    })
  })

  it('after a failed change can be deleted', async () => {
    const harness = cloudInFakeTime()
    const { compute, volumes } = harness.cloud
    const { serverId, id } = await serverBeside(harness, readyVolume)
    await atFault(harness, 'compute.attachVolume', () => compute.attachVolume(serverId, id))

    await volumes.deleteVolume(id)

    await harness.settle()
    expect(await volumes.getVolume(id)).toBeUndefined()
  })

  it('that was never made, or is half removed, is not made whole by a change', async () => {
    const harness = cloudInFakeTime()
    const { compute, volumes } = harness.cloud
    const { id: serverId } = await runningServer(harness)
    const [neverMade, halfRemoved] = [newVolume(harness), await readyVolume(harness)]
    await atFault(harness, 'volumes.create', () => volumes.createVolume(neverMade))
    await atFault(harness, 'volumes.delete', () => volumes.deleteVolume(halfRemoved.id))
    const [{ id } = { id: '' }] = await volumes.findVolumes(neverMade.key)

    for (const broken of [id, halfRemoved.id]) {
      await expect(compute.attachVolume(serverId, broken)).rejects.toBeInstanceOf(CloudStateException)
      await expect(volumes.extendVolume(broken, 20)).rejects.toBeInstanceOf(CloudStateException)
      await compute.detachVolume(serverId, broken)
      await harness.settle()
      expect((await volumes.getVolume(broken))?.status.state).toBe('broken')
    }
  })

  it('by itself is as it was, and settles again when it is detached', async () => {
    const harness = cloudInFakeTime()
    const { cloud } = harness
    const { serverId, id } = await serverWithVolume(harness)
    await cloud.volumes.extendVolume(id, 20)
    cloud.damage(id)
    expect(await cloud.volumes.getVolume(id)).toMatchObject({
      serverId,
      sizeGb: 10,
      status: { state: 'broken' },
    })

    await cloud.compute.detachVolume(serverId, id)

    await harness.settle()
    expect(await cloud.volumes.getVolume(id)).toMatchObject({
      serverId: undefined,
      status: { state: 'ready' },
    })
  })
})

describe('a port in an error state', () => {
  it.each(['attachPort', 'detachPort'] as const)(
    'after a failed attachment has no server, and settles again after %s',
    async change => {
      const harness = cloudInFakeTime()
      const { compute, network } = harness.cloud
      const { serverId, id } = await serverBeside(harness, readyPort)
      harness.cloud.faults.replace([{ operation: 'compute.attachPort', kind: 'error-state', times: 1 }])
      await compute.attachPort(serverId, id)
      await harness.settle()
      expect(await network.getPort(id)).toMatchObject({ serverId: undefined, status: { state: 'broken' } })

      await compute[change](serverId, id)

      await harness.settle()
      expect(await network.getPort(id)).toMatchObject({
        serverId: change === 'attachPort' ? serverId : undefined,
        status: { state: 'ready' },
      })
    },
  )
})

describe('late effects', () => {
  it('come in the order of time, however late anybody looks', async () => {
    const { cloud, clock } = cloudInFakeTime()
    const pointer = { key: newKey(), address: '203.0.113.7', name: 'web.example.org' }
    const late = (delayMs: number) => ({
      operation: 'dns.setPointer',
      kind: 'late-effect',
      times: 1,
      delayMs,
    })
    cloud.faults.replace([late(9000), late(5000)])
    await cloud.dns.setPointer({ ...pointer, name: 'last.example.org' }).catch(() => undefined)
    await cloud.dns.setPointer({ ...pointer, name: 'first.example.org' }).catch(() => undefined)

    clock.pass(60_000)

    expect((await cloud.dns.getPointer(pointer.address))?.name).toBe('last.example.org')
  })

  it('that can not take place any more are dropped', async () => {
    const harness = cloudInFakeTime()
    const { cloud, clock, zone, network } = harness
    const address = harness.freeAddress(4)
    cloud.faults.replace([{ operation: 'network.createPort', kind: 'late-effect', times: 1 }])
    const late = { key: newKey(), zone, network, addresses: [address] }
    await expect(cloud.network.createPort(late)).rejects.toBeInstanceOf(CloudTimeoutException)
    const taken = await cloud.network.createPort({ ...late, key: newKey() })

    clock.pass(60_000)

    expect(cloud.objects().map(({ id }) => id)).toEqual([taken.id])
  })

  it('come as late as ordered in a cloud without latency as well', async () => {
    const { cloud, clock } = cloudInFakeTime({ latencyFactor: 0 })
    cloud.faults.replace([{ operation: 'dns.setPointer', kind: 'late-effect' }])
    const setting = cloud.dns.setPointer({ key: newKey(), address: '203.0.113.7', name: 'web.example.org' })
    await expect(setting).rejects.toBeInstanceOf(CloudTimeoutException)

    clock.pass(2999)
    expect(cloud.objects()).toEqual([])
    clock.pass(1)
    expect(cloud.objects()).toHaveLength(1)
  })
})

describe('fault orders', () => {
  it('strike without limit and with certainty unless they say otherwise', async () => {
    const { cloud } = cloudInFakeTime()
    cloud.faults.replace([{ operation: 'network.getPort', kind: 'busy' }])

    for (let call = 0; call < 3; call++) {
      await expect(cloud.network.getPort('id')).rejects.toBeInstanceOf(CloudBusyException)
    }

    expect(cloud.faults.read()).toEqual({
      operations: cloudOperations,
      orders: [
        { operation: 'network.getPort', kind: 'busy', times: null, probability: 1, delayMs: 3000, struck: 3 },
      ],
    })
  })

  it('of one operation strike one after the other, each until it is used up', async () => {
    const { cloud } = cloudInFakeTime()
    cloud.faults.replace([
      { operation: 'network.getPort', kind: 'busy', times: 1 },
      { operation: 'network.getPort', kind: 'refuse', times: 1 },
    ])

    await expect(cloud.network.getPort('id')).rejects.toBeInstanceOf(CloudBusyException)
    await expect(cloud.network.getPort('id')).rejects.toBeInstanceOf(CloudRefusedException)
    expect(await cloud.network.getPort('id')).toBeUndefined()
  })

  it('give way to the next when chance does not let them strike', async () => {
    const { cloud } = cloudInFakeTime({ random: () => 0.5 })
    cloud.faults.replace([
      { operation: 'network.getPort', kind: 'busy', probability: 0.5 },
      { operation: 'network.getPort', kind: 'refuse', probability: 0.51 },
    ])

    await expect(cloud.network.getPort('id')).rejects.toBeInstanceOf(CloudRefusedException)
  })

  it('are cleared by none', async () => {
    const { cloud } = cloudInFakeTime()
    cloud.faults.replace([{ operation: 'network.getPort', kind: 'busy' }])

    cloud.faults.replace([])

    expect(cloud.faults.read().orders).toEqual([])
    expect(await cloud.network.getPort('id')).toBeUndefined()
  })

  it.each([
    ['no list', { operation: 'volumes.create', kind: 'busy' }, 'orders', 'must be a list'],
    ['nothing', undefined, 'orders', 'must be a list'],
    ['no order', ['busy'], '[0]', 'must be a fault order'],
    [
      'an unknown operation',
      [{ operation: 'volumes.paint', kind: 'busy' }],
      '[0].operation',
      'network.createPort',
    ],
    ['an unknown kind', [{ operation: 'volumes.create', kind: 'tired' }], '[0].kind', faultKinds.join(', ')],
    ['no times', [{ operation: 'volumes.create', kind: 'busy', times: 0 }], '[0].times', 'at least 1'],
    ['half a time', [{ operation: 'volumes.create', kind: 'busy', times: 0.5 }], '[0].times', 'whole number'],
    [
      'a probability above 1',
      [{ operation: 'volumes.create', kind: 'busy', probability: 2 }],
      '[0].probability',
      '1',
    ],
    [
      'a delay backwards',
      [{ operation: 'volumes.create', kind: 'busy', delayMs: -1 }],
      '[0].delayMs',
      'from 0',
    ],
    ['a misspelt field', [{ operation: 'volumes.create', kind: 'busy', time: 1 }], '[0].time', 'not a field'],
  ])('refuse %s, by name, and leave the orders as they were', (_, orders, field, reason) => {
    const { cloud } = cloudInFakeTime()
    cloud.faults.replace([{ operation: 'network.getPort', kind: 'busy' }])

    const refused = thrownBy(() => cloud.faults.replace(orders))

    expect(refused).toBeInstanceOf(ValidationException)
    expect((refused as ValidationException).data.fields).toEqual({ [field]: expect.stringContaining(reason) })
    expect(cloud.faults.read().orders).toHaveLength(1)
  })
})

function made(harness: EmbeddedHarness, key: string, call: () => Promise<unknown>): Scenario {
  const object = () => harness.cloud.objects().find(candidate => candidate.key === key)
  return { call, object, happened: () => object()?.state === 'ready' || object()?.state === 'pending' }
}

function removed(harness: EmbeddedHarness, id: string, call: () => Promise<unknown>): Scenario {
  const object = () => harness.cloud.objects().find(candidate => candidate.id === id)
  return { call, object, happened: () => object() === undefined }
}

function changed(
  harness: EmbeddedHarness,
  id: string,
  after: object,
  call: () => Promise<unknown>,
): Scenario {
  const object = () => harness.cloud.objects().find(candidate => candidate.id === id)
  const happened = () => {
    const found = new Map<string, unknown>(Object.entries(object() ?? {}))
    return Object.entries({ state: 'ready', ...after }).every(([name, value]) => found.get(name) === value)
  }
  return { call, object, happened }
}

function newVolume({ zone, image }: EmbeddedHarness) {
  return { key: newKey(), zone, sizeGb: 10, type: 'ssd', image, snapshotId: undefined } as const
}

async function newServer(harness: EmbeddedHarness) {
  const port = await readyPort(harness)
  const volume = await readyVolume(harness)
  return {
    key: newKey(),
    zone: harness.zone,
    hostname: 'web.example.org',
    ...smallSize,
    portIds: [port.id],
    volumeIds: [volume.id],
    groupId: undefined,
    sshKeys: [],
    password: undefined,
    userData: undefined,
  }
}

/** A server, and a volume beside it that can be attached to it, or a port. */
async function serverBeside<Part extends { id: string }>(
  harness: EmbeddedHarness,
  ready: (harness: EmbeddedHarness) => Promise<Part>,
) {
  const { id: serverId } = await runningServer(harness)
  const { id } = await ready(harness)
  return { serverId, id }
}

/** A server with a volume that was attached to it later. */
async function serverWithVolume(harness: EmbeddedHarness) {
  const { serverId, id } = await serverBeside(harness, readyVolume)
  await harness.cloud.compute.attachVolume(serverId, id)
  await harness.settle()
  return { serverId, id }
}

/** Answers `none` when everything had its chance to answer before. */
async function turnsOfTheLoop(count: number): Promise<'none'> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate)
  return 'none'
}

function thrownBy(act: () => void): unknown {
  try {
    act()
  } catch (thrown) {
    return thrown
  }
  return undefined
}
