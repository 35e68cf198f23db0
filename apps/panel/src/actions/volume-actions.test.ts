import { type ActionEnd, type AnyAction, WatchedException } from 'evenkeel/actions'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../records/tables.ts'
import { volumeSnapshotRecords } from '../records/volume-snapshots.ts'
import { volumeRecords } from '../records/volumes.ts'
import { attachVolumeAction } from './attach-volume.ts'
import { rebootServerAction } from './change-power.ts'
import { createServer } from './create-server.ts'
import { createVolumeAction } from './create-volume.ts'
import { createVolumeSnapshot } from './create-volume-snapshot.ts'
import type { PanelWorld } from './define.ts'
import { deleteServer } from './delete-server.ts'
import { deleteVolume } from './delete-volume.ts'
import { deleteVolumeSnapshot } from './delete-volume-snapshot.ts'
import { type ActionsBench, actionsBench } from './panel.fixture.ts'
import { resizeVolumeAction } from './resize-volume.ts'
import { revertVolumeAction } from './revert-volume.ts'
import type { Target } from './target.ts'
import { copyOf, newSnapshot, newVolume } from './volume.fixture.ts'

let bench: ActionsBench

beforeEach(async () => {
  bench = await actionsBench()
})

afterEach(() => bench.dispose())

type PanelAction = AnyAction<PanelWorld, Db>

const started = (action: PanelAction, request: unknown) =>
  bench.clock.run(bench.actions.start(action, request))

const endOf = async ({ end }: { readonly end: Promise<ActionEnd<unknown>> }) =>
  (await bench.clock.run(end)).kind

const ended = async (action: PanelAction, request: unknown) => endOf(await started(action, request))

const targetOf = ({ uuid }: { readonly uuid: string }): Target => ({ projectId: bench.projectId, uuid })

const on = ({ uuid }: Target) => ({ uuid, path: 'servers[0]' })

async function made<R extends { readonly uuid: string }>(action: PanelAction, request: R): Promise<Target> {
  expect(await ended(action, request)).toBe('succeeded')
  return targetOf(request)
}

const runningServer = () => made(createServer, bench.newServer({ volumes: [] }))

const volumeAt = async ({ uuid }: Target) => {
  const record = await volumeRecords.findAny(bench.records.read, uuid)
  const object = bench.cloud.objects().find(({ id }) => id === record?.cloudVolumeId)
  return { record, object: object?.kind === 'volume' ? object : undefined }
}

const snapshotOf = ({ uuid }: Target) => volumeSnapshotRecords.find(bench.records.read, bench.projectId, uuid)

/** Lets everything happen until all watches have closed. */
async function settle(): Promise<void> {
  await bench.clock.advance(120_000)
  expect(await bench.actions.residue()).toEqual([])
}

describe('volume.attach', () => {
  it('leaves a volume that could not be moved where it was', async () => {
    const [first, second] = [await runningServer(), await runningServer()]
    const volume = await made(createVolumeAction, newVolume(bench, { server: on(first) }))
    const before = await volumeAt(volume)
    bench.cloud.faults.replace([{ operation: 'compute.attachVolume', kind: 'refuse', times: 1 }])

    expect(await ended(attachVolumeAction, { ...volume, server: on(second) })).toBe('rolled-back')

    expect(await volumeAt(volume)).toEqual(before)
  })

  it('looks after a volume that could not be moved, also when the server that it was for is deleted', async () => {
    const [first, second] = [await runningServer(), await runningServer()]
    const volume = await made(createVolumeAction, newVolume(bench, { server: on(first) }))
    const before = await volumeAt(volume)
    bench.cloud.faults.replace([{ operation: 'compute.detachVolume', kind: 'late-effect', delayMs: 4_000 }])
    expect(await ended(attachVolumeAction, { ...volume, server: on(second) })).toBe('rolled-back')

    await started(deleteServer, second)
    await settle()

    expect(await volumeAt(volume)).toEqual(before)
  })

  it('waits for a server that is just being made', async () => {
    const volume = await made(createVolumeAction, newVolume(bench))
    const server = bench.newServer()
    await started(createServer, server)

    expect(await ended(attachVolumeAction, { ...volume, server: on(targetOf(server)) })).toBe('succeeded')

    expect((await volumeAt(volume)).record).toMatchObject({ serverUuid: server.uuid, position: 2 })
  })

  it('leaves the volume to nobody when its server is deleted meanwhile', async () => {
    const server = await runningServer()
    const volume = await made(createVolumeAction, newVolume(bench))
    await started(attachVolumeAction, { ...volume, server: on(server) })
    await started(deleteServer, server)

    await settle()

    const { record, object } = await volumeAt(volume)
    expect(record).toMatchObject({ serverUuid: null, change: null, deletedAt: null })
    expect(object).toMatchObject({ state: 'ready', serverId: undefined })
  })
})

