import { Exception } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newImport, smallSize } from '../cloud-harness.ts'
import { cloudInFakeTime, type EmbeddedHarness } from './fake-time.ts'
import { faultKinds } from './fault-order.ts'
import type { CloudObject } from './inventory.ts'
import { cloudOperations } from './operations.ts'

const capacity = {
  rma1: { hostCount: 2, vcpuCount: 8, memoryGb: 32, gpuCount: 1, storageGb: { ssd: 100, bulk: 300 } },
  lpg1: { hostCount: 1, vcpuCount: 4, memoryGb: 8, gpuCount: 0, storageGb: { ssd: 20, bulk: 100 } },
}
type Zone = keyof typeof capacity

/** Longer than the latest effect and all that it puts in motion. */
const agesMs = 10 * 60_000

/** One thing that a user, an operator or time does. Objects are chosen by number among those there are. */
type Move = (harness: EmbeddedHarness) => Promise<unknown>

const zone = fc.constantFrom<Zone>('rma1', 'rma1', 'rma1', 'lpg1')
const key = fc.constantFrom('key-1', 'key-2', 'key-3')
const choice = fc.nat(20)
const address = fc.constantFrom(
  { version: 4, address: '203.0.113.1' } as const,
  { version: 4, address: '203.0.113.2' } as const,
  { version: 6, address: '2001:db8::1' } as const,
  { version: 6, address: '2001:0db8:0::1' } as const,
)
const size = fc.record({
  vcpuCount: fc.integer({ min: 1, max: 5 }),
  memoryGb: fc.integer({ min: 1, max: 20 }),
  gpuCount: fc.nat(1),
})

