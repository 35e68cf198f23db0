import { NotFoundException } from 'evenkeel'
import type { Selectable, Updateable } from 'kysely'
import { findGone } from './gone.ts'
import type { Db, ServersTable } from './tables.ts'
import { conditionsOf, type ListFilter, type Tags } from './tags.ts'

export type ServerStatus = ServersTable['status']

/** What is under way on an object. */
export interface Change {
  /** In words that complete "it is": `being created`. */
  readonly what: string
  readonly actionId: string
  readonly since: string
}

/** A server as its owner knows it. */
export interface ServerRecord {
  readonly uuid: string
  readonly projectId: string
  readonly name: string
  /** What it is called inside: the name that it was created with. */
  readonly hostname: string
  readonly zone: string
  readonly flavor: string
  readonly image: string
  readonly status: ServerStatus
  readonly tags: Tags
  /** Null until it has booted. */
  readonly sshHostKeys: readonly string[] | null
  readonly sshFingerprints: readonly string[] | null
  readonly createdAt: string
  readonly deletedAt: string | null
  readonly change: Change | null
  readonly cloudServerId: string | null
  readonly cloudPortId: string | null
}

/** What may change about a server. */
export type ServerChanges = Partial<
  Pick<
    ServerRecord,
    | 'name'
    | 'flavor'
    | 'status'
    | 'tags'
    | 'sshHostKeys'
    | 'sshFingerprints'
    | 'change'
    | 'cloudServerId'
    | 'cloudPortId'
  >
>

/** No such server in the caller's project. For a day after a failed creation its message says why that failed. */
export class ServerNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export async function insertServer(db: Db, server: ServerRecord): Promise<void> {
  const { tags, sshHostKeys, sshFingerprints, change, ...plain } = server
  await db
    .insertInto('servers')
    .values({
      ...plain,
      tagsJson: JSON.stringify(tags),
      sshHostKeysJson: jsonOrNull(sshHostKeys),
      sshFingerprintsJson: jsonOrNull(sshFingerprints),
      ...changeColumns(change),
    })
    .execute()
}

/** The project's live server with this uuid. Nobody ever finds another project's. */
export async function findServer(db: Db, projectId: string, uuid: string): Promise<ServerRecord | undefined> {
  const row = await liveServers(db, projectId).where('uuid', '=', uuid).executeTakeFirst()
  return row && toServer(row)
}

/**
 * The project's live server with this uuid.
 *
 * @throws {ServerNotFoundException} there is none; says why its creation failed, if it did within the last day
 */
export async function requireServer(
  db: Db,
  projectId: string,
  uuid: string,
  nowMs: number,
): Promise<ServerRecord> {
  const server = await findServer(db, projectId, uuid)
  if (server !== undefined) return server
  const gone = await findGone(db, projectId, uuid, nowMs)
  throw new ServerNotFoundException(uuid, gone?.detail ?? 'Not found.')
}

/** The server with this uuid, deleted or not, whosever it is: for the actions, which know what they work on. */
export async function findAnyServer(db: Db, uuid: string): Promise<ServerRecord | undefined> {
  const row = await db.selectFrom('servers').selectAll().where('uuid', '=', uuid).executeTakeFirst()
  return row && toServer(row)
}

/** The project's live servers, oldest first. */
export async function listServers(
  db: Db,
  projectId: string,
  filter: ListFilter = {},
): Promise<readonly ServerRecord[]> {
  const conditions = conditionsOf(filter, 'servers')
  const rows = await liveServers(db, projectId)
    .where(({ and }) => and(conditions))
    .orderBy('createdAt')
    .orderBy('uuid')
    .execute()
  return rows.map(toServer)
}

export async function updateServer(db: Db, uuid: string, changes: ServerChanges): Promise<void> {
  const { tags, sshHostKeys, sshFingerprints, change, ...plain } = changes
  const columns: Updateable<ServersTable> = {
    ...plain,
    ...(tags === undefined ? {} : { tagsJson: JSON.stringify(tags) }),
    ...(sshHostKeys === undefined ? {} : { sshHostKeysJson: jsonOrNull(sshHostKeys) }),
    ...(sshFingerprints === undefined ? {} : { sshFingerprintsJson: jsonOrNull(sshFingerprints) }),
    ...(change === undefined ? {} : changeColumns(change)),
  }
  if (Object.keys(columns).length === 0) return
  await db.updateTable('servers').set(columns).where('uuid', '=', uuid).execute()
}

/** From here on the server is gone for its owner. One that is deleted already keeps its time. */
export async function markServerDeleted(db: Db, uuid: string, deletedAt: string): Promise<void> {
  await db
    .updateTable('servers')
    .set({ deletedAt })
    .where('uuid', '=', uuid)
    .where('deletedAt', 'is', null)
    .execute()
}

function liveServers(db: Db, projectId: string) {
  return db
    .selectFrom('servers')
    .selectAll()
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null)
}

function toServer(row: Selectable<ServersTable>): ServerRecord {
  const { tagsJson, sshHostKeysJson, sshFingerprintsJson, change, changeActionId, changeSince, ...plain } =
    row
  return {
    ...plain,
    tags: JSON.parse(tagsJson),
    sshHostKeys: sshHostKeysJson === null ? null : JSON.parse(sshHostKeysJson),
    sshFingerprints: sshFingerprintsJson === null ? null : JSON.parse(sshFingerprintsJson),
    change:
      change === null || changeActionId === null || changeSince === null
        ? null
        : { what: change, actionId: changeActionId, since: changeSince },
  }
}

function changeColumns(change: Change | null) {
  return {
    change: change?.what ?? null,
    changeActionId: change?.actionId ?? null,
    changeSince: change?.since ?? null,
  }
}

function jsonOrNull(value: readonly string[] | null): string | null {
  return value === null ? null : JSON.stringify(value)
}
