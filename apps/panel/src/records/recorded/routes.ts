import { sql } from 'kysely'
import { type AtCloud, known, recordsAtCloud } from '../at-cloud.ts'

export interface RouteAtCloud extends AtCloud {
  readonly nextHop: string
}

/** Where floating IPs lead, as `nextHopNow` has it. */
export const routes = recordsAtCloud({
  live: db =>
    db
      .selectFrom('floatingIps')
      .leftJoin('servers', 'servers.uuid', 'floatingIps.serverUuid')
      .leftJoin('loadBalancers', 'loadBalancers.uuid', 'floatingIps.loadBalancerUuid')
      .select(network().as('id'))
      .select(['floatingIps.uuid', 'floatingIps.projectId', 'floatingIps.nextHop'])
      .where('floatingIps.isReleased', '=', sql.lit(0 as const))
      .where('floatingIps.deletedAt', 'is', null)
      .where('floatingIps.heldBy', 'is', null)
      .where('floatingIps.nextHop', 'is not', null)
      .where(({ fn }) => fn.coalesce('servers.uuid', 'loadBalancers.uuid'), 'is not', null)
      .where(({ fn }) => fn.coalesce('servers.deletedAt', 'loadBalancers.deletedAt'), 'is', null),
  everOf: db => {
    const of = (column: 'uuid' | 'serverUuid' | 'loadBalancerUuid') =>
      db.selectFrom('floatingIps').select(network().as('id')).select(`${column} as of`)
    return of('uuid').unionAll(of('serverUuid')).unionAll(of('loadBalancerUuid'))
  },
  present: ({ nextHop, ...row }): RouteAtCloud => ({
    ...known({ ...row, name: row.id }),
    nextHop: nextHop ?? '',
  }),
})

/** A floating IP's network in CIDR notation, as the index has it. */
function network() {
  return sql<string>`floating_ips.address || '/' || floating_ips.prefix_length`
}
