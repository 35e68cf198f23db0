import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  acceptedServer,
  newKey,
  readyPort,
  readyServerGroup,
  readySnapshot,
  readyVolume,
  runningServer,
  smallSize,
  stoppedServer,
} from '../cloud-harness.ts'
import {
  AddressInUseException,
  CloudBusyException,
  CloudObjectInUseException,
  CloudRefusedException,
  CloudStateException,
  CloudTimeoutException,
  NoCapacityException,
} from '../exceptions.ts'
import { CloudFileTooNewException } from './database.ts'
import { embeddedCloud } from './embedded-cloud.ts'
import { CloudClosedException } from './exceptions.ts'
import { cloudInFakeTime, type EmbeddedHarness, fakeClock } from './fake-time.ts'

const newServer = (harness: EmbeddedHarness, portIds: readonly string[], volumeIds: readonly string[]) => ({
  key: newKey(),
  zone: harness.zone,
  hostname: 'web.example.org',
  ...smallSize,
  portIds,
  volumeIds,
  groupId: undefined,
  sshKeys: [],
  password: undefined,
  userData: undefined,
})

describe('the embedded cloud', () => {
  it('accepts first, and settles when it takes a cloud to', async () => {
    const { cloud, clock, zone } = cloudInFakeTime()
    const { id, status } = await cloud.volumes.createVolume({
      key: newKey(),
      zone,
      sizeGb: 10,
      type: 'ssd',
      image: 'debian-13',
      snapshotId: undefined,
    })
    expect(status).toEqual({ state: 'pending' })

    clock.pass(1900)
    expect((await cloud.volumes.getVolume(id))?.status).toEqual({ state: 'pending' })
    clock.pass(100)
    expect((await cloud.volumes.getVolume(id))?.status).toEqual({ state: 'ready' })
  })

  it('answers after some time, and at once without latency', async () => {
    const slow = cloudInFakeTime({ latencyFactor: 2 })
    const fast = cloudInFakeTime({ latencyFactor: 0 })
    const [slowStartMs, fastStartMs] = [slow.clock.now(), fast.clock.now()]

    await slow.cloud.network.getPort('id')
    const port = await readyPort(fast)

    expect(slow.clock.now() - slowStartMs).toBe(40)
    expect(port.status).toEqual({ state: 'ready' })
    expect(fast.clock.now() - fastStartMs).toBe(60_000) // what `readyPort` itself lets pass
  })

  it('answers busy while something runs on a server or volume', async () => {
    const harness = cloudInFakeTime()
    const { cloud, zone } = harness
    const { id } = await acceptedServer(harness)
    const volume = await cloud.volumes.createVolume({
      key: newKey(),
      zone,
      sizeGb: 10,
      type: 'ssd',
      image: 'debian-13',
      snapshotId: undefined,
    })

    await expect(cloud.compute.stopServer(id)).rejects.toBeInstanceOf(CloudBusyException)
    await expect(cloud.compute.resizeServer(id, smallSize)).rejects.toBeInstanceOf(CloudBusyException)
    await expect(cloud.volumes.deleteVolume(volume.id)).rejects.toBeInstanceOf(CloudBusyException)
    await expect(cloud.compute.createServer(newServer(harness, [], [volume.id]))).rejects.toBeInstanceOf(
      CloudBusyException,
    )
  })

  it('takes a second deletion for the first', async () => {
    const harness = cloudInFakeTime()
    const { id } = await readyVolume(harness)
    await harness.cloud.volumes.deleteVolume(id)
    const before = harness.cloud.objects()

    await harness.cloud.volumes.deleteVolume(id)

    expect(harness.cloud.objects()).toEqual(before)
  })

  it('makes a server of parts that are ready, free, in its zone, and of which the first boots', async () => {
    const harness = cloudInFakeTime()
    const { cloud } = harness
    const { port: heldPort, volume: heldVolume } = await runningServer(harness)
    const volume = await readyVolume(harness)
    const elsewhere = await readyVolume({ ...harness, zone: 'lpg1' })
    const empty = await cloud.volumes.createVolume({
      key: newKey(),
      zone: 'rma1',
      sizeGb: 10,
      type: 'ssd',
      image: undefined,
      snapshotId: undefined,
    })
    cloud.faults.replace([{ operation: 'volumes.create', kind: 'error-state', times: 1 }])
    const broken = await readyVolume(harness)
    const create = (portIds: string[], volumeIds: string[]) =>
      cloud.compute.createServer(newServer(harness, portIds, volumeIds))

    await expect(create([heldPort.id], [volume.id])).rejects.toBeInstanceOf(CloudObjectInUseException)
    await expect(create([], [volume.id, heldVolume.id])).rejects.toBeInstanceOf(CloudObjectInUseException)
    await expect(create([], [broken.id])).rejects.toBeInstanceOf(CloudStateException)
    await expect(create([], [elsewhere.id])).rejects.toBeInstanceOf(CloudRefusedException)
    await expect(create([], [empty.id])).rejects.toBeInstanceOf(CloudRefusedException)
    await expect(create([], [])).rejects.toBeInstanceOf(CloudRefusedException)
    await expect(create([], [volume.id, volume.id])).rejects.toBeInstanceOf(CloudRefusedException)
    expect(cloud.objects().filter(({ kind }) => kind === 'server')).toHaveLength(1)
  })

  it('knows an address however it is written', async () => {
    const harness = cloudInFakeTime()
    const { cloud, zone, network } = harness
    const port = (address: string) => ({
      key: newKey(),
      zone,
      network,
      addresses: [{ version: 6, address } as const],
    })
    await cloud.network.createPort(port('2001:db8::1'))

    await expect(cloud.network.createPort(port('2001:0DB8:0:0::0001'))).rejects.toBeInstanceOf(
      AddressInUseException,
    )
    await expect(cloud.network.createPort(port('203.0.113.1'))).rejects.toBeInstanceOf(CloudRefusedException)
    await expect(cloud.network.createPort(port('nonsense'))).rejects.toBeInstanceOf(CloudRefusedException)
  })

  it('refuses what makes no sense, by a reason', async () => {
    const { cloud, zone } = cloudInFakeTime()
    const volume = {
      key: newKey(),
      zone,
      sizeGb: 10,
      type: 'ssd',
      image: undefined,
      snapshotId: undefined,
    } as const

    await expect(cloud.volumes.createVolume({ ...volume, zone: 'mars1' })).rejects.toThrow('no zone mars1')
    await expect(cloud.volumes.createVolume({ ...volume, zone: 'toString' })).rejects.toThrow('no zone')
    await expect(cloud.volumes.createVolume({ ...volume, sizeGb: 0.5 })).rejects.toThrow('not 0.5')
    await expect(cloud.compute.hasRoom('mars1', smallSize)).rejects.toBeInstanceOf(CloudRefusedException)
    await expect(
      cloud.dns.setPointer({ key: newKey(), address: '203.0.113.1', name: 'web.example.org.' }),
    ).rejects.toThrow('no host name')
    expect(cloud.objects()).toEqual([])
  })

  it('does not reboot a server that is stopped', async () => {
    const harness = cloudInFakeTime()
    const { id } = await runningServer(harness)
    await harness.cloud.compute.stopServer(id)
    await harness.settle()

    await expect(harness.cloud.compute.rebootServer(id)).rejects.toBeInstanceOf(CloudStateException)
  })

  it('gives a server a host key of its own, whose fingerprint is true', async () => {
    const harness = cloudInFakeTime()
    const { id } = await acceptedServer(harness)
    expect((await harness.cloud.compute.getServer(id))?.sshHostKeys).toEqual([])

    await harness.settle()

    const server = await harness.cloud.compute.getServer(id)
    const [, blob = ''] = server?.sshHostKeys[0]?.split(' ') ?? []
    const bytes = Buffer.from(blob, 'base64')
    expect(bytes.subarray(4, 15).toString()).toBe('ssh-ed25519')
    expect(bytes).toHaveLength(4 + 11 + 4 + 32)
    const digest = createHash('sha256').update(bytes).digest('base64').replace('=', '')
    expect(server?.sshFingerprints).toEqual([`SHA256:${digest}`])
  })

  it('takes a call that is aborted while it waits for its answer for one whose outcome is unknown', async () => {
    const clock = fakeClock()
    const abort = new AbortController()
    let sleeps = 0
    const harness = cloudInFakeTime({
      clock,
      sleep: async (ms, signal) => {
        clock.pass(ms)
        sleeps += 1
        if (sleeps === 2) abort.abort(new Error('nobody waits any more'))
        signal?.throwIfAborted()
      },
    })
    const setting = harness.cloud.dns.setPointer(
      { key: newKey(), address: '203.0.113.1', name: 'web.example.org' },
      abort.signal,
    )

    await expect(setting).rejects.toBeInstanceOf(CloudTimeoutException)
    expect(harness.cloud.objects()).toHaveLength(1)
  })

  it('lets go of an aborted call at once, by the clock of the machine too', async () => {
    const cloud = embeddedCloud({ path: ':memory:', latencyFactor: 1_000_000 })
    const abort = new AbortController()
    const reading = cloud.network.getPort('id', abort.signal)

    abort.abort()

    await expect(reading).rejects.toBeInstanceOf(CloudTimeoutException)
    cloud.close()
  })

  it('tells a call that comes after it was closed that nothing happened', async () => {
    const { cloud } = cloudInFakeTime()
    cloud.close()
    cloud.close()

    await expect(cloud.network.getPort('id')).rejects.toBeInstanceOf(CloudClosedException)
  })

  it('lists every object with the key of the step that made it, oldest first', async () => {
    const harness = cloudInFakeTime()
    const { key, id, port, volume } = await runningServer(harness)
    await harness.cloud.dns.setPointer({ key: 'pointer', address: '203.0.113.1', name: 'web.example.org' })

    expect(harness.cloud.objects()).toMatchObject([
      { kind: 'port', id: port.id, zone: 'rma1', state: 'ready', serverId: id, addresses: port.addresses },
      { kind: 'volume', id: volume.id, zone: 'rma1', state: 'ready', serverId: id, sizeGb: 10 },
      { kind: 'server', id, key, zone: 'rma1', state: 'ready', power: 'running', ...smallSize },
      { kind: 'pointer', id: '203.0.113.1', key: 'pointer', state: 'pending', name: 'web.example.org' },
    ])
  })
})

