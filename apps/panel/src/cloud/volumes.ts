import type { Listed, ListPage, ObjectState } from './cloud.ts'

export type VolumeType = 'ssd' | 'bulk'

export interface NewVolume {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly zone: string
  readonly sizeGb: number
  readonly type: VolumeType
  /** The slug of the image that it is filled with; undefined for an empty volume. */
  readonly image: string | undefined
  /** The snapshot that it is a copy of: of the same zone and type, and not larger. Never together with an image. */
  readonly snapshotId: string | undefined
}

export interface CloudVolume {
  readonly id: string
  readonly sizeGb: number
  readonly type: VolumeType
  /** The server that it is attached to. */
  readonly serverId: string | undefined
  /** The key of the step that last set it back to a snapshot, or is about to. */
  readonly revertKey: string | undefined
  readonly status: ObjectState
}

export interface NewCloudSnapshot {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly volumeId: string
}

/** A volume as it was at one moment. */
export interface CloudSnapshot {
  readonly id: string
  readonly volumeId: string
  /** The volume's when it was made. */
  readonly sizeGb: number
  readonly status: ObjectState
}

export interface Revert {
  /** The key of the step that asks for it: stays on the volume. */
  readonly key: string
  readonly volumeId: string
  /** The newest of the volume's snapshots. */
  readonly snapshotId: string
}

/**
 * Block storage. Reads are as fresh as effects. A volume that a change has left in an error state is as it was before, and
 * the next change settles it again. All calls throw the exceptions of `cloud/exceptions.ts`.
 */
export interface Volumes {
  /** Accepts a volume, which settles later. @throws {NoCapacityException} the storage is full */
  createVolume(volume: NewVolume, signal?: AbortSignal): Promise<CloudVolume>
  /** Every volume that carries the key, oldest first. */
  findVolumes(key: string, signal?: AbortSignal): Promise<readonly CloudVolume[]>
  /** Accepts the deletion; deleting an absent volume is success. @throws {CloudObjectInUseException} it is attached, or has snapshots */
  deleteVolume(id: string, signal?: AbortSignal): Promise<void>
  /** The volume, or undefined once it is gone. */
  getVolume(id: string, signal?: AbortSignal): Promise<CloudVolume | undefined>
  listVolumes(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<CloudVolume>[]>
  /**
   * Accepts a larger size, also of an attached volume; the size that it has is success, and settles an error state.
   *
   * @throws {NoCapacityException} the storage is full. @throws {CloudRefusedException} it would be smaller
   */
  extendVolume(id: string, sizeGb: number, signal?: AbortSignal): Promise<void>
  /**
   * Accepts to set a volume back that is detached, or whose server is stopped. Its size stays as it is.
   *
   * @throws {CloudStateException} its server runs. @throws {CloudRefusedException} the snapshot isn't the newest of this volume
   */
  revertVolume(revert: Revert, signal?: AbortSignal): Promise<void>
  /** Accepts a snapshot of the volume as it is now, also of one that a running server has. */
  createSnapshot(snapshot: NewCloudSnapshot, signal?: AbortSignal): Promise<CloudSnapshot>
  /** Every snapshot that carries the key, oldest first. */
  findSnapshots(key: string, signal?: AbortSignal): Promise<readonly CloudSnapshot[]>
  /** The snapshot, or undefined once it is gone. */
  getSnapshot(id: string, signal?: AbortSignal): Promise<CloudSnapshot | undefined>
  listSnapshots(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<CloudSnapshot>[]>
  /** Accepts the deletion; deleting an absent one is success. @throws {CloudBusyException} a volume is just being made of it, or set back to it */
  deleteSnapshot(id: string, signal?: AbortSignal): Promise<void>
}
