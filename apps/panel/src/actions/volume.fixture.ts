import { randomUUID } from 'node:crypto'
import { newCreatedAt } from '../records/created-at.ts'
import type { NewVolumeRequest } from './create-volume.ts'
import type { NewSnapshotRequest } from './create-volume-snapshot.ts'
import type { ActionsBench } from './panel.fixture.ts'

export const smallVolume = { sizeGb: 10, type: 'ssd', zone: 'rma1' } as const

/** A small empty volume that no server has, but for what is given. */
export function newVolume(
  { projectId, clock }: ActionsBench,
  given: Partial<NewVolumeRequest> = {},
): NewVolumeRequest {
  return {
    uuid: randomUUID(),
    projectId,
    name: 'data',
    content: { kind: 'empty', ...smallVolume },
    server: undefined,
    tags: {},
    createdAt: newCreatedAt(clock.now()),
    ...given,
  }
}

export function newSnapshot({ projectId, clock }: ActionsBench, volumeUuid: string): NewSnapshotRequest {
  return {
    uuid: randomUUID(),
    projectId,
    name: 'monday',
    volumeUuid,
    tags: {},
    createdAt: newCreatedAt(clock.now()),
  }
}

/** A snapshot as what a volume is to be made of. */
export function copyOf(snapshotUuid: string): NewVolumeRequest['content'] {
  return { kind: 'copy', snapshotUuid, sizeGb: undefined, type: undefined, zone: undefined }
}
