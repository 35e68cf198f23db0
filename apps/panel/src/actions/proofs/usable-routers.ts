import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

export const usableRouters: UsableKind = {
  problems: state => state.live('routers').flatMap(router => routerProblems(router, state)),
  recorded: state => state.live('routers').map(router => router['cloud_router_id']),
}

function routerProblems(router: Row, state: PanelState): readonly string[] {
  const name = `router ${router['name']}`
  if (router['status'] !== 'running' || router['change'] !== null) {
    return [`${name} stays ${router['status']}: ${router['change']}`]
  }
  const atCloud = state.object(router['cloud_router_id'])
  if (atCloud?.kind !== 'router') return [`${name} is recorded, and not at the cloud`]
  const interfaces = state.all('interfaces').filter(row => row['router_uuid'] === router['uuid'])
  const ports = state.objects.filter(object => object.kind === 'port' && object.routerId === atCloud.id)
  const gateways = interfaces.filter(row => row['network_uuid'] === null)
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(atCloud.zone !== router['zone'], `${name} is in another zone at the cloud`),
    ...wrong(gateways.length !== router['is_internet_gateway'], `${name} has ${gateways.length} gateways`),
    ...wrong(
      ports.length !== interfaces.length,
      `${name} has ${interfaces.length} interfaces, and ${ports.length} ports at the cloud`,
    ),
    ...interfaces.flatMap(one => interfaceProblems(name, one, atCloud.id, state)),
  ]
}

function interfaceProblems(
  router: string,
  { uuid, cloud_port_id, network_uuid, position, mac_address }: Row,
  cloudRouterId: string,
  state: PanelState,
): readonly string[] {
  const name = `${router}'s interface ${uuid}`
  const port = state.object(cloud_port_id)
  if (port?.kind !== 'port') return [`${name} has no port`]
  const isOwn = (row: Row) => row['interface_uuid'] === uuid
  const own = [...state.all('addresses'), ...state.all('subnet_addresses')].filter(isOwn)
  const recorded = own.map(({ address }) => String(address)).sort()
  const given = port.addresses.map(({ address }) => address).sort()
  const network = state.live('networks').find(row => row['uuid'] === network_uuid)
  return [
    ...wrong(position === null, `${name} is not shown to its owner`),
    ...wrong(port.state !== 'ready', `${name} is ${port.state} at the cloud`),
    ...wrong(port.routerId !== cloudRouterId, `${name} is not attached`),
    ...wrong(
      port.network !== (network_uuid === null ? 'public' : network?.['cloud_network_id']),
      `${name} is on another network at the cloud`,
    ),
    ...wrong(given.join() !== recorded.join(), `${name} has other addresses at the cloud`),
    ...wrong(
      network_uuid !== null && mac_address !== port.macAddress,
      `${name} has another MAC address at the cloud`,
    ),
  ]
}