describe('volume.resize', () => {
  it('sets the difference aside while it runs', async () => {
    const volume = await made(createVolumeAction, newVolume(bench))
    const growth = await started(resizeVolumeAction, { ...volume, sizeGb: 30 })

    expect((await bench.accounts()).use.volumeGb).toBe(30)
    await endOf(growth)
    expect((await bench.accounts()).use.volumeGb).toBe(30)
  })

  it('gives it back when the cloud refuses', async () => {
    const volume = await made(createVolumeAction, newVolume(bench))
    bench.cloud.faults.replace([{ operation: 'volumes.extend', kind: 'refuse', times: 1 }])

    expect(await ended(resizeVolumeAction, { ...volume, sizeGb: 30 })).toBe('rolled-back')

    expect((await volumeAt(volume)).record).toMatchObject({ sizeGb: 10, change: null })
    expect((await bench.accounts()).use.volumeGb).toBe(10)
  })

  it('lets the record follow a volume that has grown when nobody expected it any more', async () => {
    const volume = await made(createVolumeAction, newVolume(bench))
    bench.cloud.faults.replace([{ operation: 'volumes.extend', kind: 'late-effect', delayMs: 4_000 }])

    expect(await ended(resizeVolumeAction, { ...volume, sizeGb: 30 })).toBe('rolled-back')
    expect((await volumeAt(volume)).record?.sizeGb).toBe(10)
    await settle()

    const { record, object } = await volumeAt(volume)
    expect([record?.sizeGb, object?.sizeGb]).toEqual([30, 30])
  })

  it('lets the record follow also when the server that had the volume has been deleted since', async () => {
    const server = await runningServer()
    const volume = await made(createVolumeAction, newVolume(bench, { server: on(server) }))
    bench.cloud.faults.replace([{ operation: 'volumes.extend', kind: 'late-effect', delayMs: 4_000 }])
    expect(await ended(resizeVolumeAction, { ...volume, sizeGb: 30 })).toBe('rolled-back')

    await started(deleteServer, server)
    await settle()

    const { record, object } = await volumeAt(volume)
    expect([record?.sizeGb, object?.sizeGb]).toEqual([30, 30])
    expect(bench.cloud.objects().map(({ kind }) => kind)).toEqual(['volume'])
  })
})

describe('volume.revert', () => {
  it('keeps everybody from the volume while one that was given up may still come', async () => {
    const server = await runningServer()
    const volume = await made(createVolumeAction, newVolume(bench))
    const snapshot = await made(createVolumeSnapshot, newSnapshot(bench, volume.uuid))
    bench.cloud.faults.replace([{ operation: 'volumes.revert', kind: 'late-effect', delayMs: 4_000 }])

    expect(await ended(revertVolumeAction, { ...volume, snapshot: snapshot.uuid })).toBe('rolled-back')

    const attaching = bench.actions.start(
      attachVolumeAction,
      { ...volume, server: on(server) },
      { waitMs: 0 },
    )
    await expect(bench.clock.run(attaching)).rejects.toThrow(WatchedException)
    await settle()
    expect(await ended(attachVolumeAction, { ...volume, server: on(server) })).toBe('succeeded')
  })

  it('can not be called off', async () => {
    const volume = await made(createVolumeAction, newVolume(bench))
    const snapshot = await made(createVolumeSnapshot, newSnapshot(bench, volume.uuid))
    const request = { ...volume, snapshot: snapshot.uuid }
    const revert = await started(revertVolumeAction, request)

    expect(await bench.actions.cancel(revert.id, 'changed my mind')).toBe(false)
    expect(await endOf(revert)).toBe('succeeded')
  })
})

