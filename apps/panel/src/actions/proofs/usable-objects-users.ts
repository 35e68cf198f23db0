import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

export const usableObjectsUsers: UsableKind = {
  problems: state => state.live('objects_users').flatMap(user => userProblems(user, state)),
  recorded: state => state.live('objects_users').map(user => user['cloud_user_id']),
}

function userProblems(user: Row, state: PanelState): readonly string[] {
  const name = `objects user ${user['name']}`
  if (user['change'] !== null) return [`${name} stays ${user['change']}`]
  const atCloud = state.object(user['cloud_user_id'])
  if (atCloud?.kind !== 'objects-user') return [`${name} is recorded, and not in the object store`]
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} in the object store`),
    ...wrong(atCloud.accessKey !== user['access_key'], `${name} has other keys in the object store`),
  ]
}
