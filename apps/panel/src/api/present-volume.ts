import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import type { VolumeRecord } from '../records/volumes.ts'
import type { Href } from './href.ts'

/** Volumes of one project as the API shows them. */
export async function presentVolumes(
  volumes: readonly VolumeRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const names = await serverNames(volumes, db)
  return volumes.map(volume => presentVolume(volume, names, href))
}

function presentVolume(volume: VolumeRecord, names: ReadonlyMap<string, string>, href: Href) {
  const { serverUuid } = volume
  const name = serverUuid === null ? undefined : names.get(serverUuid)
  const servers = serverUuid === null ? [] : [{ href: href(`servers/${serverUuid}`), uuid: serverUuid, name }]
  return {
    href: href(`volumes/${volume.uuid}`),
    uuid: volume.uuid,
    name: volume.name,
    size_gb: volume.sizeGb,
    type: volume.type,
    zone: { slug: volume.zone },
    servers,
    server_uuids: servers.map(({ uuid }) => uuid), // Deprecated, and what the older clients read.
    current_operation: operationOf(volume),
    tags: volume.tags,
    created_at: volume.createdAt,
  }
}

/** What is under way, in a word: clients wait until there is nothing. */
function operationOf({ change, status }: VolumeRecord): string | null {
  if (change !== null) return operations[change.what] ?? 'changing'
  return status === 'ready' ? null : 'changing'
}

const operations: { readonly [change: string]: string } = {
  'being created': 'creating',
  'being attached': 'attaching',
  'being detached': 'detaching',
  'being enlarged': 'resizing',
  'being reverted': 'reverting',
}

async function serverNames(
  [first, ...more]: readonly VolumeRecord[],
  db: Db,
): Promise<ReadonlyMap<string, string>> {
  if (first === undefined) return new Map()
  const one = first.serverUuid === null ? undefined : await serverRecords.findAny(db, first.serverUuid)
  const servers =
    more.length > 0 ? await serverRecords.list(db, first.projectId) : one === undefined ? [] : [one]
  return new Map(servers.map(({ uuid, name }) => [uuid, name]))
}