describe('a server group of the embedded cloud', () => {
  const capacity = {
    rma1: { hostCount: 2, vcpuCount: 40, memoryGb: 160, gpuCount: 0, storageGb: { ssd: 500, bulk: 0 } },
    lpg1: { hostCount: 2, vcpuCount: 40, memoryGb: 160, gpuCount: 0, storageGb: { ssd: 500, bulk: 0 } },
  }
  const servers = ({ cloud }: EmbeddedHarness) => cloud.objects().filter(object => object.kind === 'server')
  const fullGroup = async () => {
    const harness = cloudInFakeTime({ capacity })
    const group = await readyServerGroup(harness)
    const first = await runningServer(harness, group.id)
    await runningServer(harness, group.id)
    return { harness, group, first }
  }

  it('keeps its servers on different hosts, and its members only', async () => {
    const { harness, group } = await fullGroup()
    await runningServer(harness)

    const hosts = servers(harness).map(({ host, groupId }) => ({ host, groupId }))

    expect(new Set(hosts.slice(0, 2).map(({ host }) => host))).toEqual(new Set(['rma1-1', 'rma1-2']))
    expect(hosts.map(({ groupId }) => groupId)).toEqual([group.id, group.id, undefined])
  })

  it('has room for several servers by default', async () => {
    const harness = cloudInFakeTime()
    const group = await readyServerGroup(harness)

    for (let count = 0; count < 8; count++) await runningServer(harness, group.id)

    expect(new Set(servers(harness).map(({ host }) => host)).size).toBe(8)
    expect(servers(harness).map(({ state }) => state)).toEqual(Array(8).fill('ready'))
  })

  it('keeps a server apart from others that are in no group, or says later that no host is left', async () => {
    const harness = cloudInFakeTime({ capacity })
    const others = [await runningServer(harness), await runningServer(harness)].map(({ id }) => id)
    const beside = async (apartFromIds: readonly string[]) => {
      const volume = await readyVolume(harness)
      await harness.cloud.compute.createServer({ ...newServer(harness, [], [volume.id]), apartFromIds })
      await harness.settle()
      return servers(harness).at(-1)
    }
    const [first, second] = servers(harness).map(({ host }) => host)

    expect((await beside(others.slice(0, 1)))?.host).toBe(second)
    expect((await beside(others.slice(1)))?.host).toBe(first)
    expect(await beside(others)).toMatchObject({
      state: 'broken',
      fault: `No host in zone rma1 is left that is apart from ${others.join(', ')}.`,
    })
  })

  it('that has a server on every host tells the next one so later, as its fault', async () => {
    const { harness, group } = await fullGroup()
    const { id } = await acceptedServer(harness, group.id)
    expect(await harness.cloud.compute.getServer(id)).toMatchObject({ status: { state: 'pending' } })

    await harness.settle()

    expect(await harness.cloud.compute.getServer(id)).toMatchObject({
      power: 'stopped',
      isWithoutHost: true,
      status: {
        state: 'broken',
        fault: `No host in zone rma1 is left that is apart from server group ${group.id}.`,
      },
    })
  })

  it.each(['startServer', 'rebootServer'] as const)(
    'has a host for a server that found none as soon as another has left, at %s',
    async boot => {
      const { harness, group, first } = await fullGroup()
      const { compute } = harness.cloud
      const { id } = await runningServer(harness, group.id)
      await compute[boot](id)
      await harness.settle()
      expect((await compute.getServer(id))?.status.state).toBe('broken')
      await compute.deleteServer(first.id)
      await harness.settle()

      await compute[boot](id)

      await harness.settle()
      expect(await compute.getServer(id)).toMatchObject({ power: 'running', status: { state: 'ready' } })
      expect(new Set(servers(harness).map(({ host }) => host)).size).toBe(2)
    },
  )

  it('is for servers of its zone, and for none once it is being removed', async () => {
    const harness = cloudInFakeTime({ capacity })
    const elsewhere = await readyServerGroup({ ...harness, zone: 'lpg1' })
    const leaving = await readyServerGroup(harness)

    await expect(acceptedServer(harness, elsewhere.id)).rejects.toThrow('is in zone lpg1, not in rma1')
    const volume = await readyVolume(harness)
    const server = { ...newServer(harness, [], [volume.id]), groupId: leaving.id }
    await harness.cloud.compute.deleteServerGroup(leaving.id)
    await expect(harness.cloud.compute.createServer(server)).rejects.toBeInstanceOf(CloudBusyException)
  })
})

