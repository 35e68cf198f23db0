import type { VolumeWithServer } from '../records/volumes.ts'
import type { Href } from './href.ts'

/** A volume as the API shows it. */
export function presentVolume(volume: VolumeWithServer, href: Href) {
  const { serverUuid, serverName } = volume
  const servers =
    serverUuid === null ? [] : [{ href: href(`servers/${serverUuid}`), uuid: serverUuid, name: serverName }]
  return {
    href: href(`volumes/${volume.uuid}`),
    uuid: volume.uuid,
    name: volume.name,
    size_gb: volume.sizeGb,
    type: volume.type,
    zone: { slug: volume.zone },
    servers,
    server_uuids: servers.map(({ uuid }) => uuid), // Deprecated, and what the older clients read.
    current_operation: volume.status === 'ready' ? null : 'changing',
    tags: volume.tags,
    created_at: volume.createdAt,
  }
}