describe('volume.delete', () => {
  it('takes the volume from a server that is just busy with something else', async () => {
    const server = await runningServer()
    const volume = await made(createVolumeAction, newVolume(bench, { server: on(server) }))
    const reboot = await started(rebootServerAction, server)
    await bench.clock.advance(50)

    expect(await ended(deleteVolume, volume)).toBe('succeeded')

    await endOf(reboot)
    await settle()
    expect((await bench.accounts()).objects.filter(kind => kind === 'volume')).toHaveLength(1) // the root volume
    expect(await bench.statusOf(server.uuid)).toBe('running')
  })

  it('takes the volume from its server once more when the cloud could not at first', async () => {
    const server = await runningServer()
    const volume = await made(createVolumeAction, newVolume(bench, { server: on(server) }))
    bench.cloud.faults.replace([{ operation: 'compute.detachVolume', kind: 'error-state', times: 1 }])

    await started(deleteVolume, volume)

    await bench.clock.advance(10_000)
    expect((await volumeAt(volume)).object).toBeUndefined()
  })

  it('calls a creation off, and leaves nothing of it at any moment', async () => {
    for (let waitMs = 0; waitMs <= 150; waitMs += 25) {
      const request = newVolume(bench)
      await started(createVolumeAction, request)
      await bench.clock.advance(waitMs)

      expect(await ended(deleteVolume, targetOf(request))).toBe('succeeded')

      await settle()
      expect({ waitMs, objects: bench.cloud.objects() }).toEqual({ waitMs, objects: [] })
      const { use } = await bench.accounts()
      expect(use.volumeGb).toBe(0)
    }
  })

  it('leaves a volume in peace that is just being made for the same server', async () => {
    const server = await runningServer()
    const volume = await made(createVolumeAction, newVolume(bench, { server: on(server) }))
    const creation = await started(createVolumeAction, newVolume(bench, { server: on(server) }))

    await started(deleteVolume, volume)

    expect(await endOf(creation)).toBe('succeeded')
  })
})

describe('volume-snapshot.delete', () => {
  it('waits for a volume that is just being made of the snapshot', async () => {
    const source = await made(createVolumeAction, newVolume(bench))
    const snapshot = await made(createVolumeSnapshot, newSnapshot(bench, source.uuid))
    const creation = await started(createVolumeAction, newVolume(bench, { content: copyOf(snapshot.uuid) }))

    const deletion = await started(deleteVolumeSnapshot, snapshot)
    expect((await snapshotOf(snapshot))?.status).toBe('deleting')

    expect(await endOf(creation)).toBe('succeeded')
    expect(await endOf(deletion)).toBe('succeeded')
    expect(await snapshotOf(snapshot)).toBeUndefined()
    expect((await bench.accounts()).objects).toEqual(['volume', 'volume'])
  })

  it('calls a creation off, and is never shown as anything but deleting at any moment', async () => {
    const source = await made(createVolumeAction, newVolume(bench))
    for (let waitMs = 0; waitMs <= 150; waitMs += 25) {
      const request = newSnapshot(bench, source.uuid)
      await started(createVolumeSnapshot, request)
      await bench.clock.advance(waitMs)

      const deletion = await started(deleteVolumeSnapshot, targetOf(request))
      const shown = new Set<string | undefined>()
      for (let looks = 0; looks < 30; looks++) {
        shown.add((await snapshotOf(targetOf(request)))?.status)
        await bench.clock.advance(25)
      }

      expect(await endOf(deletion)).toBe('succeeded')
      expect({ waitMs, shown: [...shown] }).toEqual({ waitMs, shown: ['deleting', undefined] })
      await settle()
      expect((await bench.accounts()).objects).toEqual(['volume'])
    }
  })
})