describe('what a server of the embedded cloud is given and rid of', () => {
  it('is pending, and with nobody else, until it has settled', async () => {
    const harness = cloudInFakeTime()
    const { compute, network, volumes } = harness.cloud
    const [{ id }, { id: other }] = [await runningServer(harness), await runningServer(harness)]
    const [port, volume] = [await readyPort(harness), await readyVolume(harness)]

    await compute.attachPort(id, port.id)
    await compute.attachVolume(id, volume.id)

    expect(await network.getPort(port.id)).toMatchObject({
      serverId: undefined,
      status: { state: 'pending' },
    })
    expect(await volumes.getVolume(volume.id)).toMatchObject({
      serverId: undefined,
      status: { state: 'pending' },
    })
    await expect(compute.attachVolume(id, volume.id)).rejects.toBeInstanceOf(CloudBusyException)
    await expect(compute.detachVolume(id, volume.id)).rejects.toBeInstanceOf(CloudBusyException)
    await expect(compute.attachVolume(other, volume.id)).rejects.toBeInstanceOf(CloudObjectInUseException)
    await expect(volumes.deleteVolume(volume.id)).rejects.toBeInstanceOf(CloudObjectInUseException)
    await expect(network.deletePort(port.id)).rejects.toBeInstanceOf(CloudObjectInUseException)
  })

  it('is still with it while it is being taken away', async () => {
    const harness = cloudInFakeTime()
    const { compute, network } = harness.cloud
    const { id, port } = await runningServer(harness)

    await compute.detachPort(id, port.id)

    expect(await network.getPort(port.id)).toMatchObject({ serverId: id, status: { state: 'pending' } })
    await expect(compute.attachPort(id, port.id)).rejects.toBeInstanceOf(CloudBusyException)
    await expect(network.deletePort(port.id)).rejects.toBeInstanceOf(CloudObjectInUseException)
  })

  it('is free again when the server goes before it has settled', async () => {
    const harness = cloudInFakeTime()
    const { compute, volumes } = harness.cloud
    const { id } = await runningServer(harness)
    const volume = await readyVolume(harness)
    harness.cloud.faults.replace([{ operation: 'compute.attachVolume', kind: 'slow' }])
    await compute.attachVolume(id, volume.id)

    await compute.deleteServer(id)

    harness.clock.pass(1500)
    expect(await compute.getServer(id)).toBeUndefined()
    expect((await volumes.getVolume(volume.id))?.status.state).toBe('pending')
    await harness.settle()
    expect(await volumes.getVolume(volume.id)).toMatchObject({
      serverId: undefined,
      status: { state: 'ready' },
    })
  })

  it('comes from its zone', async () => {
    const harness = cloudInFakeTime()
    const { id } = await runningServer(harness)
    const volume = await readyVolume({ ...harness, zone: 'lpg1' })

    await expect(harness.cloud.compute.attachVolume(id, volume.id)).rejects.toThrow('is in zone lpg1')
  })

  it('comes and goes while nothing else runs on the server', async () => {
    const harness = cloudInFakeTime()
    const { compute } = harness.cloud
    const { id, port } = await runningServer(harness)
    const volume = await readyVolume(harness)

    await compute.stopServer(id)

    await expect(compute.attachVolume(id, volume.id)).rejects.toBeInstanceOf(CloudBusyException)
    await expect(compute.detachPort(id, port.id)).rejects.toBeInstanceOf(CloudBusyException)
  })

  it('is not given to a broken server, but taken from one', async () => {
    const harness = cloudInFakeTime()
    const { compute, network } = harness.cloud
    const { id, port } = await runningServer(harness)
    const volume = await readyVolume(harness)
    harness.cloud.damage(id)

    await expect(compute.attachVolume(id, volume.id)).rejects.toBeInstanceOf(CloudStateException)
    await compute.detachPort(id, port.id)

    await harness.settle()
    expect((await network.getPort(port.id))?.serverId).toBeUndefined()
  })

  it('includes a volume that another server booted from', async () => {
    const harness = cloudInFakeTime()
    const { compute, volumes } = harness.cloud
    const [former, { id }] = [await runningServer(harness), await runningServer(harness)]
    await compute.deleteServer(former.id)
    await harness.settle()
    await compute.attachVolume(id, former.volume.id)
    await harness.settle()

    await compute.detachVolume(id, former.volume.id)

    await harness.settle()
    expect((await volumes.getVolume(former.volume.id))?.serverId).toBeUndefined()
  })
})

