import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import { serverRecords } from './servers.ts'
import { someProject, someServer, someSnapshot, someVolume, temporaryRecords } from './testing.ts'
import { volumeSnapshotRecords } from './volume-snapshots.ts'
import {
  nextPosition,
  RootVolumeException,
  requireNotRoot,
  requireRoomForVolume,
  VolumeNotFoundException,
  VolumesPerServerException,
  volumeRecords,
  volumesBeingMadeOf,
  volumesOfServer,
  volumesPerServerMax,
} from './volumes.ts'

describe('volumes', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  const server = someServer({ name: 'web' })
  const root = someVolume({ name: 'root', serverUuid: server.uuid, isRoot: true })
  const data = someVolume({ name: 'data', serverUuid: server.uuid, position: 1, tags: { keep: 'yes' } })
  beforeEach(() =>
    records.transaction(async trx => {
      await serverRecords.insert(trx, server)
      await volumeRecords.insert(trx, root, data)
    }),
  )

  it('come back as they were written', async () => {
    expect(await volumeRecords.find(records.read, someProject.id, data.uuid)).toEqual(data)
  })

  it('are listed with the root volume first among those made together', async () => {
    const listed = await volumeRecords.list(records.read, someProject.id)

    expect(listed.map(({ name }) => name)).toEqual(['root', 'data'])
    expect(await volumesOfServer(records.read, server.uuid)).toEqual([root, data])
  })

  it('are filtered by name and tag though their server has a name and tags as well', async () => {
    const filter = { names: ['data'], tags: [{ key: 'keep', value: 'yes' }] }

    expect(await volumeRecords.list(records.read, someProject.id, filter)).toHaveLength(1)
    expect(await volumeRecords.list(records.read, someProject.id, { names: ['web'] })).toEqual([])
  })

  it('outlive their server when they are let go of', async () => {
    await records.transaction(trx => volumeRecords.update(trx, data.uuid, { serverUuid: null }))

    expect(await volumeRecords.find(records.read, someProject.id, data.uuid)).toMatchObject({
      serverUuid: null,
      tags: { keep: 'yes' },
    })
    expect(await volumesOfServer(records.read, server.uuid)).toEqual([root])
  })

  it('are gone for their owner once deleted', async () => {
    await records.transaction(trx => volumeRecords.markDeleted(trx, data.uuid, 'now'))

    await expect(volumeRecords.require(records.read, someProject.id, data.uuid, 0)).rejects.toThrow(
      VolumeNotFoundException,
    )
  })

  it('get the next place at their server, which has a bounded number of them', async () => {
    const more = (count: number) =>
      records.transaction(trx =>
        volumeRecords.insert(
          trx,
          ...Array.from({ length: count }, () => someVolume({ serverUuid: server.uuid, position: 5 })),
        ),
      )
    const room = () => requireRoomForVolume(records.read, server.uuid)
    expect(await nextPosition(records.read, someServer().uuid)).toBe(0)
    expect(await nextPosition(records.read, server.uuid)).toBe(2)
    await more(volumesPerServerMax - 3)
    expect(await nextPosition(records.read, server.uuid)).toBe(6)
    await expect(room()).resolves.toBeUndefined()
    await more(1)

    await expect(room()).rejects.toThrow(VolumesPerServerException)
    await expect(room()).rejects.toThrow(
      /^Due to internal limitations, it is currently not possible to attach more than 128 volumes\.$/,
    )
  })

  it('are known while they are being made of a snapshot, also when they were deleted meanwhile', async () => {
    const snapshot = someSnapshot({ volumeUuid: data.uuid })
    const copy = someVolume({ snapshotUuid: snapshot.uuid, deletedAt: 'now' })
    await records.transaction(async trx => {
      await volumeSnapshotRecords.insert(trx, snapshot)
      await volumeRecords.insert(trx, copy)
    })

    expect(await volumesBeingMadeOf(records.read, snapshot.uuid)).toEqual([copy.uuid])
  })

  it('are told apart by whether a server boots from them', () => {
    expect(() => requireNotRoot(root)).toThrow(RootVolumeException)
    expect(() => requireNotRoot(data)).not.toThrow()
  })
})
