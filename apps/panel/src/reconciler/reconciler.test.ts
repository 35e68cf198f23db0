import { newTxId } from 'evenkeel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServerAction } from '../actions/change-power.ts'
import { createServer } from '../actions/create-server.ts'
import { deleteServer } from '../actions/delete-server.ts'
import { type ReconcilerBench, reconcilerBench } from './reconciler.fixture.ts'

let bench: ReconcilerBench
let server: { readonly projectId: string; readonly uuid: string }

beforeEach(async () => {
  bench = await reconcilerBench()
  const request = bench.newServer()
  server = { projectId: request.projectId, uuid: request.uuid }
  await bench.done(createServer, request)
})
afterEach(() => bench.dispose())

const newVolume = { zone: 'rma1', sizeGb: 10, type: 'ssd', image: undefined, snapshotId: undefined } as const

describe('a comparison', () => {
  it('finds nothing where records and cloud agree, and says what it has compared', async () => {
    const summary = await bench.compare()

    expect(summary.exception).toBeUndefined()
    expect(summary.found).toEqual({ orphan: 0, missing: 0, drifted: 0, broken: 0 })
    expect(summary.compared).toMatchObject({ server: 1, volume: 2, port: 1, pointer: 2, network: 0 })
    expect(await bench.findings()).toEqual([])
  })

  it('is joined by whoever asks for one meanwhile', async () => {
    const [one, other] = await bench.clock.run(Promise.all([bench.reconciler.run(), bench.reconciler.run()]))

    expect(one).toBe(other)
    expect(bench.reconciler.runningSinceMs).toBeUndefined()
  })

  it('goes on with what can be compared where a system does not answer, and leaves open what it could not look at', async () => {
    const { id } = bench.newest('server')
    await bench.outside(() => bench.cloud.compute.deleteServer(id))
    await bench.compare()
    bench.cloud.faults.replace([{ operation: 'compute.listServers', kind: 'refuse', times: 1 }])

    const summary = await bench.compare()

    expect(summary.exception?.name).toBe('CloudRefusedException')
    expect(summary.compared).not.toHaveProperty('server')
    expect(summary.compared).toHaveProperty('volume', 2)
    expect(await bench.findings()).toContainEqual(
      expect.objectContaining({ kind: 'missing', objectKind: 'server', state: 'open' }),
    )
  })
})

describe('an orphan', () => {
  it('is removed, if an action of ours has made it and is over', async () => {
    const { cloud } = bench
    const key = await bench.ownKey()
    const { id } = await bench.outside(() => cloud.volumes.createVolume({ ...newVolume, key }))

    const summary = await bench.compare()

    expect(summary.found.orphan).toBe(1)
    expect(cloud.objects().map(object => object.id)).not.toContain(id)
    expect(await bench.findings()).toMatchObject([
      { kind: 'orphan', objectKind: 'volume', cloudId: id, state: 'repaired', attempts: 1 },
    ])
  })

  it('is left for an operator, if nobody knows the action that its key names: another panel may have made it', async () => {
    const { cloud } = bench
    const key = `${newTxId()}/volumes.volume`
    const { id } = await bench.outside(() => cloud.volumes.createVolume({ ...newVolume, key }))

    await bench.compare()
    const [finding] = await bench.findings()
    const kept = cloud.objects().some(object => object.id === id)
    await bench.clock.run(bench.reconciler.remedy(finding?.id ?? 0, 'remove', 'ada'))
    await bench.clock.advance(10_000)

    expect(finding).toMatchObject({ state: 'open', remedies: [{ name: 'remove' }] })
    expect(kept).toBe(true)
    expect(cloud.objects().map(object => object.id)).not.toContain(id)
    expect(await bench.findings()).toMatchObject([{ state: 'repaired' }])
  })

  it('is none while it may still be a late effect that is looked out for', async () => {
    const { cloud, clock } = bench
    const key = await bench.ownKey()
    const { id } = await clock.run(cloud.volumes.createVolume({ ...newVolume, key }))
    await clock.advance(1_000)

    await bench.compare()

    expect(await bench.findings()).toEqual([])
    expect(cloud.objects().map(object => object.id)).toContain(id)
  })

  it('is none without a key of ours: that is counted, and nothing else', async () => {
    const { cloud } = bench
    const { id } = await bench.outside(() => cloud.volumes.createVolume({ ...newVolume, key: 'terraform' }))

    const summary = await bench.compare()

    expect(summary.othersCount).toBe(1)
    expect(await bench.findings()).toEqual([])
    expect(cloud.objects().map(object => object.id)).toContain(id)
  })

  it('among many is removed by a later comparison: only so much is repaired at once', async () => {
    await using opened = new AsyncDisposableStack()
    const few = opened.adopt(await reconcilerBench({ repairsMax: 2 }), one => one.dispose())
    await few.done(createServer, few.newServer())
    const key = await few.ownKey()
    for (let at = 0; at < 5; at++) {
      await few.outside(() => few.cloud.volumes.createVolume({ ...newVolume, key }))
    }

    const repaired: number[] = []
    for (let run = 0; run < 3; run++) {
      await few.compare()
      repaired.push((await few.findings()).filter(({ state }) => state === 'repaired').length)
    }

    expect(repaired).toEqual([2, 4, 5])
  })

  it('that the cloud keeps stays open with the reason, and is tried again with growing pauses, five times', async () => {
    const { cloud, clock } = bench
    const key = await bench.ownKey()
    await bench.outside(() => cloud.volumes.createVolume({ ...newVolume, key }))
    cloud.faults.replace([{ operation: 'volumes.delete', kind: 'refuse' }])

    const attempts: (number | undefined)[] = []
    for (let minutes = 0; minutes < 200; minutes += 5) {
      await bench.compare()
      attempts.push((await bench.findings())[0]?.attempts)
      await clock.advance(300_000)
    }

    const [finding] = await bench.findings()
    expect(finding).toMatchObject({ state: 'open', attempts: 5, nextTryAtMs: null })
    expect(finding?.lastReason).toMatch(/refused volumes.delete/)
    expect([1, 2, 3, 4, 5].map(count => attempts.indexOf(count) * 5)).toEqual([0, 5, 15, 35, 75])
  })
})

