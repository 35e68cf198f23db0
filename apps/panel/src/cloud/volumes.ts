import type { ObjectState } from './cloud.ts'

export type VolumeType = 'ssd' | 'bulk'

export interface NewVolume {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly zone: string
  readonly sizeGb: number
  readonly type: VolumeType
  /** The slug of the image that it is filled with; undefined for an empty volume. */
  readonly image: string | undefined
}

export interface CloudVolume {
  readonly id: string
  readonly sizeGb: number
  readonly type: VolumeType
  /** The server that it is attached to. */
  readonly serverId: string | undefined
  readonly status: ObjectState
}

/** Block storage. Reads are as fresh as effects. All calls throw the exceptions of `cloud/exceptions.ts`. */
export interface Volumes {
  /** Accepts a volume, which settles later. @throws {NoCapacityException} the storage is full */
  createVolume(volume: NewVolume, signal?: AbortSignal): Promise<CloudVolume>
  /** Every volume that carries the key, oldest first. */
  findVolumes(key: string, signal?: AbortSignal): Promise<readonly CloudVolume[]>
  /** Accepts the deletion; deleting an absent volume is success. @throws {CloudObjectInUseException} it is attached */
  deleteVolume(id: string, signal?: AbortSignal): Promise<void>
  /** The volume, or undefined once it is gone. */
  getVolume(id: string, signal?: AbortSignal): Promise<CloudVolume | undefined>
}
