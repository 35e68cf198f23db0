import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acceptedServer, newKey, readyPort, readyVolume, runningServer, smallSize } from '../cloud-harness.ts'
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