const moves: fc.Arbitrary<Move> = fc.oneof(
  fc
    .record({ key, zone, network: fc.constant('public'), addresses: fc.array(address, { maxLength: 2 }) })
    .map(
      (port): Move =>
        ({ cloud }) =>
          cloud.network.createPort(port),
    ),
  fc
    .record({
      key,
      zone,
      sizeGb: fc.integer({ min: 8, max: 40 }),
      type: fc.constantFrom('ssd' as const, 'bulk' as const),
      image: fc.option(fc.constant('debian-13'), { nil: undefined, freq: 8 }),
      snapshotId: fc.constant(undefined),
    })
    .map(
      (volume): Move =>
        ({ cloud }) =>
          cloud.volumes.createVolume(volume),
    ),
  {
    weight: 4,
    arbitrary: fc.record({ key, zone, group: choice }).map(
      ({ key, zone, group }): Move =>
        async ({ cloud, clock, image }) => {
          const groups = cloud
            .objects()
            .filter(object => object.kind === 'server-group' && object.zone === zone)
          const root = { key, zone, sizeGb: 10, type: 'ssd', image, snapshotId: undefined } as const
          const { id } = await cloud.volumes.createVolume(root)
          clock.pass(4000)
          await cloud.compute.createServer({
            key,
            zone,
            hostname: 'web.example.org',
            ...smallSize,
            portIds: [],
            volumeIds: [id],
            groupId: groups[group % (groups.length + 1)]?.id,
            sshKeys: [],
            password: undefined,
            userData: undefined,
          })
        },
    ),
  },
  fc.record({ key, size, port: choice, volume: choice, group: fc.option(choice, { nil: undefined }) }).map(
    ({ key, size, port, volume, group }): Move =>
      async harness => {
        const { cloud } = harness
        const volumeId = idOf(harness, 'volume', volume)
        const zone = cloud.objects().find(({ id }) => id === volumeId)?.zone ?? 'rma1'
        const ports = cloud.objects().filter(object => object.kind === 'port' && object.zone === zone)
        await cloud.compute.createServer({
          key,
          zone,
          ...size,
          hostname: 'web.example.org',
          portIds: ports.slice(0, port % 3).map(({ id }) => id),
          volumeIds: [volumeId],
          groupId: group === undefined ? undefined : idOf(harness, 'server-group', group),
          sshKeys: [],
          password: undefined,
          userData: undefined,
        })
      },
  ),
  choice.map(
    (at): Move =>
      harness =>
        harness.cloud.network.deletePort(idOf(harness, 'port', at)),
  ),
  choice.map(
    (at): Move =>
      harness =>
        harness.cloud.volumes.deleteVolume(idOf(harness, 'volume', at)),
  ),
  fc.tuple(fc.constantFrom('deleteServer', 'startServer', 'stopServer', 'rebootServer'), choice).map(
    ([call, at]): Move =>
      harness =>
        harness.cloud.compute[call](idOf(harness, 'server', at)),
  ),
  fc.tuple(choice, size).map(
    ([at, wanted]): Move =>
      harness =>
        harness.cloud.compute.resizeServer(idOf(harness, 'server', at), wanted),
  ),
  fc.tuple(fc.constantFrom('attachVolume', 'detachVolume'), choice, choice).map(
    ([call, server, volume]): Move =>
      harness =>
        harness.cloud.compute[call](idOf(harness, 'server', server), idOf(harness, 'volume', volume)),
  ),
  fc.tuple(fc.constantFrom('attachPort', 'detachPort'), choice, choice).map(
    ([call, server, port]): Move =>
      harness =>
        harness.cloud.compute[call](idOf(harness, 'server', server), idOf(harness, 'port', port)),
  ),
  fc.tuple(key, zone).map(
    ([key, zone]): Move =>
      ({ cloud }) =>
        cloud.compute.createServerGroup({ key, zone, name: 'apart' }),
  ),
  choice.map(
    (at): Move =>
      harness =>
        harness.cloud.compute.deleteServerGroup(idOf(harness, 'server-group', at)),
  ),
  fc.tuple(choice, fc.integer({ min: 8, max: 40 })).map(
    ([at, sizeGb]): Move =>
      harness =>
        harness.cloud.volumes.extendVolume(idOf(harness, 'volume', at), sizeGb),
  ),
  fc.tuple(key, choice).map(
    ([key, at]): Move =>
      harness =>
        harness.cloud.volumes.createSnapshot({ key, volumeId: idOf(harness, 'volume', at) }),
  ),
  choice.map(
    (at): Move =>
      harness =>
        harness.cloud.volumes.deleteSnapshot(idOf(harness, 'snapshot', at)),
  ),
  fc.tuple(key, choice).map(
    ([key, at]): Move =>
      async harness => {
        const snapshot = harness.cloud.objects().find(({ id }) => id === idOf(harness, 'snapshot', at))
        if (snapshot?.kind !== 'snapshot') return
        await harness.cloud.volumes.revertVolume({
          key,
          volumeId: snapshot.volumeId,
          snapshotId: snapshot.id,
        })
      },
  ),
  fc.tuple(key, choice, fc.integer({ min: -1, max: 5 })).map(
    ([key, at, moreGb]): Move =>
      async harness => {
        const snapshot = harness.cloud.objects().find(({ id }) => id === idOf(harness, 'snapshot', at))
        if (snapshot?.kind !== 'snapshot') return
        const { id: snapshotId, zone, sizeGb } = snapshot
        const copy = {
          key,
          zone,
          sizeGb: sizeGb + moreGb,
          type: 'ssd',
          image: undefined,
          snapshotId,
        } as const
        await harness.cloud.volumes.createVolume(copy)
      },
  ),
  fc.tuple(key, zone).map(
    ([key, zone]): Move =>
      harness =>
        harness.cloud.images.importImage(newImport(harness, { key, zones: [zone] })),
  ),
  fc.tuple(key, zone, choice).map(
    ([key, zone, at]): Move =>
      harness => {
        const volume = { key, zone, sizeGb: 8, type: 'ssd', snapshotId: undefined } as const
        return harness.cloud.volumes.createVolume({ ...volume, image: idOf(harness, 'image', at) })
      },
  ),
  choice.map(
    (at): Move =>
      harness =>
        harness.cloud.images.deleteImport(idOf(harness, 'image', at)),
  ),
  fc.tuple(key, address).map(
    ([key, { address }]): Move =>
      ({ cloud }) =>
        cloud.dns.setPointer({ key, address, name: 'web.example.org' }),
  ),
  fc.tuple(key, address).map(
    ([key, { address }]): Move =>
      ({ cloud }) =>
        cloud.dns.removePointer(address, key),
  ),
  fc.tuple(key, zone, size).map(
    ([key, zone, wanted]): Move =>
      async ({ cloud }) => {
        await Promise.all([cloud.network.findPorts(key), cloud.compute.hasRoom(zone, wanted)])
      },
  ),
  fc
    .array(
      fc.record({
        operation: fc.constantFrom(...cloudOperations),
        kind: fc.constantFrom(...faultKinds.filter(kind => kind !== 'crash')),
        times: fc.integer({ min: 1, max: 3 }),
        delayMs: fc.nat(20_000),
      }),
      { maxLength: 4 },
    )
    .map(
      (orders): Move =>
        async ({ cloud }) =>
          cloud.faults.replace(orders),
    ),
  {
    weight: 3,
    arbitrary: fc.nat(8000).map(
      (ms): Move =>
        async ({ clock }) =>
          clock.pass(ms),
    ),
  },
)

describe('whatever is asked of the embedded cloud, in whatever order', () => {
  it('no address, host, store or attachment is ever promised twice, and everything settles', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(moves, { maxLength: 80, size: 'max' }),
        fc.constantFrom(0, 1),
        async (sequence, latencyFactor) => {
          const harness = cloudInFakeTime({ latencyFactor, capacity })
          for (const move of sequence) {
            await move(harness).catch(onlyWhatCloudsAnswer)
            expectSoundness(harness.cloud.objects())
          }
          harness.clock.pass(agesMs)
          const settled = harness.cloud.objects()
          expectSoundness(settled)
          expect(settled.filter(({ state }) => state === 'pending')).toEqual([])
          harness.cloud.close()
        },
      ),
      { numRuns: 150 },
    )
  })

  it('is the same world however often anybody looks at it while time passes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { maxLength: 60, size: 'max' }), async sequence => {
        const outlines: unknown[] = []
        for (const looks of [1, 50]) {
          const harness = cloudInFakeTime({ capacity })
          for (const move of sequence) await move(harness).catch(onlyWhatCloudsAnswer)
          for (let look = 0; look < looks; look++) {
            harness.clock.pass(agesMs / looks)
            harness.cloud.objects()
          }
          outlines.push(outlineOf(harness.cloud.objects()))
          harness.cloud.close()
        }
        expect(outlines[0]).toEqual(outlines[1])
      }),
      { numRuns: 50 },
    )
  })
})

