import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  acceptedServer,
  type CloudHarness,
  impossibleSize,
  newKey,
  type OpenCloud,
  readyVolume,
  runningServer,
  smallSize,
} from './cloud-harness.ts'
import {
  CloudObjectNotFoundException,
  CloudStateException,
  CloudTimeoutException,
  NoCapacityException,
} from './exceptions.ts'

/** What every `Compute` must do. */
export function computeContract(name: string, open: OpenCloud): void {
  describe(`${name} as a place for servers`, () => {
    let harness: CloudHarness
    beforeEach(async () => {
      harness = await open()
    })
    afterEach(() => harness.close())

    const stoppedServer = async () => {
      const server = await runningServer(harness)
      await harness.cloud.compute.stopServer(server.id)
      await harness.settle()
      return server
    }

    it('boots a server, which then shows its size and host keys', async () => {
      const { id } = await runningServer(harness)

      const server = await harness.cloud.compute.getServer(id)

      expect(server).toMatchObject({ id, status: { state: 'ready' }, power: 'running', ...smallSize })
      expect(server?.sshHostKeys[0]).toMatch(/^[a-z0-9-]+ AAAA/)
      expect(server?.sshFingerprints[0]).toContain('SHA256:')
    })

    it('finds a server by its key as soon as it was accepted, and none under another key', async () => {
      const { key, id } = await acceptedServer(harness)

      expect((await harness.cloud.compute.findServers(key)).map(server => server.id)).toEqual([id])
      expect(await harness.cloud.compute.findServers(newKey())).toEqual([])
    })

    it('stops and starts a server', async () => {
      const { id } = await stoppedServer()
      expect(await harness.cloud.compute.getServer(id)).toMatchObject({
        power: 'stopped',
        status: { state: 'ready' },
      })

      await harness.cloud.compute.startServer(id)

      await harness.settle()
      expect(await harness.cloud.compute.getServer(id)).toMatchObject({
        power: 'running',
        status: { state: 'ready' },
      })
    })

    it('leaves a server as it is that is asked for the power state it has', async () => {
      const { id } = await runningServer(harness)
      const before = await harness.cloud.compute.getServer(id)

      await harness.cloud.compute.startServer(id)

      expect(await harness.cloud.compute.getServer(id)).toEqual(before)
    })

    it('counts the reboots of a server, whose host keys stay', async () => {
      const { id } = await runningServer(harness)
      const before = await harness.cloud.compute.getServer(id)

      await harness.cloud.compute.rebootServer(id)

      await harness.settle()
      const after = await harness.cloud.compute.getServer(id)
      expect(after).toEqual({ ...before, bootCount: (before?.bootCount ?? 0) + 1 })
    })

    it('resizes a stopped server', async () => {
      const { id } = await stoppedServer()

      await harness.cloud.compute.resizeServer(id, { vcpuCount: 2, memoryGb: 8, gpuCount: 0 })

      await harness.settle()
      expect(await harness.cloud.compute.getServer(id)).toMatchObject({
        vcpuCount: 2,
        memoryGb: 8,
        power: 'stopped',
        status: { state: 'ready' },
      })
    })

    it('does not resize a running server', async () => {
      const { id } = await runningServer(harness)

      await expect(harness.cloud.compute.resizeServer(id, smallSize)).rejects.toBeInstanceOf(
        CloudStateException,
      )
    })

    it('removes a server and lets go of its ports and volumes, which stay', async () => {
      const { id, port, volume } = await runningServer(harness)

      await harness.cloud.compute.deleteServer(id)

      await harness.settle()
      expect(await harness.cloud.compute.getServer(id)).toBeUndefined()
      expect((await harness.cloud.volumes.getVolume(volume.id))?.serverId).toBeUndefined()
      await harness.cloud.network.deletePort(port.id)
      await harness.cloud.volumes.deleteVolume(volume.id)
    })

    it('removes a server that is still being built', async () => {
      const { id } = await acceptedServer(harness)

      await harness.cloud.compute.deleteServer(id)

      await harness.settle()
      expect(await harness.cloud.compute.getServer(id)).toBeUndefined()
    })

    it('says whether there is room, and refuses a server for which there is none', async () => {
      const volume = await readyVolume(harness)
      const key = newKey()
      const creating = harness.cloud.compute.createServer({
        key,
        zone: harness.zone,
        hostname: 'huge.example.org',
        ...impossibleSize,
        portIds: [],
        volumeIds: [volume.id],
        groupId: undefined,
        sshKeys: [],
        password: undefined,
        userData: undefined,
      })

      await expect(creating).rejects.toBeInstanceOf(NoCapacityException)
      expect(await harness.cloud.compute.findServers(key)).toEqual([])
      expect(await harness.cloud.compute.hasRoom(harness.zone, impossibleSize)).toBe(false)
      expect(await harness.cloud.compute.hasRoom(harness.zone, smallSize)).toBe(true)
    })

    it('refuses to grow a server beyond the room there is', async () => {
      const { id } = await stoppedServer()

      const resizing = harness.cloud.compute.resizeServer(id, impossibleSize)

      await expect(resizing).rejects.toBeInstanceOf(NoCapacityException)
      expect(await harness.cloud.compute.getServer(id)).toMatchObject({
        ...smallSize,
        status: { state: 'ready' },
      })
    })

    it('takes the deletion of an absent server for done, and can change none', async () => {
      const absent = randomUUID()
      const { compute } = harness.cloud

      await compute.deleteServer(absent)

      expect(await compute.getServer(absent)).toBeUndefined()
      await expect(compute.startServer(absent)).rejects.toBeInstanceOf(CloudObjectNotFoundException)
      await expect(compute.stopServer(absent)).rejects.toBeInstanceOf(CloudObjectNotFoundException)
      await expect(compute.rebootServer(absent)).rejects.toBeInstanceOf(CloudObjectNotFoundException)
      await expect(compute.resizeServer(absent, smallSize)).rejects.toBeInstanceOf(
        CloudObjectNotFoundException,
      )
    })

    it('takes an aborted call for one whose outcome is unknown', async () => {
      const deleting = harness.cloud.compute.deleteServer(randomUUID(), AbortSignal.abort())

      await expect(deleting).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}
