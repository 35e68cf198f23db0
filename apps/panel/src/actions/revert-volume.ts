import { ConflictException, ValidationException } from 'evenkeel'
import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { requireReference } from '../records/reference.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import {
  snapshotsOfVolume,
  type VolumeSnapshotRecord,
  volumeSnapshotRecords,
} from '../records/volume-snapshots.ts'
import { type VolumeRecord, volumeRecords } from '../records/volumes.ts'
import { aboutVolume, cloudVolumeIdOf } from './about-volume.ts'
import { cloudSnapshotIdOf } from './about-volume-snapshot.ts'
import { action, changeOf } from './define.ts'
import { revertVolume } from './steps/volume.ts'
import type { Target } from './target.ts'

/** A volume is reverted only while nothing can write on it. */
export class VolumeInUseException extends ConflictException<{ uuid: string; server: string }> {
  constructor({ uuid, isRoot }: VolumeRecord, server: string) {
    super(
      isRoot
        ? 'Root volumes can only be reverted if server state is "stopped".'
        : 'Cannot revert non-root volumes while they are attached to a server.',
      { data: { uuid, server } },
    )
  }
}

export interface RevertVolumeRequest extends Target {
  /** The newest of the volume's snapshots, by its uuid. */
  readonly snapshot: string
}

/**
 * Sets a volume back to its newest snapshot: it ends so, or as it was with a reason. Nobody can call it off, and it has no pivot, because what can't be
 * done must end without being tried again: a revert that comes later would overwrite what its owner has written since.
 * Until a late one is out of the question, the locks keep everybody from the volume, and a root volume's server from starting.
 */
export const revertVolumeAction = action('volume.revert', {
  version: 1,
  input: z.object({ volumeUuid: z.string(), volumeId: z.string(), snapshotId: z.string() }),
  output: z.null(),
  isCancellable: false,
  steps: [revertVolume],
  async about({ snapshot, ...target }: RevertVolumeRequest, db) {
    const name = (await volumeSnapshotRecords.findAny(db, snapshot))?.name ?? snapshot
    return aboutVolume(target, db, {
      action: 'volume_revert',
      done: `has been reverted to snapshot '${name}'`,
    })
  },

  async locks({ projectId, uuid, snapshot }: RevertVolumeRequest, db: Db) {
    const holder = (await volumeRecords.find(db, projectId, uuid))?.serverUuid ?? null
    const isOwn = (await volumeSnapshotRecords.find(db, projectId, snapshot)) !== undefined
    return [
      `volume:${uuid}`,
      ...(isOwn ? [`volume-snapshot:${snapshot}`] : []),
      ...(holder === null ? [] : [`server:${holder}`]),
    ]
  },

  changes: ({ volumeUuid }) => [`volume:${volumeUuid}`],

  async admit({ projectId, uuid, snapshot: wanted }: RevertVolumeRequest, db: Db, context) {
    const volume = await volumeRecords.require(db, projectId, uuid, context.nowMs)
    await requireSettled(db, volumeRecords, volume)
    const snapshot = await requireReference(db, volumeSnapshotRecords, projectId, wanted, 'snapshot')
    await requireNewest(db, volume, snapshot)
    await requireAtRest(db, volume)
    await volumeRecords.update(db, uuid, { change: changeOf('being reverted', context) })
    return {
      volumeUuid: uuid,
      volumeId: cloudVolumeIdOf(volume),
      snapshotId: cloudSnapshotIdOf(snapshot),
    }
  },

  async run({ volumeId, snapshotId }, { step }) {
    await step(revertVolume, { id: volumeId, snapshotId })
    return null
  },

  async onEnd(_end, { volumeUuid }, db) {
    await volumeRecords.update(db, volumeUuid, { change: null })
  },
})

/**
 * @throws {ValidationException} the snapshot isn't of this volume, is being deleted, or a newer one would be lost
 * @throws {ObjectBusyException} a newer one is on its way out, and the revert has to wait for that
 */
async function requireNewest(db: Db, volume: VolumeRecord, snapshot: VolumeSnapshotRecord): Promise<void> {
  const { name, volumeUuid } = snapshot
  const refuse = (why: string) => new ValidationException({ snapshot: why })
  if (volumeUuid !== volume.uuid) throw refuse(`Volume snapshot '${name}' is not of volume '${volume.name}'.`)
  if (snapshot.status === 'deleting') throw refuse(`Volume snapshot '${name}' is being deleted.`)
  const snapshots = await snapshotsOfVolume(db, volume.uuid)
  for (const newer of snapshots.slice(snapshots.findIndex(({ uuid }) => uuid === snapshot.uuid) + 1)) {
    if (newer.status !== 'deleting')
      throw refuse(
        `A volume can only be reverted to its newest snapshot, and '${newer.name}' (${newer.uuid}) is newer than '${name}'. Delete it first.`,
      )
    await requireSettled(db, volumeSnapshotRecords, newer)
  }
}

/**
 * @throws {VolumeInUseException} a server may write on the volume
 * @throws {ObjectBusyException} an action runs on the server
 */
async function requireAtRest(db: Db, volume: VolumeRecord): Promise<void> {
  if (volume.serverUuid === null) return
  const server = await serverRecords.findAny(db, volume.serverUuid)
  if (server !== undefined && volume.isRoot) {
    await requireSettled(db, serverRecords, server)
    if (server.status === 'stopped') return
  }
  throw new VolumeInUseException(volume, volume.serverUuid)
}
