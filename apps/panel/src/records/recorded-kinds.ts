import { type Expression, sql } from 'kysely'
import type { PowerState } from '../cloud/compute.ts'
import type { ListenerSettings, MemberSettings, MonitorSettings } from '../cloud/load-balancers.ts'
import type { SubnetSettings } from '../cloud/network.ts'
import { type AtCloud, type RecordsAtCloud, recordsAtCloud } from './at-cloud.ts'
import { nameServersOf } from './subnets.ts'

// What the records say is at the cloud, by the cloud's words for what there is. Each query is one over an index by what the
// cloud calls a thing: it is asked for page by page, however many there are.

export interface ServerAtCloud extends AtCloud {
  /** Undefined while it changes. */
  readonly power: PowerState | undefined
  /** Slug. */
  readonly flavor: string
}

export interface VolumeAtCloud extends AtCloud {
  readonly sizeGb: number
  readonly isRoot: boolean
  /** What it is attached to, as the cloud calls it. */
  readonly serverId: string | undefined
  readonly serverName: string | undefined
}

export interface SnapshotAtCloud extends AtCloud {
  readonly sizeGb: number
}

export interface PortAtCloud extends AtCloud {
  /** What it is of, as sentences have it: `server 'web1'`. */
  readonly owner: string
  /** What the cloud calls its owner, by what that is. */
  readonly serverId: string | undefined
  readonly loadBalancerId: string | undefined
  readonly routerId: string | undefined
  readonly addresses: readonly string[]
}

export interface NetworkAtCloud extends AtCloud {
  readonly mtu: number
}

export interface SubnetAtCloud extends AtCloud {
  readonly settings: SubnetSettings
}

export interface PartAtCloud<Settings = object> extends AtCloud {
  readonly settings: Settings
}

export interface StorageUserAtCloud extends AtCloud {
  readonly accessKey: string
}

export interface RouteAtCloud extends AtCloud {
  readonly nextHop: string
}

export interface PointerAtCloud extends AtCloud {
  readonly hostname: string
  /** Whether it is of a floating IP, and not of a server. */
  readonly isFloating: boolean
}