describe('what is missing', () => {
  it('is told with what can be done, and its record goes when an operator asks for that', async () => {
    const { cloud } = bench
    await bench.outside(() => cloud.compute.deleteServer(bench.newest('server').id))

    await bench.compare()
    const [finding] = (await bench.findings()).filter(({ kind }) => kind === 'missing')
    await bench.clock.run(bench.reconciler.remedy(finding?.id ?? 0, 'delete', 'ada'))
    await bench.clock.advance(60_000)
    await bench.compare()

    expect(finding?.what).toMatch(/^Server 'web1' is recorded as .+, and the cloud has no such server\.$/)
    expect(await bench.statusOf(server.uuid)).toBeUndefined()
    expect((await bench.findings()).filter(({ state }) => state === 'open' || state === 'repairing')).toEqual(
      [],
    )
  })

  it('is announced again, if it is a reverse DNS entry', async () => {
    const { cloud } = bench
    const { id, key } = bench.newest('pointer')
    await bench.outside(() => cloud.dns.removePointer(id, key))

    await bench.compare()

    expect(await bench.clock.run(cloud.dns.getPointer(id))).toMatchObject({ id })
    expect(await bench.findings()).toMatchObject([
      { kind: 'missing', objectKind: 'pointer', state: 'repaired' },
    ])
  })

  it('offers nothing for the root volume of a server, which lives and dies with that', async () => {
    const { cloud } = bench
    const { id } = bench.newest('server')
    await bench.outside(() => cloud.compute.deleteServer(id))
    for (const { id, kind } of cloud.objects()) {
      if (kind === 'volume') await bench.outside(() => cloud.volumes.deleteVolume(id))
    }

    await bench.compare()

    const volumes = (await bench.findings()).filter(({ objectKind }) => objectKind === 'volume')
    const offered = volumes.map(({ objectName, remedies }) => [objectName, remedies.map(({ name }) => name)])
    expect(offered.toSorted()).toEqual([
      ['web1-1', ['delete']],
      ['web1-root', []],
    ])
  })
})

