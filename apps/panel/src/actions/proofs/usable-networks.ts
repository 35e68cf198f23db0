import { isDeepStrictEqual } from 'node:util'
import { providerNameServers } from '../../addressing/name-servers.ts'
import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

export const usableNetworks: UsableKind = {
  problems: state => [
    ...state.live('networks').flatMap(network => networkProblems(network, state)),
    ...state.live('subnets').flatMap(subnet => subnetProblems(subnet, state)),
  ],
  recorded: state => [
    ...state.live('networks').map(network => network['cloud_network_id']),
    ...state.live('subnets').map(subnet => subnet['cloud_subnet_id']),
  ],
}

function networkProblems(network: Row, state: PanelState): readonly string[] {
  const name = `network ${network['name']}`
  if (network['change'] !== null) return [`${name} stays ${network['change']}`]
  const atCloud = state.object(network['cloud_network_id'])
  if (atCloud?.kind !== 'network') return [`${name} is recorded, and not at the cloud`]
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(atCloud.zone !== network['zone'], `${name} is in another zone at the cloud`),
    ...wrong(atCloud.mtu !== network['mtu'], `${name} has another MTU at the cloud`),
  ]
}

function subnetProblems(subnet: Row, state: PanelState): readonly string[] {
  const name = `subnet ${subnet['cidr']}`
  if (subnet['change'] !== null) return [`${name} stays ${subnet['change']}`]
  const atCloud = state.object(subnet['cloud_subnet_id'])
  if (atCloud?.kind !== 'subnet') return [`${name} is recorded, and not at the cloud`]
  const network = state.live('networks').find(({ uuid }) => uuid === subnet['network_uuid'])
  const json = subnet['dns_servers_json']
  const nameServers = typeof json === 'string' ? JSON.parse(json) : providerNameServers
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(network === undefined, `${name} is on a network that is gone`),
    ...wrong(
      network !== undefined && atCloud.networkId !== network['cloud_network_id'],
      `${name} is on another network at the cloud`,
    ),
    ...wrong(atCloud.cidr !== subnet['cidr'], `${name} has another range at the cloud`),
    ...wrong(
      (atCloud.gateway ?? null) !== subnet['gateway_address'],
      `${name} has another gateway at the cloud`,
    ),
    ...wrong(
      !isDeepStrictEqual(atCloud.dnsServers, nameServers),
      `${name} has other name servers at the cloud`,
    ),
  ]
}
