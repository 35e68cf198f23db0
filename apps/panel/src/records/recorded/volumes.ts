import { type AtCloud, known, recordsAtCloud } from '../at-cloud.ts'

export interface VolumeAtCloud extends AtCloud {
  readonly sizeGb: number
  readonly isRoot: boolean
  /** What it is attached to, as the cloud calls it. */
  readonly serverId: string | undefined
  readonly serverName: string | undefined
}

export interface SnapshotAtCloud extends AtCloud {
  readonly sizeGb: number
}

export const volumes = recordsAtCloud({
  live: db =>
    db
      .selectFrom('volumes')
      .leftJoin('servers', 'servers.uuid', 'volumes.serverUuid')
      .select([
        'volumes.cloudVolumeId as id',
        'volumes.uuid',
        'volumes.projectId',
        'volumes.name',
        'volumes.sizeGb',
        'volumes.isRoot',
        'servers.cloudServerId as serverId',
        'servers.name as serverName',
      ])
      .where('volumes.deletedAt', 'is', null),
  everOf: db => db.selectFrom('volumes').select(['cloudVolumeId as id', 'uuid as of']),
  present: ({ isRoot, serverId, serverName, ...row }): VolumeAtCloud => ({
    ...known(row),
    isRoot: Number(isRoot) === 1,
    serverId: serverId ?? undefined,
    serverName: serverName ?? undefined,
  }),
})

export const snapshots = recordsAtCloud({
  live: db =>
    db
      .selectFrom('volumeSnapshots')
      .select(['cloudSnapshotId as id', 'uuid', 'projectId', 'name', 'sizeGb'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('volumeSnapshots').select(['cloudSnapshotId as id', 'uuid as of']),
  present: (row): SnapshotAtCloud => known(row),
})