describe('what has drifted', () => {
  it('is a server that was shut down from inside: its record follows, and the log of its project says so', async () => {
    const { cloud, records } = bench
    await bench.outside(() => cloud.compute.stopServer(bench.newest('server').id))

    await bench.compare()

    const [event] = await records.read.selectFrom('events').selectAll().orderBy('id', 'desc').execute()
    expect(await bench.statusOf(server.uuid)).toBe('stopped')
    expect(event).toMatchObject({
      action: 'server_stop',
      initiator: 'panel',
      message: "Server 'web1' has been shut down from outside the panel",
    })
  })

  it('is a size, which only an operator has changed back', async () => {
    const { cloud } = bench
    const { id } = bench.newest('server')
    await bench.outside(() => cloud.compute.stopServer(id))
    await bench.outside(() => cloud.compute.resizeServer(id, { vcpuCount: 2, memoryGb: 4, gpuCount: 0 }))

    await bench.compare()
    const [size] = (await bench.findings()).filter(({ field }) => field === 'size')
    await bench.clock.run(bench.reconciler.remedy(size?.id ?? 0, 'resize', 'ada'))
    await bench.clock.advance(60_000)
    await bench.compare()

    expect(size?.what).toBe(
      "Server 'web1' has 2 vCPUs, 4 GB at the cloud; its flavor flex-4-1 says 1 vCPU, 4 GB.",
    )
    expect(bench.newest('server')).toMatchObject({ vcpuCount: 1 })
    expect((await bench.findings()).map(({ state }) => state)).toEqual(['repaired', 'repaired'])
  })

  it('is where a volume is, which only an operator has changed back', async () => {
    const { cloud } = bench
    const { id } = bench.newest('server')
    const volume = bench.newest('volume')
    await bench.outside(() => cloud.compute.detachVolume(id, volume.id))

    await bench.compare()
    const [finding] = await bench.findings()
    await bench.clock.run(bench.reconciler.remedy(finding?.id ?? 0, 'attach', 'ada'))
    await bench.clock.advance(60_000)

    expect(finding).toMatchObject({ objectKind: 'volume', field: 'server', state: 'open' })
    expect(await bench.clock.run(cloud.volumes.getVolume(volume.id))).toMatchObject({ serverId: id })
  })

  it('passes when it is set right by somebody else', async () => {
    const { cloud } = bench
    const { id } = bench.newest('server')
    const volume = bench.newest('volume')
    await bench.outside(() => cloud.compute.detachVolume(id, volume.id))
    await bench.compare()
    await bench.outside(() => cloud.compute.attachVolume(id, volume.id))

    await bench.compare()

    expect((await bench.findings()).map(({ state }) => state)).toEqual(['passed'])
  })
})

describe('what is broken', () => {
  it('is told in the words of the cloud', async () => {
    bench.cloud.damage(bench.newest('volume').id)

    await bench.compare()

    const [finding] = await bench.findings()
    expect(finding).toMatchObject({ kind: 'broken', objectKind: 'volume', state: 'open' })
    expect(finding?.what).toBe(
      "Volume 'web1-1' is in an error state at the cloud: The cloud has lost track of it.",
    )
  })
})

describe('what is at work', () => {
  it('is not compared: a server that is just being deleted is neither missing nor left over', async () => {
    const { cloud, clock } = bench
    cloud.faults.replace([{ operation: 'compute.deleteServer', kind: 'busy', times: 3 }])
    const { end } = await clock.run(bench.actions.start(deleteServer, server))

    const summaries = [await bench.compare(), await bench.compare()]
    await clock.run(end)
    await bench.compare()

    for (const { found } of summaries) expect(found).toEqual({ orphan: 0, missing: 0, drifted: 0, broken: 0 })
    expect(await bench.findings()).toEqual([])
  })

  it('leaves what is known of it open: nobody can say whether it is still so', async () => {
    const { cloud, clock } = bench
    const { id } = bench.newest('server')
    await bench.outside(() => cloud.compute.stopServer(id))
    await bench.outside(() => cloud.compute.resizeServer(id, { vcpuCount: 2, memoryGb: 4, gpuCount: 0 }))
    await bench.compare()
    const open = (await bench.findings()).filter(({ state }) => state === 'open')
    cloud.faults.replace([{ operation: 'compute.startServer', kind: 'busy', times: 3 }])
    const { end } = await clock.run(bench.actions.start(startServerAction, server))

    const summary = await bench.compare()

    expect(open).toMatchObject([{ field: 'size' }])
    expect(summary.found).toMatchObject({ drifted: 0 })
    expect((await bench.findings()).filter(({ state }) => state === 'open')).toMatchObject([
      { id: open[0]?.id },
    ])
    await clock.run(end)
  })
})
