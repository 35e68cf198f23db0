import { NotFoundException } from 'evenkeel'
import { type OwnedRecord, owned } from './owned.ts'
import type { Db, ServersTable } from './tables.ts'

export type ServerStatus = ServersTable['status']

/** A server as its owner knows it. */
export interface ServerRecord extends OwnedRecord {
  readonly name: string
  /** What it is called inside: the name that it was created with. */
  readonly hostname: string
  readonly zone: string
  readonly flavor: string
  /** Its slug in the catalogue; of its project's own `custom:` and what that was called. */
  readonly image: string
  /** Of its project's own, which may be gone since; null for one of the catalogue. */
  readonly imageName: string | null
  readonly imageUuid: string | null
  readonly status: ServerStatus
  /** Null until it has booted. */
  readonly sshHostKeys: readonly string[] | null
  readonly sshFingerprints: readonly string[] | null
  readonly cloudServerId: string | null
  /** Of its only port, where a release before interfaces made it. */
  readonly cloudPortId: string | null
}

/** No such server in the caller's project. For a day after a failed creation its message says why that failed. */
export class ServerNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const serverRecords = owned<ServerRecord>({
  table: 'servers',
  kind: 'server',
  label: 'Server',
  json: ['sshHostKeys', 'sshFingerprints'],
  notFound: (uuid, detail) => new ServerNotFoundException(uuid, detail),
})

/** The servers that are just being booted from an image of their project's own, also those that were deleted meanwhile. */
export async function serversBeingMadeOf(db: Db, imageUuid: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('servers')
    .innerJoin('projectActions', 'projectActions.objectUuid', 'servers.uuid')
    .select('servers.uuid')
    .distinct()
    .where('servers.imageUuid', '=', imageUuid)
    .where('projectActions.name', '=', 'server.create')
    .where('projectActions.state', '=', 'running')
    .execute()
  return rows.map(({ uuid }) => uuid)
}
