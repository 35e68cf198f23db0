import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import { someProject, someSnapshot, someVolume, temporaryRecords } from './testing.ts'
import {
  requireNoSnapshots,
  requireRoomForSnapshot,
  SnapshotsPerVolumeException,
  snapshotsOfVolume,
  snapshotsPerVolumeMax,
  sourceVolumeNames,
  VolumeHasSnapshotsException,
  VolumeSnapshotNotFoundException,
  volumeSnapshotRecords,
} from './volume-snapshots.ts'
import { volumeRecords } from './volumes.ts'

describe('volume snapshots', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  const volume = someVolume({ name: 'data' })
  const other = someVolume({ name: 'other' })
  const first = someSnapshot({ name: 'monday', volumeUuid: volume.uuid, tags: { keep: 'yes' } })
  const second = someSnapshot({ name: 'tuesday', volumeUuid: volume.uuid })
  beforeEach(() =>
    records.transaction(async trx => {
      await volumeRecords.insert(trx, volume, other)
      await volumeSnapshotRecords.insert(trx, first, second)
    }),
  )

  it('come back as they were written, oldest first', async () => {
    expect(await snapshotsOfVolume(records.read, volume.uuid)).toEqual([first, second])
    expect(await snapshotsOfVolume(records.read, other.uuid)).toEqual([])
  })

  it('are told apart from those of other projects, and from those that are gone', async () => {
    await records.transaction(trx => volumeSnapshotRecords.markDeleted(trx, first.uuid, 'now'))

    const require = (projectId: string, uuid: string) =>
      volumeSnapshotRecords.require(records.read, projectId, uuid, 0)
    await expect(require(someProject.id, first.uuid)).rejects.toThrow(VolumeSnapshotNotFoundException)
    await expect(require('other', second.uuid)).rejects.toThrow(VolumeSnapshotNotFoundException)
    expect(await snapshotsOfVolume(records.read, volume.uuid)).toEqual([second])
  })

  it('know what their volumes are called', async () => {
    expect(await sourceVolumeNames(records.read, someProject.id)).toEqual(new Map([[volume.uuid, 'data']]))
  })

  it('keep their volume from being deleted: it says which ones', async () => {
    await records.transaction(trx => volumeSnapshotRecords.update(trx, second.uuid, { status: 'deleting' }))

    await expect(requireNoSnapshots(records.read, other)).resolves.toBeUndefined()
    await expect(requireNoSnapshots(records.read, volume)).rejects.toThrow(VolumeHasSnapshotsException)
    await expect(requireNoSnapshots(records.read, volume)).rejects.toThrow(
      `Snapshots exist for this volume: 'data' can be deleted once volume snapshot 'monday' (${first.uuid}), 'tuesday' (${second.uuid}, which is being deleted) are gone.`,
    )
  })

  it('are bounded for each volume', async () => {
    const more = Array.from({ length: snapshotsPerVolumeMax - 3 }, () =>
      someSnapshot({ volumeUuid: volume.uuid }),
    )
    const oneMore = () => requireRoomForSnapshot(records.read, volume)
    await records.transaction(trx => volumeSnapshotRecords.insert(trx, ...more))
    await expect(oneMore()).resolves.toBeUndefined()

    await records.transaction(trx =>
      volumeSnapshotRecords.insert(trx, someSnapshot({ volumeUuid: volume.uuid })),
    )
    await expect(oneMore()).rejects.toThrow(SnapshotsPerVolumeException)
    await expect(oneMore()).rejects.toThrow(
      `It is not possible to create more than ${snapshotsPerVolumeMax} snapshots per volume`,
    )
  })
})
