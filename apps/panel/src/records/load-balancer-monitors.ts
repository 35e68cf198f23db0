import { NotFoundException } from 'evenkeel'
import type { CloudMonitor, MonitorSettings } from '../cloud/load-balancers.ts'
import type { LoadBalancerPartRecord } from './load-balancer-parts.ts'
import { owned } from './owned.ts'
import type { Db } from './tables.ts'

/** How a pool's members are looked after. It has no name: it is called by its type. */
export interface MonitorRecord extends LoadBalancerPartRecord, MonitorSettings {
  readonly poolUuid: string
  readonly type: CloudMonitor['type']
}

/** No such health monitor in the caller's project. For a day after a failed creation its message says why that failed. */
export class HealthMonitorNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const monitorRecords = owned<MonitorRecord>({
  table: 'loadBalancerMonitors',
  kind: 'load-balancer-health-monitor',
  label: 'Health monitor',
  nameOf: ({ type }) => type,
  json: ['http'],
  notFound: (uuid, detail) => new HealthMonitorNotFoundException(uuid, detail),
})

/** The health monitors of pools, by the pool's uuid: each has one at most. */
export async function monitorsOfPools(
  db: Db,
  poolUuids: readonly string[],
): Promise<ReadonlyMap<string, MonitorRecord>> {
  const found: MonitorRecord[] = []
  for (const poolUuid of poolUuids) found.push(...(await monitorRecords.listWhere(db, 'poolUuid', poolUuid)))
  return new Map(found.map(monitor => [monitor.poolUuid, monitor]))
}
