import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

export const usableVolumes: UsableKind = {
  problems: state => state.live('volumes').flatMap(volume => volumeProblems(volume, state)),
  recorded: state => state.live('volumes').map(volume => volume['cloud_volume_id']),
}

function volumeProblems(volume: Row, state: PanelState): readonly string[] {
  const name = `volume ${volume['name']}`
  if (volume['status'] !== 'ready' || volume['change'] !== null || volume['snapshot_uuid'] !== null)
    return [`${name} stays ${volume['status']}: ${volume['change']}`]
  const atCloud = state.object(volume['cloud_volume_id'])
  if (atCloud?.kind !== 'volume') return [`${name} is recorded, and not at the cloud`]
  const server = state.live('servers').find(({ uuid }) => uuid === volume['server_uuid'])
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(atCloud.sizeGb !== volume['size_gb'], `${name} has another size at the cloud`),
    ...wrong(
      volume['server_uuid'] !== null && server === undefined,
      `${name} is attached to a server that is gone`,
    ),
    ...wrong(
      (atCloud.serverId ?? null) !== (server?.['cloud_server_id'] ?? null),
      `${name} is attached to another server at the cloud`,
    ),
  ]
}
