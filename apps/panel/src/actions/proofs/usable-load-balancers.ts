import type { LoadBalancerPart } from '../../cloud/load-balancers.ts'
import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

/** The tables of what load balancers are put together from, with what the cloud calls each. */
const parts: readonly (readonly [table: string, kind: LoadBalancerPart['kind']])[] = [
  ['load_balancer_pools', 'pool'],
  ['load_balancer_members', 'member'],
  ['load_balancer_listeners', 'listener'],
  ['load_balancer_monitors', 'monitor'],
]

export const usableLoadBalancers: UsableKind = {
  problems: state => [
    ...state.live('load_balancers').flatMap(row => loadBalancerProblems(row, state)),
    ...parts.flatMap(([table, kind]) => state.live(table).flatMap(row => partProblems(kind, row, state))),
  ],
  recorded: state => [
    ...state.live('load_balancers').map(row => row['cloud_load_balancer_id']),
    ...parts.flatMap(([table]) => state.live(table).map(row => row['cloud_part_id'])),
  ],
}

function loadBalancerProblems(loadBalancer: Row, state: PanelState): readonly string[] {
  const name = `load balancer ${loadBalancer['name']}`
  if (loadBalancer['change'] !== null || loadBalancer['status'] !== 'running')
    return [`${name} stays ${loadBalancer['status']}: ${loadBalancer['change']}`]
  const atCloud = state.object(loadBalancer['cloud_load_balancer_id'])
  if (atCloud?.kind !== 'load-balancer') return [`${name} is recorded, and not at the cloud`]
  const interfaces = state
    .all('interfaces')
    .filter(row => row['load_balancer_uuid'] === loadBalancer['uuid'])
    .map(row => String(row['cloud_port_id']))
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(atCloud.zone !== loadBalancer['zone'], `${name} is in another zone at the cloud`),
    ...wrong(interfaces.length === 0, `${name} has no interface`),
    ...wrong(
      interfaces.sort().join() !== [...atCloud.portIds].sort().join(),
      `${name} is reached by other ports at the cloud`,
    ),
    ...interfaces
      .filter(id => state.object(id)?.state !== 'ready')
      .map(id => `${name} is to be reached by port ${id}, which is not ready`),
  ]
}

function partProblems(kind: LoadBalancerPart['kind'], part: Row, state: PanelState): readonly string[] {
  const name = `${kind} ${part['name'] ?? part['type']}`
  if (part['change'] !== null) return [`${name} stays ${part['change']}`]
  const atCloud = state.object(part['cloud_part_id'])
  if (atCloud?.kind !== kind) return [`${name} is recorded, and not at the cloud`]
  const loadBalancer = state.live('load_balancers').find(({ uuid }) => uuid === part['load_balancer_uuid'])
  const pool = state.live('load_balancer_pools').find(({ uuid }) => uuid === part['pool_uuid'])
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(loadBalancer === undefined, `${name} is of a load balancer that is gone`),
    ...wrong(
      atCloud.loadBalancerId !== loadBalancer?.['cloud_load_balancer_id'],
      `${name} is of another load balancer at the cloud`,
    ),
    ...(atCloud.kind === 'pool'
      ? []
      : wrong(atCloud.poolId !== pool?.['cloud_part_id'], `${name} is of another pool at the cloud`)),
    ...(atCloud.kind === 'member'
      ? wrong(Number(atCloud.isEnabled) !== part['is_enabled'], `${name} is switched otherwise at the cloud`)
      : []),
    ...(atCloud.kind === 'listener'
      ? wrong(atCloud.protocolPort !== part['protocol_port'], `${name} has another port at the cloud`)
      : []),
    ...(atCloud.kind === 'monitor'
      ? wrong(atCloud.delayS !== part['delay_s'], `${name} has another delay at the cloud`)
      : []),
  ]
}
