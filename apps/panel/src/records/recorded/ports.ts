import { type Expression, sql } from 'kysely'
import { type AtCloud, known, recordsAtCloud } from '../at-cloud.ts'

export interface PortAtCloud extends AtCloud {
  /** What it is of, as sentences have it: `server 'web1'`. */
  readonly owner: string
  /** What the cloud calls its owner, by what that is. */
  readonly serverId: string | undefined
  readonly loadBalancerId: string | undefined
  readonly routerId: string | undefined
  readonly addresses: readonly string[]
}

/** Those that an owner sees: what is hidden is being made or removed. */
export const ports = recordsAtCloud({
  live: db =>
    db
      .selectFrom('interfaces')
      .leftJoin('servers', 'servers.uuid', 'interfaces.serverUuid')
      .leftJoin('loadBalancers', 'loadBalancers.uuid', 'interfaces.loadBalancerUuid')
      .leftJoin('routers', 'routers.uuid', 'interfaces.routerUuid')
      .select(({ fn, selectFrom }) => [
        'interfaces.cloudPortId as id',
        'interfaces.uuid',
        fn.coalesce('servers.projectId', 'loadBalancers.projectId', 'routers.projectId').as('projectId'),
        'servers.name as serverName',
        'loadBalancers.name as loadBalancerName',
        'routers.name as routerName',
        'servers.cloudServerId as serverId',
        'loadBalancers.cloudLoadBalancerId as loadBalancerId',
        'routers.cloudRouterId as routerId',
        listOf(
          selectFrom('addresses')
            .select('addresses.address')
            .whereRef('addresses.interfaceUuid', '=', 'interfaces.uuid')
            .unionAll(
              selectFrom('subnetAddresses')
                .select('subnetAddresses.address')
                .whereRef('subnetAddresses.interfaceUuid', '=', 'interfaces.uuid'),
            ),
        ).as('addresses'),
      ])
      .where('interfaces.cloudPortId', 'is not', null)
      .where('interfaces.position', 'is not', null)
      .where(
        ({ fn }) => fn.coalesce('servers.deletedAt', 'loadBalancers.deletedAt', 'routers.deletedAt'),
        'is',
        null,
      ),
  everOf: db => {
    const of = (column: 'uuid' | 'serverUuid' | 'loadBalancerUuid' | 'routerUuid') =>
      db.selectFrom('interfaces').select(['cloudPortId as id', `${column} as of`])
    return of('uuid').unionAll(of('serverUuid')).unionAll(of('loadBalancerUuid')).unionAll(of('routerUuid'))
  },
  present({ serverName, loadBalancerName, routerName, ...row }): PortAtCloud {
    const name = serverName ?? loadBalancerName ?? routerName ?? ''
    const kind = serverName !== null ? 'server' : loadBalancerName !== null ? 'load balancer' : 'router'
    return {
      ...known(row),
      name,
      owner: `${kind} '${name}'`,
      serverId: row.serverId ?? undefined,
      loadBalancerId: row.loadBalancerId ?? undefined,
      routerId: row.routerId ?? undefined,
      addresses: JSON.parse(row.addresses).toSorted(),
    }
  },
})

/** The values of a query's only column, as JSON. */
function listOf(query: Expression<{ address: string }>) {
  return sql<string>`(select json_group_array(address) from ${query})`
}
