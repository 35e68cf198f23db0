import { flavorOf } from '../../catalogue.ts'
import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

export const usableServers: UsableKind = {
  problems: state => [
    ...state.live('servers').flatMap(server => serverProblems(server, state)),
    ...interfaceProblems(state),
  ],
  recorded: state => [
    ...state.live('servers').map(server => server['cloud_server_id']),
    ...state.all('interfaces').map(row => row['cloud_port_id']),
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
  const interfaces = state.all('interfaces').filter(row => row['server_uuid'] === server['uuid'])
  const ports = state.objects.filter(object => object.kind === 'port' && object.serverId === atCloud.id)
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
    ...wrong(root === undefined, `${name} has no root volume`),
    ...wrong(interfaces.length === 0, `${name} has no interface`),
    ...wrong(
      ports.length !== interfaces.length,
      `${name} has ${interfaces.length} interfaces, and ${ports.length} ports at the cloud`,
    ),
    ...interfaces.flatMap(one => connectionProblems(name, one, atCloud.id, state)),
  ]
}

/** What is wrong with an interface of a live server. */
function connectionProblems(
  server: string,
  { uuid, cloud_port_id, network_uuid, position }: Row,
  cloudServerId: string,
  state: PanelState,
): readonly string[] {
  const name = `${server}'s interface ${uuid}`
  const port = state.object(cloud_port_id)
  if (port?.kind !== 'port') return [`${name} has no port`]
  const isOwn = (row: Row) => row['interface_uuid'] === uuid
  const pointed = state.all('addresses').filter(isOwn)
  const recorded = [...pointed, ...state.all('subnet_addresses').filter(isOwn)].map(({ address }) => address)
  const network = state.live('networks').find(row => row['uuid'] === network_uuid)
  return [
    ...wrong(position === null, `${name} is not shown to its owner`),
    ...wrong(port.state !== 'ready', `${name} is ${port.state} at the cloud`),
    ...wrong(port.serverId !== cloudServerId, `${name} is not attached`),
    ...wrong(
      port.network !== (network_uuid === null ? 'public' : network?.['cloud_network_id']),
      `${name} is on another network at the cloud`,
    ),
    ...wrong(
      port.addresses
        .map(({ address }) => address)
        .sort()
        .join() !== recorded.sort().join(),
      `${name} has other addresses at the cloud`,
    ),
    ...pointed
      .filter(({ address }) => state.object(address)?.state !== 'ready')
      .map(({ address }) => `${name} has no reverse pointer for ${address}`),
  ]
}

/** What is kept for servers, load balancers and routers that are gone. */
function interfaceProblems(state: PanelState): readonly string[] {
  const owners = new Set(
    [...state.live('servers'), ...state.live('load_balancers'), ...state.live('routers')].map(
      ({ uuid }) => uuid,
    ),
  )
  const isLiveInterface = (row: Row) =>
    owners.has(row['server_uuid'] ?? row['load_balancer_uuid'] ?? row['router_uuid'] ?? null)
  const live = new Set(
    state
      .all('interfaces')
      .filter(isLiveInterface)
      .map(({ uuid }) => uuid),
  )
  return [
    ...state
      .all('addresses')
      .filter(row => !live.has(row['interface_uuid'] ?? null))
      .map(({ address }) => `address ${address} stays taken by something that is gone`),
    ...state
      .all('interfaces')
      .filter(({ uuid }) => !live.has(uuid ?? null))
      .map(({ uuid }) => `interface ${uuid} stays of something that is gone`),
  ]
}
