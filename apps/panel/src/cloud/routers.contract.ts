import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type CloudHarness,
  newKey,
  type OpenCloud,
  readyPort,
  readyRouter,
  routerBesidePort,
  routerWithPort,
  runningServer,
} from './cloud-harness.ts'
import {
  CloudObjectInUseException,
  CloudObjectNotFoundException,
  CloudRefusedException,
  CloudTimeoutException,
} from './exceptions.ts'
import type { Network } from './network.ts'

/** What every `Network` must do with routers. */
export function routersContract(name: string, open: OpenCloud): void {
  describe(`${name} as what has routers`, () => {
    let harness: CloudHarness
    let network: Network
    beforeEach(async () => {
      harness = await open()
      network = harness.cloud.network
    })
    afterEach(() => harness.close())

    const newRouter = (gatewayPortId?: string) => ({
      key: newKey(),
      zone: harness.zone,
      name: 'contract',
      gatewayPortId,
    })

    it('makes a router, which gets ready', async () => {
      const { id } = await network.createRouter(newRouter())

      await harness.settle()
      expect(await network.getRouter(id)).toEqual({ id, status: { state: 'ready' } })
    })

    it('finds every router of a key as soon as it was accepted, oldest first', async () => {
      const wanted = newRouter()
      const first = await network.createRouter(wanted)
      const second = await network.createRouter(wanted)

      expect((await network.findRouters(wanted.key)).map(({ id }) => id)).toEqual([first.id, second.id])
      expect(await network.findRouters(newKey())).toEqual([])
    })

    it('leads a router to the internet by a public port, which is its own until it is deleted', async () => {
      const port = await readyPort(harness)
      const { id } = await network.createRouter(newRouter(port.id))
      await harness.settle()
      expect((await network.getPort(port.id))?.routerId).toBe(id)
      await expect(network.deletePort(port.id)).rejects.toBeInstanceOf(CloudObjectInUseException)

      await network.deleteRouter(id)

      await harness.settle()
      expect((await network.getPort(port.id))?.routerId).toBeUndefined()
      await network.deletePort(port.id)
    })

    it('leads no router to the internet by a port of a private network, or by one that something has', async () => {
      const { portId } = await routerBesidePort(harness)
      await harness.settle()
      await expect(network.createRouter(newRouter(portId))).rejects.toBeInstanceOf(CloudRefusedException)

      const { port } = await runningServer(harness)
      await expect(network.createRouter(newRouter(port.id))).rejects.toBeInstanceOf(CloudObjectInUseException)
    })

    it('gives a router a port, and takes it away', async () => {
      const { routerId, portId } = await routerBesidePort(harness)
      await harness.settle()

      await network.attachRouterPort(routerId, portId)
      await harness.settle()
      expect(await network.getPort(portId)).toMatchObject({ routerId, status: { state: 'ready' } })

      await network.detachRouterPort(routerId, portId)
      await harness.settle()
      expect(await network.getPort(portId)).toMatchObject({ routerId: undefined, status: { state: 'ready' } })
    })

    it('takes what is so already for done', async () => {
      const { routerId, portId } = await routerWithPort(harness)
      await network.attachRouterPort(routerId, portId)
      await network.detachRouterPort(routerId, portId)
      await harness.settle()

      await network.detachRouterPort(routerId, portId)
      await network.detachRouterPort(routerId, randomUUID())

      expect((await network.getPort(portId))?.routerId).toBeUndefined()
    })

    it('deletes neither the port of a router nor the network that it is on', async () => {
      const { portId, networkId } = await routerWithPort(harness)

      await expect(network.deletePort(portId)).rejects.toBeInstanceOf(CloudObjectInUseException)
      await expect(network.deleteNetwork(networkId)).rejects.toBeInstanceOf(CloudObjectInUseException)
    })

    it('gives nobody a port that something else has', async () => {
      const { portId } = await routerWithPort(harness)
      const { id: other } = await readyRouter(harness)
      const server = await runningServer(harness)

      await expect(network.attachRouterPort(other, portId)).rejects.toBeInstanceOf(CloudObjectInUseException)
      await expect(network.attachRouterPort(other, server.port.id)).rejects.toBeInstanceOf(
        CloudObjectInUseException,
      )
      await expect(harness.cloud.compute.attachPort(server.id, portId)).rejects.toBeInstanceOf(
        CloudObjectInUseException,
      )
    })

    it('leaves a port alone that another router or a server has', async () => {
      const { routerId, portId } = await routerWithPort(harness)
      const { id: other } = await readyRouter(harness)
      const server = await runningServer(harness)

      await network.detachRouterPort(other, portId)
      await network.detachRouterPort(other, server.port.id)

      await harness.settle()
      expect((await network.getPort(portId))?.routerId).toBe(routerId)
      expect((await network.getPort(server.port.id))?.serverId).toBe(server.id)
    })

    it('deletes a router, whose ports stay', async () => {
      const { routerId, portId } = await routerWithPort(harness)

      await network.deleteRouter(routerId)

      await harness.settle()
      expect(await network.getRouter(routerId)).toBeUndefined()
      expect(await network.getPort(portId)).toMatchObject({ routerId: undefined, status: { state: 'ready' } })
    })

    it('takes the deletion of an absent router for done', async () => {
      await network.deleteRouter(randomUUID())
      expect(await network.getRouter(randomUUID())).toBeUndefined()
    })

    it('has no absent router to give a port', async () => {
      const { portId } = await routerBesidePort(harness)

      await expect(network.attachRouterPort(randomUUID(), portId)).rejects.toBeInstanceOf(
        CloudObjectNotFoundException,
      )
    })

    it('takes an aborted call for one whose outcome is unknown', async () => {
      const creating = network.createRouter(newRouter(), AbortSignal.abort())

      await expect(creating).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}
