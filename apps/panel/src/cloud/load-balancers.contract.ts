import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type CloudHarness,
  listenerOf,
  memberOf,
  monitorOf,
  newKey,
  newLoadBalancer,
  type OpenCloud,
  readyLoadBalancer,
  readyNetwork,
  readyPart,
  readyPort,
  readySubnet,
  readyVolume,
  smallSize,
  somePool,
} from './cloud-harness.ts'
import {
  CloudObjectInUseException,
  CloudObjectNotFoundException,
  CloudRefusedException,
  CloudTimeoutException,
} from './exceptions.ts'
import type { LoadBalancers } from './load-balancers.ts'

/** What every `LoadBalancers` must do. */
export function loadBalancersContract(name: string, open: OpenCloud): void {
  let harness: CloudHarness
  let loadBalancers: LoadBalancers
  beforeEach(async () => {
    harness = await open()
    loadBalancers = harness.cloud.loadBalancers
  })
  afterEach(() => harness.close())

  /** A load balancer with a pool, a member and a listener, and where the member is. */
  const readySetup = async () => {
    const { id: loadBalancerId } = await readyLoadBalancer(harness)
    const { id: networkId } = await readyNetwork(harness)
    const { id: subnetId } = await readySubnet(harness, networkId)
    const poolId = await readyPart(harness, loadBalancerId, somePool)
    const memberId = await readyPart(harness, loadBalancerId, {
      ...memberOf(poolId, subnetId),
      protocolPort: 22,
    })
    return { loadBalancerId, networkId, poolId, memberId }
  }
  /** A running server that has the member's address. */
  const serverOf = async ({ networkId }: { networkId: string }) => {
    const port = await harness.cloud.network.createPort({
      key: newKey(),
      zone: harness.zone,
      network: networkId,
      addresses: [{ version: 4, address: '10.0.0.5' }],
    })
    const volume = await readyVolume(harness)
    const server = await harness.cloud.compute.createServer({
      key: newKey(),
      zone: harness.zone,
      hostname: 'member',
      ...smallSize,
      portIds: [port.id],
      volumeIds: [volume.id],
      groupId: undefined,
      sshKeys: [],
      password: undefined,
      userData: undefined,
    })
    await harness.settle()
    return server.id
  }
  const health = async (loadBalancerId: string) =>
    (await loadBalancers.healthOfMembers([loadBalancerId])).map(member => member.health)

  describe(`${name} as what has load balancers`, () => {
    it('makes a load balancer on ports, which gets ready and keeps them from being deleted', async () => {
      const port = await readyPort(harness)

      const { id } = await loadBalancers.createLoadBalancer({
        ...newLoadBalancer(harness),
        portIds: [port.id],
      })

      await harness.settle()
      expect(await loadBalancers.getLoadBalancer(id)).toEqual({ id, status: { state: 'ready' } })
      expect((await harness.cloud.network.getPort(port.id))?.loadBalancerId).toBe(id)
      await expect(harness.cloud.network.deletePort(port.id)).rejects.toBeInstanceOf(
        CloudObjectInUseException,
      )
    })

    it('finds every load balancer of a key as soon as it was accepted, oldest first', async () => {
      const key = newKey()
      const made = []
      for (const port of [await readyPort(harness), await readyPort(harness)]) {
        const wanted = { ...newLoadBalancer(harness, key), portIds: [port.id] }
        made.push((await loadBalancers.createLoadBalancer(wanted)).id)
      }

      expect((await loadBalancers.findLoadBalancers(key)).map(({ id }) => id)).toEqual(made)
      expect(await loadBalancers.findLoadBalancers(newKey())).toEqual([])
    })

    it('gives no port to two load balancers, nor to a server beside one', async () => {
      const port = await readyPort(harness)
      const wanted = { ...newLoadBalancer(harness), portIds: [port.id] }
      await loadBalancers.createLoadBalancer(wanted)
      await harness.settle()

      const key = newKey()
      await expect(loadBalancers.createLoadBalancer({ ...wanted, key })).rejects.toBeInstanceOf(
        CloudObjectInUseException,
      )
      expect(await loadBalancers.findLoadBalancers(key)).toEqual([])
    })

    it('makes no load balancer that nothing reaches', async () => {
      const making = loadBalancers.createLoadBalancer({ ...newLoadBalancer(harness), portIds: [] })

      await expect(making).rejects.toBeInstanceOf(CloudRefusedException)
    })

    it('lets its ports go when it is deleted', async () => {
      const port = await readyPort(harness)
      const wanted = { ...newLoadBalancer(harness), portIds: [port.id] }
      const { id } = await loadBalancers.createLoadBalancer(wanted)
      await harness.settle()

      await loadBalancers.deleteLoadBalancer(id)

      await harness.settle()
      expect((await harness.cloud.network.getPort(port.id))?.loadBalancerId).toBeUndefined()
    })

    it('deletes a load balancer with all its parts', async () => {
      const { loadBalancerId, poolId, memberId } = await readySetup()
      const listenerId = await readyPart(harness, loadBalancerId, listenerOf(poolId))

      await loadBalancers.deleteLoadBalancer(loadBalancerId)

      await harness.settle()
      expect(await loadBalancers.getLoadBalancer(loadBalancerId)).toBeUndefined()
      for (const id of [poolId, memberId, listenerId]) expect(await loadBalancers.getPart(id)).toBeUndefined()
      expect(await health(loadBalancerId)).toEqual([])
    })

    it('takes the deletion of what is absent for done', async () => {
      await loadBalancers.deleteLoadBalancer(randomUUID())
      await loadBalancers.deletePart(randomUUID())
      expect(await loadBalancers.getLoadBalancer(randomUUID())).toBeUndefined()
      expect(await loadBalancers.getPart(randomUUID())).toBeUndefined()
    })

    it('takes an aborted call for one whose outcome is unknown', async () => {
      const port = await readyPort(harness)
      const wanted = { ...newLoadBalancer(harness), portIds: [port.id] }

      const making = loadBalancers.createLoadBalancer(wanted, AbortSignal.abort())

      await expect(making).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })

  describe(`${name} as what load balancers are put together from`, () => {
    it('makes each kind of part as asked for, found by its key', async () => {
      const { loadBalancerId, poolId } = await readySetup()
      for (const part of [somePool, listenerOf(poolId), monitorOf(poolId)]) {
        const key = newKey()

        const { id } = await loadBalancers.createPart({ key, loadBalancerId, part })

        expect((await loadBalancers.findParts(key)).map(found => found.id)).toEqual([id])
        await harness.settle()
        expect(await loadBalancers.getPart(id)).toEqual({
          id,
          loadBalancerId,
          part,
          status: { state: 'ready' },
        })
        expect((await loadBalancers.getLoadBalancer(loadBalancerId))?.status).toEqual({ state: 'ready' })
      }
    })

    it('makes no part of an absent load balancer, of an absent pool, or of another one’s pool', async () => {
      const { poolId } = await readySetup()
      const { id: loadBalancerId } = await readyLoadBalancer(harness)
      const key = newKey()
      const making = (loadBalancerId: string, part: Parameters<typeof loadBalancers.createPart>[0]['part']) =>
        loadBalancers.createPart({ key, loadBalancerId, part })

      await expect(making(randomUUID(), somePool)).rejects.toBeInstanceOf(CloudObjectNotFoundException)
      await expect(making(loadBalancerId, listenerOf(randomUUID()))).rejects.toBeInstanceOf(
        CloudObjectNotFoundException,
      )
      await expect(making(loadBalancerId, listenerOf(poolId))).rejects.toBeInstanceOf(CloudRefusedException)
      expect(await loadBalancers.findParts(key)).toEqual([])
    })

    it('gives a pool one monitor', async () => {
      const { loadBalancerId, poolId } = await readySetup()
      await readyPart(harness, loadBalancerId, monitorOf(poolId))

      const second = loadBalancers.createPart({ key: newKey(), loadBalancerId, part: monitorOf(poolId) })

      await expect(second).rejects.toBeInstanceOf(CloudRefusedException)
    })

    it('changes what can be changed, and nothing else', async () => {
      const { loadBalancerId, poolId, memberId } = await readySetup()
      const listenerId = await readyPart(harness, loadBalancerId, listenerOf(poolId))
      const { kind: _, poolId: _pool, ...settings } = { ...listenerOf(poolId), protocolPort: 8080 }

      await loadBalancers.setPart(listenerId, settings)
      await harness.settle()
      await loadBalancers.setPart(memberId, { isEnabled: false })
      await harness.settle()

      expect((await loadBalancers.getPart(listenerId))?.part).toEqual({
        ...listenerOf(poolId),
        protocolPort: 8080,
      })
      expect((await loadBalancers.getPart(memberId))?.part).toMatchObject({ isEnabled: false })
      await expect(loadBalancers.setPart(poolId, { isEnabled: true })).rejects.toBeInstanceOf(
        CloudRefusedException,
      )
      await expect(loadBalancers.setPart(randomUUID(), { isEnabled: true })).rejects.toBeInstanceOf(
        CloudObjectNotFoundException,
      )
    })

    it('deletes no pool that a listener uses; then with its members and its monitor', async () => {
      const { loadBalancerId, poolId, memberId } = await readySetup()
      const monitorId = await readyPart(harness, loadBalancerId, monitorOf(poolId))
      const listenerId = await readyPart(harness, loadBalancerId, listenerOf(poolId))
      await expect(loadBalancers.deletePart(poolId)).rejects.toBeInstanceOf(CloudObjectInUseException)

      await loadBalancers.deletePart(listenerId)
      await harness.settle()
      await loadBalancers.deletePart(poolId)

      await harness.settle()
      for (const id of [poolId, memberId, monitorId]) expect(await loadBalancers.getPart(id)).toBeUndefined()
    })
  })

  describe(`${name} as what looks after members`, () => {
    it('says nothing of a member without a monitor', async () => {
      const { loadBalancerId, memberId } = await readySetup()

      expect(await loadBalancers.healthOfMembers([loadBalancerId, randomUUID()])).toEqual([
        { loadBalancerId, memberId, isEnabled: true, health: 'no_monitor' },
      ])
    })

    it('finds a member up while a running server has its address, and down otherwise', async () => {
      const setup = await readySetup()
      await readyPart(harness, setup.loadBalancerId, monitorOf(setup.poolId))
      expect(await health(setup.loadBalancerId)).toEqual(['down'])

      const serverId = await serverOf(setup)
      await harness.settle()
      expect(await health(setup.loadBalancerId)).toEqual(['up'])

      await harness.cloud.compute.stopServer(serverId)
      await harness.settle()
      expect(await health(setup.loadBalancerId)).toEqual(['down'])
    })

    it('forgets what it knew when the monitor goes', async () => {
      const setup = await readySetup()
      const monitorId = await readyPart(harness, setup.loadBalancerId, monitorOf(setup.poolId))

      await loadBalancers.deletePart(monitorId)

      await harness.settle()
      expect(await health(setup.loadBalancerId)).toEqual(['no_monitor'])
    })
  })
}
