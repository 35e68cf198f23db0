import { flavorOf } from '../../catalogue.ts'
import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

export const usableServers: UsableKind = {
  problems: state => [
    ...state.live('servers').flatMap(server => serverProblems(server, state)),
    ...addressProblems(state),
  ],
  recorded: state => [
    ...state.live('servers').flatMap(server => [server['cloud_server_id'], server['cloud_port_id']]),
    ...state.all('addresses').map(({ address }) => address),
  ],
}

function serverProblems(server: Row, state: PanelState): readonly string[] {
  const name = `server ${server['name']}`
  if (server['status'] === 'changing' || server['change'] !== null) {
    return [`${name} stays ${server['status']}: ${server['change']}`]
  }
  const atCloud = state.object(server['cloud_server_id'])
  if (atCloud?.kind !== 'server') return [`${name} is recorded, and not at the cloud`]
  const { vcpuCount, memoryGb } = flavorOf(String(server['flavor']))
  const port = state.object(server['cloud_port_id'])
  const own = state.all('addresses').filter(address => address['server_uuid'] === server['uuid'])
  const root = state
    .live('volumes')
    .find(volume => volume['server_uuid'] === server['uuid'] && volume['is_root'] === 1)
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(
      atCloud.power !== server['status'],
      `${name} is recorded as ${server['status']}, and is ${atCloud.power}`,
    ),
    ...wrong(
      atCloud.vcpuCount !== vcpuCount || atCloud.memoryGb !== memoryGb,
      `${name} is recorded as ${server['flavor']}, and has ${atCloud.vcpuCount} vCPUs and ${atCloud.memoryGb} GB`,
    ),
    ...wrong(port?.kind !== 'port' || port.serverId !== atCloud.id, `${name} has no port`),
    ...wrong(root === undefined, `${name} has no root volume`),
    ...wrong(own.length === 0, `${name} has no address`),
    ...own
      .filter(({ address }) => state.object(address)?.state !== 'ready')
      .map(({ address }) => `${name} has no reverse pointer for ${address}`),
  ]
}

function addressProblems(state: PanelState): readonly string[] {
  return state
    .all('addresses')
    .filter(({ server_uuid }) => !state.live('servers').some(({ uuid }) => uuid === server_uuid))
    .map(({ address }) => `address ${address} stays taken by a server that is gone`)
}
