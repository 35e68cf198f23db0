import { isDeepStrictEqual } from 'node:util'
import { deleteLoadBalancer } from '../../actions/delete-load-balancer.ts'
import { deleteListener } from '../../actions/load-balancer-listener.ts'
import { deleteMember } from '../../actions/load-balancer-member.ts'
import { deleteMonitor } from '../../actions/load-balancer-monitor.ts'
import { deletePool } from '../../actions/load-balancer-pool.ts'
import { repairListener, repairMember, repairMonitor } from '../../actions/reconcile-load-balancer-part.ts'
import type { CloudLoadBalancerPart } from '../../cloud/load-balancers.ts'
import type { PartAtCloud } from '../../records/recorded/load-balancer-parts.ts'
import { compared, deleteRecord, differs, onRecord } from '../compared-kind.ts'

export const loadBalancers = compared('load-balancer', {
  label: 'Load balancer',
  remedies: [deleteRecord(deleteLoadBalancer)],
})

export const pools = compared('pool', {
  label: 'Pool',
  goesWith: loadBalancerOf,
  differences: (pool, { name, settings }) => differences('Pool', pool, name, settings),
  remedies: [deleteRecord(deletePool)],
})

export const members = compared('member', {
  label: 'Member',
  goesWith: loadBalancerOf,
  differences: (member, { name, settings }) => differences('Member', member, name, settings),
  byItself: { settings: onRecord(repairMember) },
  remedies: [deleteRecord(deleteMember)],
})

export const listeners = compared('listener', {
  label: 'Listener',
  goesWith: loadBalancerOf,
  differences: (listener, { name, settings }) => differences('Listener', listener, name, settings),
  byItself: { settings: onRecord(repairListener) },
  remedies: [deleteRecord(deleteListener)],
})

export const monitors = compared('monitor', {
  label: 'Health monitor',
  goesWith: loadBalancerOf,
  differences: (monitor, { name, settings }) => differences('Health monitor', monitor, name, settings),
  byItself: { settings: onRecord(repairMonitor) },
  remedies: [deleteRecord(deleteMonitor)],
})

function loadBalancerOf({ loadBalancerId }: CloudLoadBalancerPart) {
  return { kind: 'load-balancer', id: loadBalancerId } as const
}

function differences(
  label: string,
  { part }: CloudLoadBalancerPart,
  name: string,
  settings: PartAtCloud['settings'],
) {
  const others = Object.entries(settings).filter(
    ([setting, value]) => !isDeepStrictEqual(part[setting as keyof typeof part], value),
  )
  const atCloud = others.map(([setting]) => inWords(setting, part[setting as keyof typeof part]))
  const recorded = others.map(([setting, value]) => inWords(setting, value))
  return differs(
    others.length > 0,
    'settings',
    `${label} '${name}' has ${atCloud.join(', ')} at the cloud; its record says ${recorded.join(', ')}.`,
  )
}

function inWords(setting: string, value: unknown): string {
  return `${setting} ${JSON.stringify(value)}`
}