describe('snapshots of the embedded cloud', () => {
  const bootable = async (harness: EmbeddedHarness) => {
    const { id: volumeId } = await readyVolume(harness)
    return readySnapshot(harness, volumeId)
  }
  const copyOf = (harness: EmbeddedHarness, snapshotId: string, fields: object = {}) => ({
    key: newKey(),
    zone: harness.zone,
    sizeGb: 10,
    type: 'ssd' as const,
    image: undefined,
    snapshotId,
    ...fields,
  })

  it('are busy while a volume is made from them', async () => {
    const harness = cloudInFakeTime()
    const { volumes } = harness.cloud
    const { id } = await bootable(harness)

    await volumes.createVolume(copyOf(harness, id))

    await expect(volumes.deleteSnapshot(id)).rejects.toBeInstanceOf(CloudBusyException)
    await harness.settle()
    await volumes.deleteSnapshot(id)
  })

  it('are busy while their volume is set back', async () => {
    const harness = cloudInFakeTime()
    const { volumes } = harness.cloud
    const { id, volumeId } = await bootable(harness)

    await volumes.revertVolume({ key: newKey(), volumeId, snapshotId: id })

    await expect(volumes.deleteSnapshot(id)).rejects.toBeInstanceOf(CloudBusyException)
    await expect(volumes.createSnapshot({ key: newKey(), volumeId })).rejects.toBeInstanceOf(
      CloudBusyException,
    )
  })

  it('are of use once they are ready', async () => {
    const harness = cloudInFakeTime()
    const { volumes } = harness.cloud
    const { id: volumeId } = await readyVolume(harness)
    const { id } = await volumes.createSnapshot({ key: newKey(), volumeId })

    await expect(volumes.createVolume(copyOf(harness, id))).rejects.toBeInstanceOf(CloudBusyException)
    await expect(volumes.revertVolume({ key: newKey(), volumeId, snapshotId: id })).rejects.toBeInstanceOf(
      CloudBusyException,
    )
    await expect(volumes.deleteSnapshot(id)).rejects.toBeInstanceOf(CloudBusyException)
  })

  it('of what can be booted from make volumes that can be booted from', async () => {
    const harness = cloudInFakeTime()
    const { id } = await bootable(harness)

    const copy = await harness.cloud.volumes.createVolume(copyOf(harness, id))

    await harness.settle()
    const server = await harness.cloud.compute.createServer(newServer(harness, [], [copy.id]))
    expect(server.status).toEqual({ state: 'pending' })
  })

  it('are copied within their zone and kind of storage, and never together with an image', async () => {
    const harness = cloudInFakeTime()
    const { volumes } = harness.cloud
    const { id } = await bootable(harness)

    await expect(volumes.createVolume(copyOf(harness, id, { zone: 'lpg1' }))).rejects.toThrow(
      'in zone rma1, not in lpg1',
    )
    await expect(volumes.createVolume(copyOf(harness, id, { type: 'bulk' }))).rejects.toThrow(
      'on ssd storage, not on bulk',
    )
    await expect(volumes.createVolume(copyOf(harness, id, { image: 'debian-13' }))).rejects.toThrow(
      'not both',
    )
  })

  it('that are leaving are only in the way of a revert to an older one until they are gone', async () => {
    const harness = cloudInFakeTime()
    const { volumes } = harness.cloud
    const { id: older, volumeId } = await bootable(harness)
    const newer = await readySnapshot(harness, volumeId)
    const revert = { key: newKey(), volumeId, snapshotId: older }
    await volumes.deleteSnapshot(newer.id)

    await expect(volumes.revertVolume(revert)).rejects.toBeInstanceOf(CloudBusyException)

    await harness.settle()
    await volumes.revertVolume(revert)
  })

  it('are not written over: no server starts while one of its volumes is set back', async () => {
    const harness = cloudInFakeTime()
    const { compute, volumes } = harness.cloud
    const { id: serverId, volume } = await stoppedServer(harness)
    const { id: snapshotId } = await readySnapshot(harness, volume.id)
    await volumes.revertVolume({ key: newKey(), volumeId: volume.id, snapshotId })

    await expect(compute.startServer(serverId)).rejects.toBeInstanceOf(CloudBusyException)
    harness.cloud.damage(serverId)
    await expect(compute.rebootServer(serverId)).rejects.toBeInstanceOf(CloudBusyException)

    await harness.settle()
    await compute.startServer(serverId)
  })

  it('show the key of a revert from the moment it was accepted', async () => {
    const harness = cloudInFakeTime()
    const { volumes } = harness.cloud
    const { id: snapshotId, volumeId } = await bootable(harness)
    const revert = { key: newKey(), volumeId, snapshotId }

    await volumes.revertVolume(revert)

    expect(await volumes.getVolume(volumeId)).toMatchObject({
      revertKey: revert.key,
      status: { state: 'pending' },
    })
  })

  it('are listed with their volume', async () => {
    const harness = cloudInFakeTime()
    const { id, volumeId } = await bootable(harness)

    expect(harness.cloud.objects()).toMatchObject([
      { kind: 'volume', id: volumeId },
      { kind: 'snapshot', id, zone: 'rma1', state: 'ready', volumeId, sizeGb: 10 },
    ])
  })
})

