import { type PanelState, stateOf, type UsableKind } from './panel-state.ts'
import type { PanelProofWorld } from './panel-world.ts'
import { usableCustomImages } from './usable-custom-images.ts'
import { usableFloatingIps } from './usable-floating-ips.ts'
import { usableLoadBalancers } from './usable-load-balancers.ts'
import { usableNetworks } from './usable-networks.ts'
import { usableObjectsUsers } from './usable-objects-users.ts'
import { usableRouters } from './usable-routers.ts'
import { usableServerGroups } from './usable-server-groups.ts'
import { usableServers } from './usable-servers.ts'
import { usableSuspensions } from './usable-suspensions.ts'
import { usableVolumeSnapshots } from './usable-volume-snapshots.ts'
import { usableVolumes } from './usable-volumes.ts'

const kinds: readonly UsableKind[] = [
  usableServers,
  usableServerGroups,
  usableNetworks,
  usableVolumes,
  usableVolumeSnapshots,
  usableFloatingIps,
  usableLoadBalancers,
  usableCustomImages,
  usableObjectsUsers,
  usableRouters,
  usableSuspensions,
]

/**
 * What keeps tenants from using what they have, and what records, quota and cloud disagree about; nothing, where every
 * live record is settled and complete, and the cloud holds exactly what the records say.
 */
export function panelProblems(world: PanelProofWorld): readonly string[] {
  const state = stateOf(world)
  return [
    ...kinds.flatMap(kind => kind.problems(state)),
    ...unaccounted(state),
    ...state.all('reservations').map(row => `quota stays reserved for ${row['action_id']}`),
    ...state
      .all('project_actions')
      .filter(row => row['state'] === 'running')
      .map(row => `the project is told that ${row['name']} ${row['action_id']} still runs`),
  ]
}

/** What the cloud holds and no record does. */
function unaccounted(state: PanelState): readonly string[] {
  const recorded = new Set(kinds.flatMap(kind => kind.recorded(state)))
  return state.objects
    .filter(({ id }) => !recorded.has(id))
    .map(({ kind, id, key }) => `${kind} ${id} (key ${key}) is at the cloud, and no record has it`)
}
