import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

export const usableServerGroups: UsableKind = {
  problems: state => [
    ...state.live('server_groups').flatMap(group => groupProblems(group, state)),
    ...state.all('server_group_members').flatMap(member => memberProblems(member, state)),
  ],
  recorded: state => state.live('server_groups').map(group => group['cloud_group_id']),
}

function groupProblems(group: Row, state: PanelState): readonly string[] {
  const name = `server group ${group['name']}`
  if (group['change'] !== null) return [`${name} stays ${group['change']}`]
  const atCloud = state.object(group['cloud_group_id'])
  if (atCloud?.kind !== 'server-group') return [`${name} is recorded, and not at the cloud`]
  return wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`)
}

function memberProblems({ server_uuid, group_uuid }: Row, state: PanelState): readonly string[] {
  const isLive = (table: string, uuid: Row[string] | undefined) =>
    state.live(table).some(row => row['uuid'] === uuid)
  return [
    ...wrong(!isLive('servers', server_uuid), `server ${server_uuid} is gone, and still in a group`),
    ...wrong(!isLive('server_groups', group_uuid), `server group ${group_uuid} is gone, and has a server`),
  ]
}