describe('the capacity of the embedded cloud', () => {
  const capacity = {
    rma1: { hostCount: 2, vcpuCount: 4, memoryGb: 16, gpuCount: 1, storageGb: { ssd: 30, bulk: 100 } },
    lpg1: { hostCount: 1, vcpuCount: 1, memoryGb: 1, gpuCount: 0, storageGb: { ssd: 10, bulk: 0 } },
  }
  const size = (vcpuCount: number, memoryGb: number, gpuCount = 0) => ({ vcpuCount, memoryGb, gpuCount })

  it('has room for the biggest flavor in every zone by default', async () => {
    const { cloud } = cloudInFakeTime()

    expect(await cloud.compute.hasRoom('rma1', size(96, 192))).toBe(true)
    expect(await cloud.compute.hasRoom('lpg1', size(16, 128, 1))).toBe(true)
  })

  it('is used up by servers and freed when they are gone', async () => {
    const harness = cloudInFakeTime({ capacity })
    const { cloud } = harness
    const { id } = await runningServer(harness)
    expect(await cloud.compute.hasRoom('rma1', size(3, 12, 1))).toBe(true)
    expect(await cloud.compute.hasRoom('rma1', size(4, 1))).toBe(false)
    expect(await cloud.compute.hasRoom('rma1', size(1, 13))).toBe(false)
    expect(await cloud.compute.hasRoom('rma1', size(1, 1, 2))).toBe(false)

    await cloud.compute.deleteServer(id)
    expect(await cloud.compute.hasRoom('rma1', size(4, 16))).toBe(false)
    await harness.settle()
    expect(await cloud.compute.hasRoom('rma1', size(4, 16))).toBe(true)
  })

  it('refuses a server by naming what was wanted and where', async () => {
    const harness = cloudInFakeTime({ capacity })
    const { id } = await readyVolume(harness)
    const creating = harness.cloud.compute.createServer({
      ...newServer(harness, [], [id]),
      ...size(2, 8, 2),
    })

    const refused = await creating.catch((thrown: unknown) => thrown)

    expect(refused).toBeInstanceOf(NoCapacityException)
    expect((refused as NoCapacityException).data).toEqual({
      zone: 'rma1',
      wanted: '2 vCPUs with 8 GB of memory and 2 GPUs',
    })
  })

  it('counts a server that is being resized by the larger of both sizes', async () => {
    const harness = cloudInFakeTime({ capacity })
    const { cloud } = harness
    const { id } = await runningServer(harness)
    await cloud.compute.stopServer(id)
    await harness.settle()

    await cloud.compute.resizeServer(id, size(3, 4))

    expect(await cloud.compute.hasRoom('rma1', size(2, 1))).toBe(false)
    await harness.settle()
    await cloud.compute.resizeServer(id, size(1, 4))
    expect(await cloud.compute.hasRoom('rma1', size(2, 1))).toBe(false)
    await harness.settle()
    expect(await cloud.compute.hasRoom('rma1', size(3, 1))).toBe(true)
  })

  it('counts a volume that is being extended by its new size', async () => {
    const harness = cloudInFakeTime({ capacity })
    const { volumes } = harness.cloud
    const { id } = await readyVolume(harness)
    const other = {
      key: newKey(),
      zone: 'rma1',
      type: 'ssd',
      image: undefined,
      snapshotId: undefined,
    } as const

    await volumes.extendVolume(id, 25)

    await expect(volumes.createVolume({ ...other, sizeGb: 6 })).rejects.toBeInstanceOf(NoCapacityException)
    await harness.settle()
    await expect(volumes.extendVolume(id, 31)).rejects.toBeInstanceOf(NoCapacityException)
    await volumes.extendVolume(id, 30)
  })

  it('is free again when an extension has failed', async () => {
    const harness = cloudInFakeTime({ capacity })
    const { volumes } = harness.cloud
    const [{ id }, other] = [await readyVolume(harness), await readyVolume(harness)]
    harness.cloud.faults.replace([{ operation: 'volumes.extend', kind: 'error-state', times: 1 }])
    await volumes.extendVolume(id, 20)
    await expect(volumes.extendVolume(other.id, 20)).rejects.toBeInstanceOf(NoCapacityException)

    await harness.settle()

    await volumes.extendVolume(other.id, 20)
  })

  it('is counted per zone and kind of storage', async () => {
    const { cloud } = cloudInFakeTime({ capacity })
    const volume = (zone: string, type: 'ssd' | 'bulk', sizeGb: number) =>
      cloud.volumes.createVolume({
        key: newKey(),
        zone,
        type,
        sizeGb,
        image: undefined,
        snapshotId: undefined,
      })
    await volume('rma1', 'ssd', 30)

    await expect(volume('rma1', 'ssd', 1)).rejects.toBeInstanceOf(NoCapacityException)
    await volume('rma1', 'bulk', 100)
    await volume('lpg1', 'ssd', 10)
    await expect(volume('lpg1', 'bulk', 1)).rejects.toBeInstanceOf(NoCapacityException)
  })
})