const servers = recordsAtCloud({
  live: db =>
    db
      .selectFrom('servers')
      .select(['cloudServerId as id', 'uuid', 'projectId', 'name', 'flavor', 'status'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('servers').select(['cloudServerId as id', 'uuid as of']),
  present: ({ status, ...row }): ServerAtCloud => ({
    ...known(row),
    power: status === 'changing' ? undefined : status,
  }),
})

const serverGroups = plain('serverGroups', 'cloudGroupId')

const volumes = recordsAtCloud({
  live: db =>
    db
      .selectFrom('volumes')
      .leftJoin('servers', 'servers.uuid', 'volumes.serverUuid')
      .select([
        'volumes.cloudVolumeId as id',
        'volumes.uuid',
        'volumes.projectId',
        'volumes.name',
        'volumes.sizeGb',
        'volumes.isRoot',
        'servers.cloudServerId as serverId',
        'servers.name as serverName',
      ])
      .where('volumes.deletedAt', 'is', null),
  everOf: db => db.selectFrom('volumes').select(['cloudVolumeId as id', 'uuid as of']),
  present: ({ isRoot, serverId, serverName, ...row }): VolumeAtCloud => ({
    ...known(row),
    isRoot: Number(isRoot) === 1,
    serverId: serverId ?? undefined,
    serverName: serverName ?? undefined,
  }),
})

const snapshots = recordsAtCloud({
  live: db =>
    db
      .selectFrom('volumeSnapshots')
      .select(['cloudSnapshotId as id', 'uuid', 'projectId', 'name', 'sizeGb'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('volumeSnapshots').select(['cloudSnapshotId as id', 'uuid as of']),
  present: (row): SnapshotAtCloud => known(row),
})

/** Those that an owner sees: what is hidden is being made or removed. */
const ports = recordsAtCloud({
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

const networks = recordsAtCloud({
  live: db =>
    db
      .selectFrom('networks')
      .select(['cloudNetworkId as id', 'uuid', 'projectId', 'name', 'mtu'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('networks').select(['cloudNetworkId as id', 'uuid as of']),
  present: (row): NetworkAtCloud => known(row),
})

const subnets = recordsAtCloud({
  live: db =>
    db
      .selectFrom('subnets')
      .select([
        'cloudSubnetId as id',
        'uuid',
        'projectId',
        'cidr as name',
        'gatewayAddress',
        'dnsServersJson',
      ])
      .where('deletedAt', 'is', null),
  everOf: db =>
    db
      .selectFrom('subnets')
      .select(['cloudSubnetId as id', 'uuid as of'])
      .unionAll(db.selectFrom('subnets').select(['cloudSubnetId as id', 'networkUuid as of'])),
  present: ({ gatewayAddress: gateway, dnsServersJson, ...row }): SubnetAtCloud => ({
    ...known(row),
    settings: { gateway, dnsServers: nameServersOf({ dnsServers: parsed(dnsServersJson) }) },
  }),
})

const routers = plain('routers', 'cloudRouterId')

const images = plain('customImages', 'cloudImageId')

const loadBalancers = plain('loadBalancers', 'cloudLoadBalancerId')

const pools = recordsAtCloud({
  live: db =>
    db
      .selectFrom('loadBalancerPools')
      .select(['cloudPartId as id', 'uuid', 'projectId', 'name', 'algorithm', 'protocol'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('loadBalancerPools').select(['cloudPartId as id', 'uuid as of']),
  present: ({ algorithm, protocol, ...row }): PartAtCloud => ({
    ...known(row),
    settings: { algorithm, protocol },
  }),
})

const members = recordsAtCloud({
  live: db =>
    db
      .selectFrom('loadBalancerMembers')
      .select(['cloudPartId as id', 'uuid', 'projectId', 'name', 'isEnabled'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('loadBalancerMembers').select(['cloudPartId as id', 'uuid as of']),
  present: ({ isEnabled, ...row }): PartAtCloud<MemberSettings> => ({
    ...known(row),
    settings: { isEnabled: Number(isEnabled) === 1 },
  }),
})

const listeners = recordsAtCloud({
  live: db =>
    db
      .selectFrom('loadBalancerListeners')
      .select(['cloudPartId as id', 'uuid', 'projectId', 'name', 'protocol', 'protocolPort'])
      .select(['allowedCidrsJson', 'timeoutClientDataMs', 'timeoutMemberConnectMs', 'timeoutMemberDataMs'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('loadBalancerListeners').select(['cloudPartId as id', 'uuid as of']),
  present({ id, uuid, projectId, name, allowedCidrsJson, ...settings }): PartAtCloud<ListenerSettings> {
    const plain = known({ id, uuid, projectId, name })
    return { ...plain, settings: { ...settings, allowedCidrs: JSON.parse(allowedCidrsJson) } }
  },
})

const monitors = recordsAtCloud({
  live: db =>
    db
      .selectFrom('loadBalancerMonitors')
      .select(['cloudPartId as id', 'uuid', 'projectId', 'type as name'])
      .select(['delayS', 'timeoutS', 'upThreshold', 'downThreshold', 'httpJson'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('loadBalancerMonitors').select(['cloudPartId as id', 'uuid as of']),
  present({ id, uuid, projectId, name, httpJson, ...settings }): PartAtCloud<MonitorSettings> {
    const plain = known({ id, uuid, projectId, name })
    return { ...plain, settings: { ...settings, http: parsed(httpJson) } }
  },
})

const objectsUsers = recordsAtCloud({
  live: db =>
    db
      .selectFrom('objectsUsers')
      .select(['cloudUserId as id', 'uuid', 'projectId', 'name', 'accessKey'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('objectsUsers').select(['cloudUserId as id', 'uuid as of']),
  present: (row): StorageUserAtCloud => known(row),
})

/** Where floating IPs lead, as `nextHopNow` has it. */
const routes = recordsAtCloud({
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

/** Of servers' public addresses and of floating IPs. */
const pointers = recordsAtCloud({
  live: db =>
    db
      .selectFrom('addresses')
      .innerJoin('servers', 'servers.uuid', 'addresses.serverUuid')
      .innerJoin('interfaces', 'interfaces.uuid', 'addresses.interfaceUuid')
      .select(['addresses.address as id', 'servers.uuid', 'servers.projectId', 'addresses.address as name'])
      .select(['addresses.reversePtr as hostname', sql.lit(0).as('isFloating')])
      .where('servers.deletedAt', 'is', null)
      .where('interfaces.position', 'is not', null)
      .unionAll(
        db
          .selectFrom('floatingIps')
          .select(['address as id', 'uuid', 'projectId', 'address as name'])
          .select(({ ref }) => [ref('reversePtr').$notNull().as('hostname'), sql.lit(1).as('isFloating')])
          .where('isReleased', '=', sql.lit(0 as const))
          .where('deletedAt', 'is', null)
          .where('heldBy', 'is', null)
          .where('reversePtr', 'is not', null),
      ),
  everOf: db =>
    db
      .selectFrom('addresses')
      .select(['address as id', 'serverUuid as of'])
      .unionAll(db.selectFrom('floatingIps').select(['address as id', 'uuid as of'])),
  present: ({ isFloating, ...row }): PointerAtCloud => ({ ...known(row), isFloating: isFloating === 1 }),
})

/** By the cloud's words for what there is. */
export const recordedKinds = {
  server: servers,
  'server-group': serverGroups,
  port: ports,
  network: networks,
  subnet: subnets,
  router: routers,
  volume: volumes,
  snapshot: snapshots,
  image: images,
  'load-balancer': loadBalancers,
  pool: pools,
  member: members,
  listener: listeners,
  monitor: monitors,
  'objects-user': objectsUsers,
  pointer: pointers,
  route: routes,
} satisfies { readonly [kind: string]: RecordsAtCloud<never> | RecordsAtCloud<AtCloud> }

/** Of which nothing is compared but that it is there. */
function plain(
  table: 'serverGroups' | 'routers' | 'customImages' | 'loadBalancers',
  column: 'cloudGroupId' | 'cloudRouterId' | 'cloudImageId' | 'cloudLoadBalancerId',
): RecordsAtCloud<AtCloud> {
  // One of them, of which all four have these columns: which is said to Kysely is no matter.
  const from = table as 'routers'
  const id = `${column as 'cloudRouterId'} as id` as const
  return recordsAtCloud({
    live: db => db.selectFrom(from).select([id, 'uuid', 'projectId', 'name']).where('deletedAt', 'is', null),
    everOf: db => db.selectFrom(from).select([id, 'uuid as of']),
    present: (row): AtCloud => known(row),
  })
}

/** A floating IP's network in CIDR notation, as the index has it. */
function network() {
  return sql<string>`floating_ips.address || '/' || floating_ips.prefix_length`
}

/** The values of a query's only column, as JSON. */
function listOf(query: Expression<{ address: string }>) {
  return sql<string>`(select json_group_array(address) from ${query})`
}

/** A row that was found by what the cloud calls it. */
function known<Row extends { id: string | null; projectId: string | null }>({ id, projectId, ...row }: Row) {
  if (id === null || projectId === null)
    throw new TypeError('a record at the cloud has no id there, or no project')
  return { ...row, id, projectId }
}

function parsed(json: string | null) {
  return json === null ? null : JSON.parse(json)
}
