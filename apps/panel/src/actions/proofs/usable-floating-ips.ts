import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

export const usableFloatingIps: UsableKind = {
  problems: state => [
    ...state.live('floating_ips').flatMap(floatingIp => floatingIpProblems(floatingIp, state)),
    ...state
      .all('floating_ips')
      .filter(row => row['deleted_at'] !== null && row['is_released'] === 0)
      .map(row => `the address ${row['address']} of a deleted floating IP stays taken`),
  ],
  recorded: state =>
    state
      .live('floating_ips')
      .flatMap(row => [
        ...(isAssigned(row) ? [networkOf(row)] : []),
        ...(row['reverse_ptr'] === null ? [] : [row['address']]),
      ]),
}

function floatingIpProblems(floatingIp: Row, state: PanelState): readonly string[] {
  const name = `floating IP ${networkOf(floatingIp)}`
  if (floatingIp['change'] !== null) return [`${name} stays ${floatingIp['change']}`]
  return [
    ...wrong(floatingIp['held_by'] !== null, `${name} is still its creation's`),
    ...(isAssigned(floatingIp) ? routeProblems(name, floatingIp, state) : []),
    ...(floatingIp['reverse_ptr'] === null ? [] : pointerProblems(name, floatingIp, state)),
  ]
}

function routeProblems(name: string, floatingIp: Row, state: PanelState): readonly string[] {
  const isTarget = ({ uuid }: Row) =>
    uuid === floatingIp['server_uuid'] || uuid === floatingIp['load_balancer_uuid']
  const target = [...state.live('servers'), ...state.live('load_balancers')].find(isTarget)
  if (target === undefined) return [`${name} is assigned to something that is gone`]
  const hop = state.all('addresses').find(({ address }) => address === floatingIp['next_hop'])
  const holder = state.all('interfaces').find(({ uuid }) => uuid === hop?.['interface_uuid'])
  const route = state.object(networkOf(floatingIp))
  if (route?.kind !== 'route') return [`${name} is assigned, and nothing leads there`]
  return [
    ...wrong(route.state !== 'ready', `the route of ${name} is ${route.state} at the cloud`),
    ...wrong(route.nextHop !== floatingIp['next_hop'], `${name} leads to another address at the cloud`),
    ...wrong(
      (holder?.['server_uuid'] ?? holder?.['load_balancer_uuid']) !== target['uuid'],
      `${name} leads to an address that isn't its target's`,
    ),
  ]
}

function pointerProblems(name: string, floatingIp: Row, state: PanelState): readonly string[] {
  const pointer = state.object(floatingIp['address'])
  if (pointer?.kind !== 'pointer') return [`${name} has no reverse pointer`]
  return [
    ...wrong(pointer.state !== 'ready', `the reverse pointer of ${name} is ${pointer.state} at the cloud`),
    ...wrong(pointer.name !== floatingIp['reverse_ptr'], `${name} points back to another name`),
  ]
}

function isAssigned(floatingIp: Row): boolean {
  return floatingIp['server_uuid'] !== null || floatingIp['load_balancer_uuid'] !== null
}

function networkOf(floatingIp: Row): string {
  return `${floatingIp['address']}/${floatingIp['prefix_length']}`
}