describe('the file of the embedded cloud', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-cloud-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('keeps everything over a restart: what runs, what is pending, what is ordered', async () => {
    const clock = fakeClock()
    const before = cloudInFakeTime({ path: folder, clock })
    const { id } = await acceptedServer(before)
    before.cloud.faults.replace([{ operation: 'network.getPort', kind: 'busy', times: 2 }])
    await expect(before.cloud.network.getPort('id')).rejects.toBeInstanceOf(CloudBusyException)
    const [objects, faults] = [before.cloud.objects(), before.cloud.faults.read()]
    before.cloud.close()

    const after = cloudInFakeTime({ path: folder, clock })

    expect(after.cloud.objects()).toEqual(objects)
    expect(after.cloud.faults.read()).toEqual(faults)
    clock.pass(3000)
    expect(await after.cloud.compute.getServer(id)).toMatchObject({ power: 'running' })
    after.cloud.close()
  })

  it('lets a late effect come after a restart, at the time it was due', async () => {
    const clock = fakeClock()
    const { cloud, zone, network } = cloudInFakeTime({ path: folder, clock })
    cloud.faults.replace([{ operation: 'network.createPort', kind: 'late-effect', delayMs: 5000 }])
    await expect(
      cloud.network.createPort({ key: 'late', zone, network, addresses: [] }),
    ).rejects.toBeInstanceOf(CloudTimeoutException)
    const calledAtMs = clock.now() - 60 // half of what the call takes
    cloud.close()
    clock.pass(60_000)

    const after = cloudInFakeTime({ path: folder, clock })

    expect(after.cloud.objects()).toMatchObject([
      { key: 'late', state: 'ready', madeAtMs: calledAtMs + 5000 },
    ])
    after.cloud.close()
  })

  it('holds no password, no user data and no key, whether the server came at once or late', async () => {
    const harness = cloudInFakeTime({ path: folder })
    const volume = await readyVolume(harness)
    const server = {
      ...newServer(harness, [], [volume.id]),
      sshKeys: ['ssh-ed25519 KEYMATERIAL'],
      password: 'open-sesame',
      userData: '#cloud-config treasure',
    }
    harness.cloud.faults.replace([{ operation: 'compute.createServer', kind: 'late-effect', times: 1 }])
    await expect(harness.cloud.compute.createServer(server)).rejects.toBeInstanceOf(CloudTimeoutException)

    await harness.cloud.compute.createServer(server)

    const files = readdirSync(folder).map(name => readFileSync(join(folder, name), 'latin1'))
    expect(files.join()).toContain(server.hostname)
    expect(files.join()).not.toMatch(/KEYMATERIAL|open-sesame|treasure/)
    harness.cloud.close()
  })

  it('is refused when a newer release wrote it, and left as it is', () => {
    embeddedCloud({ path: folder, latencyFactor: 0 }).close()
    const newer = new DatabaseSync(join(folder, 'cloud.db'))
    newer.exec('pragma user_version = 99')
    newer.close()

    expect(() => embeddedCloud({ path: folder, latencyFactor: 0 })).toThrow(CloudFileTooNewException)
    expect(() => embeddedCloud({ path: folder, latencyFactor: 0 })).toThrow('newer release')
  })
})
