import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

export const usableVolumeSnapshots: UsableKind = {
  problems: state => state.live('volume_snapshots').flatMap(snapshot => snapshotProblems(snapshot, state)),
  recorded: state => state.live('volume_snapshots').map(snapshot => snapshot['cloud_snapshot_id']),
}

function snapshotProblems(snapshot: Row, state: PanelState): readonly string[] {
  const name = `volume snapshot ${snapshot['name']}`
  if (snapshot['status'] !== 'available' || snapshot['change'] !== null)
    return [`${name} stays ${snapshot['status']}: ${snapshot['change']}`]
  const atCloud = state.object(snapshot['cloud_snapshot_id'])
  if (atCloud?.kind !== 'snapshot') return [`${name} is recorded, and not at the cloud`]
  const source = state.live('volumes').find(({ uuid }) => uuid === snapshot['volume_uuid'])
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(atCloud.sizeGb !== snapshot['size_gb'], `${name} has another size at the cloud`),
    ...wrong(
      source === undefined || atCloud.volumeId !== source['cloud_volume_id'],
      `${name} is of no volume that there is`,
    ),
  ]
}
