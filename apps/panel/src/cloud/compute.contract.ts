import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  acceptedServer,
  type CloudHarness,
  impossibleSize,
  newKey,
  type OpenCloud,
  readyPort,
  readyServerGroup,
  readyVolume,
  runningServer,
  smallSize,
  stoppedServer,
} from './cloud-harness.ts'
import {
  CloudBusyException,
  CloudObjectInUseException,
  CloudObjectNotFoundException,
  CloudRefusedException,
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
      const { id } = await stoppedServer(harness)
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
      const { id } = await stoppedServer(harness)

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
      const { id } = await stoppedServer(harness)

      const resizing = harness.cloud.compute.resizeServer(id, impossibleSize)

      await expect(resizing).rejects.toBeInstanceOf(NoCapacityException)
      expect(await harness.cloud.compute.getServer(id)).toMatchObject({
        ...smallSize,
        status: { state: 'ready' },
      })
    })

    it('gives a running server a volume, and takes it away again', async () => {
      const { compute, volumes } = harness.cloud
      const { id } = await runningServer(harness)
      const volume = await readyVolume(harness)

      await compute.attachVolume(id, volume.id)
      await harness.settle()
      expect(await volumes.getVolume(volume.id)).toMatchObject({ serverId: id, status: { state: 'ready' } })
      await compute.detachVolume(id, volume.id)

      await harness.settle()
      const detached = await volumes.getVolume(volume.id)
      expect(detached).toMatchObject({ serverId: undefined, status: { state: 'ready' } })
    })

    it('gives a stopped server a volume', async () => {
      const { id } = await stoppedServer(harness)
      const volume = await readyVolume(harness)

      await harness.cloud.compute.attachVolume(id, volume.id)

      await harness.settle()
      expect((await harness.cloud.volumes.getVolume(volume.id))?.serverId).toBe(id)
    })

    it('gives a running server a port, and takes it away again', async () => {
      const { compute, network } = harness.cloud
      const { id } = await runningServer(harness)
      const port = await readyPort(harness)

      await compute.attachPort(id, port.id)
      await harness.settle()
      expect(await network.getPort(port.id)).toMatchObject({ serverId: id, status: { state: 'ready' } })
      await compute.detachPort(id, port.id)

      await harness.settle()
      const detached = await network.getPort(port.id)
      expect(detached).toMatchObject({ serverId: undefined, status: { state: 'ready' } })
    })

    it('leaves volume and port as they are that are attached or detached a second time', async () => {
      const { compute, volumes, network } = harness.cloud
      const { id, port, volume } = await runningServer(harness)
      const [freePort, freeVolume] = [await readyPort(harness), await readyVolume(harness)]

      await compute.attachVolume(id, volume.id)
      await compute.attachPort(id, port.id)
      await compute.detachVolume(id, freeVolume.id)
      await compute.detachPort(id, freePort.id)

      expect(await volumes.getVolume(volume.id)).toMatchObject({ serverId: id, status: { state: 'ready' } })
      expect(await network.getPort(port.id)).toMatchObject({ serverId: id, status: { state: 'ready' } })
      expect((await volumes.getVolume(freeVolume.id))?.status).toEqual({ state: 'ready' })
      expect((await network.getPort(freePort.id))?.status).toEqual({ state: 'ready' })
    })

    it('attaches once a volume that is asked for four times at once, and answers the others busy at most', async () => {
      const { compute, volumes } = harness.cloud
      const { id } = await runningServer(harness)
      const volume = await readyVolume(harness)

      const answers = await Promise.allSettled(
        Array.from({ length: 4 }, () => compute.attachVolume(id, volume.id)),
      )

      const refusals = answers.filter(({ status }) => status === 'rejected')
      expect(refusals.length).toBeLessThan(4)
      for (const { reason } of refusals as PromiseRejectedResult[]) {
        expect(reason).toBeInstanceOf(CloudBusyException)
      }
      await harness.settle()
      expect((await volumes.getVolume(volume.id))?.serverId).toBe(id)
    })

    it('takes neither volume nor port away from another server', async () => {
      const { compute, volumes, network } = harness.cloud
      const { id, port, volume } = await runningServer(harness)
      const { id: other } = await runningServer(harness)

      await expect(compute.attachVolume(other, volume.id)).rejects.toBeInstanceOf(CloudObjectInUseException)
      await expect(compute.attachPort(other, port.id)).rejects.toBeInstanceOf(CloudObjectInUseException)
      await compute.detachVolume(other, volume.id)
      await compute.detachPort(other, port.id)

      await harness.settle()
      expect((await volumes.getVolume(volume.id))?.serverId).toBe(id)
      expect((await network.getPort(port.id))?.serverId).toBe(id)
    })

    it('does not take away the volume that a server boots from', async () => {
      const { id, volume } = await runningServer(harness)

      const detaching = harness.cloud.compute.detachVolume(id, volume.id)

      await expect(detaching).rejects.toBeInstanceOf(CloudRefusedException)
      expect((await harness.cloud.volumes.getVolume(volume.id))?.serverId).toBe(id)
    })

    it('removes a server and lets go of what was attached later, too', async () => {
      const { compute, network, volumes } = harness.cloud
      const { id } = await runningServer(harness)
      const [port, volume] = [await readyPort(harness), await readyVolume(harness)]
      await compute.attachPort(id, port.id)
      await compute.attachVolume(id, volume.id)
      await harness.settle()

      await compute.deleteServer(id)

      await harness.settle()
      expect(await network.getPort(port.id)).toMatchObject({
        serverId: undefined,
        status: { state: 'ready' },
      })
      expect(await volumes.getVolume(volume.id)).toMatchObject({
        serverId: undefined,
        status: { state: 'ready' },
      })
    })

    it('makes a server group, which gets ready and is found by its key', async () => {
      const { compute } = harness.cloud
      const group = { key: newKey(), zone: harness.zone, name: 'Yellow Submarine' }

      const { id } = await compute.createServerGroup(group)

      expect((await compute.findServerGroups(group.key)).map(found => found.id)).toEqual([id])
      expect(await compute.findServerGroups(newKey())).toEqual([])
      await harness.settle()
      expect(await compute.getServerGroup(id)).toEqual({ id, status: { state: 'ready' } })
    })

    it('runs two servers of a group, which stay when the group is removed', async () => {
      const { compute } = harness.cloud
      const group = await readyServerGroup(harness)
      const servers = [await runningServer(harness, group.id), await runningServer(harness, group.id)]

      await compute.deleteServerGroup(group.id)

      await harness.settle()
      expect(await compute.getServerGroup(group.id)).toBeUndefined()
      for (const { id } of servers) {
        expect(await compute.getServer(id)).toMatchObject({ power: 'running', status: { state: 'ready' } })
      }
    })

    it('makes no server in an absent group', async () => {
      await expect(acceptedServer(harness, randomUUID())).rejects.toBeInstanceOf(CloudObjectNotFoundException)
    })

    it('takes the deletion of an absent server group for done', async () => {
      await harness.cloud.compute.deleteServerGroup(randomUUID())
      expect(await harness.cloud.compute.getServerGroup(randomUUID())).toBeUndefined()
    })

    it('takes what is absent for detached, and can attach none of it', async () => {
      const { compute } = harness.cloud
      const { id } = await runningServer(harness)
      const volume = await readyVolume(harness)
      const port = await readyPort(harness)
      const absent = randomUUID()

      await compute.detachVolume(id, absent)
      await compute.detachVolume(absent, volume.id)
      await compute.detachPort(id, absent)
      await compute.detachPort(absent, port.id)

      const attachments = [
        () => compute.attachVolume(id, absent),
        () => compute.attachVolume(absent, volume.id),
        () => compute.attachPort(id, absent),
        () => compute.attachPort(absent, port.id),
      ]
      for (const attach of attachments) {
        await expect(attach()).rejects.toBeInstanceOf(CloudObjectNotFoundException)
      }
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
