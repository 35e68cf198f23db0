import { ValidationException } from 'evenkeel'
import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { checkQuota } from '../records/quota.ts'
import { requireReference } from '../records/reference.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { type VolumeSnapshotRecord, volumeSnapshotRecords } from '../records/volume-snapshots.ts'
import { type VolumeType, volumeRecords } from '../records/volumes.ts'
import { aboutVolume } from './about-volume.ts'
import { cloudSnapshotIdOf } from './about-volume-snapshot.ts'
import { cloudIdOf } from './change-power.ts'
import { action, changeOf } from './define.ts'
import {
  lockOfServer,
  recordAttached,
  requireServerForVolume,
  type ServerReference,
} from './server-for-volume.ts'
import { attachVolume } from './steps/attachment.ts'
import { createVolume } from './steps/volume.ts'
import { requireVolumeSize } from './volume-size.ts'

export interface VolumeShape {
  readonly sizeGb: number
  readonly type: VolumeType
  readonly zone: string
}

/** A copy of a snapshot is shaped like that, but for what is asked for. */
export type VolumeContent =
  | ({ readonly kind: 'empty' } & VolumeShape)
  | ({ readonly kind: 'copy'; readonly snapshotUuid: string } & {
      readonly [Part in keyof VolumeShape]: VolumeShape[Part] | undefined
    })

/** A volume to create. */
export interface NewVolumeRequest {
  readonly uuid: string
  readonly projectId: string
  readonly name: string
  readonly content: VolumeContent
  /** Where it is attached once it is made. */
  readonly server: ServerReference | undefined
  readonly tags: Tags
  /** With microseconds and `Z`. */
  readonly createdAt: string
}

const Input = z.object({
  volumeUuid: z.string(),
  zone: z.string(),
  sizeGb: z.int(),
  type: z.enum(['ssd', 'bulk']),
  /** Null for an empty one. */
  snapshotId: z.string().nullable(),
  /** Where it is attached once it is made. */
  server: z.object({ uuid: z.string(), id: z.string() }).nullable(),
})

/** Makes a volume, empty or a copy of a snapshot, and attaches it where that is asked for; or leaves nothing of it but the reason. */
export const createVolumeAction = action('volume.create', {
  version: 1,
  input: Input,
  output: z.object({ volumeId: z.string() }),
  steps: [createVolume, attachVolume],

  creates: volumeRecords,
  async about(request: NewVolumeRequest, db) {
    const server = request.server && (await serverRecords.findAny(db, request.server.uuid))
    const attached = server === undefined ? '' : ` and attached to server '${server.name}'`
    return aboutVolume(request, db, { action: 'volume_create', done: `has been created${attached}` })
  },

  locks: async ({ projectId, uuid, server }: NewVolumeRequest, db: Db) => [
    `volume:${uuid}`,
    ...(server === undefined ? [] : await lockOfServer(db, projectId, server.uuid)),
  ],

  async admit(request: NewVolumeRequest, db: Db, context) {
    const { uuid, projectId, name, server: wantedServer, tags, createdAt } = request
    const { sizeGb, type, zone, snapshot } = await requireContent(db, projectId, request.content)
    const server =
      wantedServer === undefined ? undefined : await requireServerForVolume(db, projectId, wantedServer, zone)
    await checkQuota(db, projectId, { volumeGb: sizeGb })

    await volumeRecords.insert(db, {
      uuid,
      projectId,
      serverUuid: null,
      name,
      sizeGb,
      type,
      zone,
      isRoot: false,
      position: 0,
      status: 'changing',
      snapshotUuid: snapshot?.uuid ?? null,
      tags,
      createdAt,
      deletedAt: null,
      change: changeOf('being created', context),
      cloudVolumeId: null,
    })
    return {
      volumeUuid: uuid,
      zone,
      sizeGb,
      type,
      snapshotId: snapshot === null ? null : cloudSnapshotIdOf(snapshot),
      server: server === undefined ? null : { uuid: server.uuid, id: cloudIdOf(server) },
    }
  },

  async run({ zone, sizeGb, type, snapshotId, server }, { step }) {
    const copied = snapshotId === null ? {} : { snapshotId }
    const { id } = await step(createVolume, { zone, sizeGb, type, image: null, ...copied })
    if (server !== null) await step(attachVolume, { serverId: server.id, volumeId: id })
    return { volumeId: id }
  },

  async onEnd(end, { volumeUuid, server }, db) {
    await volumeRecords.update(db, volumeUuid, { snapshotUuid: null })
    if (end.kind !== 'succeeded' || end.output === undefined) return
    const { volumeId } = end.output
    await volumeRecords.update(db, volumeUuid, { status: 'ready', change: null, cloudVolumeId: volumeId })
    if (server !== null) await recordAttached(db, volumeUuid, server.uuid)
  },
})

/**
 * @throws {ValidationException} the project has no such snapshot, it is being deleted, or a copy of it is shaped otherwise
 * @throws {ObjectBusyException} it is just being made
 */
async function requireContent(
  db: Db,
  projectId: string,
  content: VolumeContent,
): Promise<VolumeShape & { readonly snapshot: VolumeSnapshotRecord | null }> {
  if (content.kind === 'empty') {
    requireVolumeSize(content.type, content.sizeGb)
    return { ...content, snapshot: null }
  }
  const snapshot = await requireSource(db, projectId, content.snapshotUuid)
  const source = await volumeRecords.findAny(db, snapshot.volumeUuid)
  const { sizeGb = snapshot.sizeGb, type = source?.type ?? 'ssd', zone = snapshot.zone } = content
  requireVolumeSize(type, sizeGb)
  const name = `volume snapshot '${snapshot.name}'`
  if (sizeGb < snapshot.sizeGb)
    throw new ValidationException({ size_gb: `Must be at least ${snapshot.sizeGb}, the size of ${name}.` })
  if (type !== source?.type)
    throw new ValidationException({ type: `Must be ${source?.type}, as in ${name}. It can be left out.` })
  if (zone !== snapshot.zone)
    throw new ValidationException({ zone: `Must be ${snapshot.zone}, as of ${name}. It can be left out.` })
  return { sizeGb, type, zone, snapshot }
}

async function requireSource(db: Db, projectId: string, uuid: string): Promise<VolumeSnapshotRecord> {
  const path = 'volume_snapshot_uuid'
  const snapshot = await requireReference(db, volumeSnapshotRecords, projectId, uuid, path)
  if (snapshot.status === 'deleting')
    throw new ValidationException({ [path]: `Volume snapshot '${snapshot.name}' is being deleted.` })
  await requireSettled(db, volumeSnapshotRecords, snapshot)
  return snapshot
}