function expectSoundness(objects: readonly CloudObject[]): void {
  const servers = objects.filter(object => object.kind === 'server')
  const ports = objects.filter(object => object.kind === 'port')
  const volumes = objects.filter(object => object.kind === 'volume')

  const addresses = ports.flatMap(port => port.addresses.map(({ address }) => address))
  expect(new Set(addresses).size).toBe(addresses.length)

  for (const { serverId, zone } of [...ports, ...volumes]) {
    if (serverId !== undefined) expect(servers.find(({ id }) => id === serverId)?.zone).toBe(zone)
  }
  for (const { id, bootVolumeId } of servers) {
    expect(volumes.find(volume => volume.id === bootVolumeId)?.serverId).toBe(id)
  }

  expectApart(objects)
  expectSoundSnapshots(objects)

  for (const [zone, total] of Object.entries(capacity)) {
    const here = servers.filter(server => server.zone === zone)
    expect(sum(here.map(({ vcpuCount }) => vcpuCount))).toBeLessThanOrEqual(total.vcpuCount)
    expect(sum(here.map(({ memoryGb }) => memoryGb))).toBeLessThanOrEqual(total.memoryGb)
    expect(sum(here.map(({ gpuCount }) => gpuCount))).toBeLessThanOrEqual(total.gpuCount)
    for (const type of ['ssd', 'bulk'] as const) {
      const stored = volumes.filter(volume => volume.zone === zone && volume.type === type)
      expect(sum(stored.map(({ sizeGb }) => sizeGb))).toBeLessThanOrEqual(total.storageGb[type])
    }
  }

  for (const { state, fault, settlesAtMs } of objects) {
    expect(fault !== undefined).toBe(state === 'broken')
    expect(settlesAtMs !== undefined).toBe(state === 'pending')
  }
}

/** What runs has a host, and no two servers of a group have the same. */
function expectApart(objects: readonly CloudObject[]): void {
  const servers = objects.filter(object => object.kind === 'server')
  for (const { state, power, host } of servers) {
    if (state === 'ready' && power === 'running') expect(host).toBeDefined()
  }
  const groups = objects.filter(object => object.kind === 'server-group')
  for (const { id, zone } of groups) {
    const members = servers.filter(({ groupId }) => groupId === id)
    const hosts = members.flatMap(({ host }) => host ?? [])
    expect(new Set(hosts).size).toBe(hosts.length)
    expect(members.filter(member => member.zone !== zone)).toEqual([])
  }
  const groupIds = [undefined, ...groups.map(({ id }) => id)]
  for (const { groupId } of servers) expect(groupIds).toContain(groupId)
}

/** A snapshot is never without its volume, and nothing that holds what it holds is smaller. */
function expectSoundSnapshots(objects: readonly CloudObject[]): void {
  const volumes = objects.filter(object => object.kind === 'volume')
  for (const snapshot of objects.filter(object => object.kind === 'snapshot')) {
    const source = volumes.find(({ id }) => id === snapshot.volumeId)
    const copies = volumes.filter(({ snapshotId }) => snapshotId === snapshot.id)
    expect(source?.zone).toBe(snapshot.zone)
    for (const { zone, sizeGb } of [...(source ? [source] : []), ...copies]) {
      expect(zone).toBe(snapshot.zone)
      expect(sizeGb).toBeGreaterThanOrEqual(snapshot.sizeGb)
    }
  }
}

/** The objects with their places in the list instead of their ids, which are others in another world. */
function outlineOf(objects: readonly CloudObject[]): unknown {
  const text = objects.reduce(
    (outline, { id, kind }, place) => outline.replaceAll(id, `${kind} ${place}`),
    JSON.stringify(objects),
  )
  // A fault may tell of what is gone.
  return JSON.parse(text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'gone'))
}

function idOf({ cloud }: EmbeddedHarness, kind: CloudObject['kind'], at: number): string {
  const all = cloud.objects().filter(object => object.kind === kind)
  // Most of what is asked of objects that aren't ready is refused: more happens among the others.
  const ready = all.filter(({ state }) => state === 'ready')
  const candidates = at % 4 === 0 || ready.length === 0 ? all : ready
  return candidates[at % candidates.length]?.id ?? 'absent'
}

function onlyWhatCloudsAnswer(thrown: unknown): void {
  if (!(thrown instanceof Exception) || thrown.category !== 'dependency') throw thrown
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
