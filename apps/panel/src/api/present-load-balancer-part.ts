import type { MemberHealth } from '../cloud/load-balancers.ts'
import type { ListenerRecord } from '../records/load-balancer-listeners.ts'
import type { MemberRecord } from '../records/load-balancer-members.ts'
import { type MonitorRecord, monitorsOfPools } from '../records/load-balancer-monitors.ts'
import { type PoolRecord, poolNames } from '../records/load-balancer-pools.ts'
import { cloudIdsOfLoadBalancers, loadBalancerNames } from '../records/load-balancers.ts'
import { subnetCidrs } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import type { ApiContext } from './context.ts'
import type { Href } from './href.ts'
import { loadBalancerStub } from './present-load-balancer.ts'
import { subnetStub } from './present-network.ts'

/** Pools as the API shows them. */
export async function presentPools(
  pools: readonly PoolRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const { loadBalancerOf } = await parentsOf(pools, db, href)
  return pools.map(pool => ({
    ...poolStub(pool, href),
    load_balancer: loadBalancerOf(pool),
    algorithm: pool.algorithm,
    protocol: pool.protocol,
    tags: pool.tags,
    created_at: pool.createdAt,
  }))
}

/** Members as the API shows them, with the health that the cloud tells of now. */
export async function presentMembers(
  members: readonly MemberRecord[],
  db: Db,
  href: Href,
  { healthOfMembers }: Pick<ApiContext, 'healthOfMembers'>,
): Promise<readonly object[]> {
  const { loadBalancerOf, poolOf } = await parentsOf(members, db, href)
  const subnets = await subnetCidrs(db, uuidsOf(members, 'subnetUuid'))
  const monitors = await monitorsOfPools(db, uuidsOf(members, 'poolUuid'))
  const watched = members.filter(({ poolUuid }) => monitors.has(poolUuid))
  const cloudIds = await cloudIdsOfLoadBalancers(db, uuidsOf(watched, 'loadBalancerUuid'))
  const health = new Map((await healthOfMembers(cloudIds)).map(({ memberId, health }) => [memberId, health]))
  return members.map(member => ({
    href: href(`load-balancers/pools/${member.poolUuid}/members/${member.uuid}`),
    uuid: member.uuid,
    name: member.name,
    enabled: member.isEnabled,
    pool: poolOf(member),
    load_balancer: loadBalancerOf(member),
    protocol_port: member.protocolPort,
    monitor_port: member.monitorPort,
    address: member.address,
    subnet: subnetStub({ uuid: member.subnetUuid, cidr: subnets.get(member.subnetUuid) ?? '' }, href),
    monitor_status: monitorStatus(member, monitors.get(member.poolUuid), health),
    tags: member.tags,
    created_at: member.createdAt,
  }))
}

/** Listeners as the API shows them. */
export async function presentListeners(
  listeners: readonly ListenerRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const { loadBalancerOf, poolOf } = await parentsOf(listeners, db, href)
  return listeners.map(listener => ({
    href: href(`load-balancers/listeners/${listener.uuid}`),
    uuid: listener.uuid,
    name: listener.name,
    pool: poolOf(listener),
    load_balancer: loadBalancerOf(listener),
    protocol: listener.protocol,
    protocol_port: listener.protocolPort,
    allowed_cidrs: listener.allowedCidrs,
    timeout_client_data_ms: listener.timeoutClientDataMs,
    timeout_member_connect_ms: listener.timeoutMemberConnectMs,
    timeout_member_data_ms: listener.timeoutMemberDataMs,
    tags: listener.tags,
    created_at: listener.createdAt,
  }))
}

/** Health monitors as the API shows them. */
export async function presentHealthMonitors(
  monitors: readonly MonitorRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const { loadBalancerOf, poolOf } = await parentsOf(monitors, db, href)
  return monitors.map(monitor => ({
    href: href(`load-balancers/health-monitors/${monitor.uuid}`),
    uuid: monitor.uuid,
    pool: poolOf(monitor),
    load_balancer: loadBalancerOf(monitor),
    delay_s: monitor.delayS,
    timeout_s: monitor.timeoutS,
    up_threshold: monitor.upThreshold,
    down_threshold: monitor.downThreshold,
    type: monitor.type,
    http: monitor.http && {
      expected_codes: monitor.http.expectedCodes,
      method: monitor.http.method,
      url_path: monitor.http.urlPath,
      version: monitor.http.version,
      host: monitor.http.host,
    },
    tags: monitor.tags,
    created_at: monitor.createdAt,
  }))
}

function poolStub({ uuid, name }: { readonly uuid: string; readonly name: string }, href: Href) {
  return { href: href(`load-balancers/pools/${uuid}`), uuid, name }
}

function monitorStatus(
  member: MemberRecord,
  monitor: MonitorRecord | undefined,
  health: ReadonlyMap<string, MemberHealth>,
): MemberHealth | 'changing' {
  if (monitor === undefined) return 'no_monitor'
  if (member.change !== null || monitor.change !== null) return 'changing'
  const told = health.get(member.cloudPartId ?? '') ?? 'unknown'
  // The cloud may not have heard of the monitor yet, or have forgotten one that is just being deleted.
  return told === 'no_monitor' ? 'unknown' : told
}

interface OfLoadBalancer {
  readonly loadBalancerUuid: string
  readonly poolUuid?: string
}

/** What parts are of, as the API shows it: both go only together with their parts, so that each one's is found. */
async function parentsOf(parts: readonly OfLoadBalancer[], db: Db, href: Href) {
  const loadBalancers = await loadBalancerNames(db, uuidsOf(parts, 'loadBalancerUuid'))
  const pools = await poolNames(db, [...new Set(parts.flatMap(({ poolUuid }) => poolUuid ?? []))])
  return {
    loadBalancerOf({ loadBalancerUuid }: OfLoadBalancer) {
      const loadBalancer = loadBalancers.get(loadBalancerUuid)
      return loadBalancer && loadBalancerStub(loadBalancer, href)
    },
    poolOf({ poolUuid = '' }: OfLoadBalancer) {
      const pool = pools.get(poolUuid)
      return pool && poolStub(pool, href)
    },
  }
}

function uuidsOf<Column extends string>(
  records: readonly { readonly [Name in Column]: string }[],
  column: Column,
): readonly string[] {
  return [...new Set(records.map(record => record[column]))]
}
