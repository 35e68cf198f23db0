import { ConflictException, NotFoundException } from 'evenkeel'
import { type OwnedRecord, owned } from './owned.ts'
import type { Db, VolumesTable } from './tables.ts'

export type VolumeType = VolumesTable['type']

/** A volume as its owner knows it. */
export interface VolumeRecord extends OwnedRecord {
  /** The server that it is attached to. */
  readonly serverUuid: string | null
  readonly name: string
  readonly sizeGb: number
  readonly type: VolumeType
  readonly zone: string
  /** Whether its server boots from it: such a volume lives and dies with the server. */
  readonly isRoot: boolean
  /** The place among its server's volumes; the root volume is at 0. */
  readonly position: number
  readonly status: 'changing' | 'ready'
  readonly cloudVolumeId: string | null
}

/** No such volume in the caller's project. */
export class VolumeNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

/** A root volume lives and dies with its server. */
export class RootVolumeException extends ConflictException<{ uuid: string }> {
  constructor(volume: VolumeRecord) {
    super(
      `Volume '${volume.name}' is the root volume of a server, and is deleted together with it: delete the server.`,
      {
        data: { uuid: volume.uuid },
      },
    )
  }
}

/** @throws {RootVolumeException} it is a root volume */
export function requireNotRoot(volume: VolumeRecord): void {
  if (volume.isRoot) throw new RootVolumeException(volume)
}

export const volumeRecords = owned<VolumeRecord>({
  table: 'volumes',
  kind: 'volume',
  label: 'Volume',
  notFound: (uuid, detail) => new VolumeNotFoundException(uuid, detail),
})

/** A server's live volumes: the root volume first. */
export async function volumesOfServer(db: Db, serverUuid: string): Promise<readonly VolumeRecord[]> {
  return inPlace(await volumeRecords.listWhere(db, 'serverUuid', serverUuid))
}

/** The attached volumes of a project, by the server's uuid, in each one's order. */
export async function volumesByServer(
  db: Db,
  projectId: string,
): Promise<ReadonlyMap<string, readonly VolumeRecord[]>> {
  const attached = (await volumeRecords.list(db, projectId)).filter(({ serverUuid }) => serverUuid !== null)
  return Map.groupBy(inPlace(attached), ({ serverUuid }) => serverUuid ?? '')
}

function inPlace(volumes: readonly VolumeRecord[]): readonly VolumeRecord[] {
  return volumes.toSorted((one, other) => one.position - other.position)
}
