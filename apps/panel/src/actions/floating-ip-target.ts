import { ValidationException } from 'evenkeel'
import { regionOf } from '../catalogue.ts'
import { addressesOfServer } from '../records/addresses.ts'
import { requireSettled } from '../records/busy.ts'
import { loadBalancerRecords } from '../records/load-balancers.ts'
import { requireReference } from '../records/reference.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { vipAddressesOf } from '../records/vip-addresses.ts'

/** What a floating IP can be asked to lead to, by uuid: to one of the two at most. */
export interface WantedFloatingIpTarget {
  readonly server: string | undefined
  /** @default none */
  readonly loadBalancer?: string | undefined
}

/** What a floating IP is to lead to. */
export interface FloatingIpTarget {
  /** One of the two is null. */
  readonly serverUuid: string | null
  readonly loadBalancerUuid: string | null
  /** Its first public address of the floating IP's version. */
  readonly nextHop: string
}

/** What holds a floating IP's target while it is being led to it: so that it isn't deleted, nor loses its address. */
export function locksOfTarget({ server, loadBalancer }: WantedFloatingIpTarget): readonly string[] {
  return [
    ...(server === undefined ? [] : [`server:${server}`]),
    ...(loadBalancer === undefined ? [] : [`load-balancer:${loadBalancer}`]),
  ]
}

interface FloatingIpToLead {
  readonly version: 4 | 6
  /** Null for a global one. */
  readonly region: string | null
}

/**
 * The server or load balancer that a floating IP is to be assigned to.
 *
 * @returns undefined if it is asked to lead to none
 * @throws {ValidationException} the project has no such thing, or one that can't have this floating IP
 * @throws {ObjectBusyException} an action runs on it
 */
export async function findFloatingIpTarget(
  db: Db,
  projectId: string,
  { server, loadBalancer }: WantedFloatingIpTarget,
  floatingIp: FloatingIpToLead,
): Promise<FloatingIpTarget | undefined> {
  if (server !== undefined) return serverTarget(db, projectId, server, floatingIp)
  if (loadBalancer !== undefined) return loadBalancerTarget(db, projectId, loadBalancer, floatingIp)
  return undefined
}

async function serverTarget(
  db: Db,
  projectId: string,
  serverUuid: string,
  { version, region }: FloatingIpToLead,
): Promise<FloatingIpTarget> {
  const server = await requireReference(db, serverRecords, projectId, serverUuid, 'server')
  const { name, zone } = server
  requireRegion('server', `Server '${name}'`, zone, region)
  await requireSettled(db, serverRecords, server)
  const addresses = await addressesOfServer(db, serverUuid)
  const nextHop = addresses.find(address => address.version === version)?.address
  if (nextHop === undefined) {
    throw new ValidationException({
      server: `Server '${name}' has no public IPv${version} address that a floating IP could lead to. Give it a public interface with IPv${version} first, or choose another server.`,
    })
  }
  return { serverUuid, loadBalancerUuid: null, nextHop }
}

async function loadBalancerTarget(
  db: Db,
  projectId: string,
  loadBalancerUuid: string,
  { version, region }: FloatingIpToLead,
): Promise<FloatingIpTarget> {
  const path = 'load_balancer'
  const loadBalancer = await requireReference(db, loadBalancerRecords, projectId, loadBalancerUuid, path)
  const { name, zone } = loadBalancer
  requireRegion(path, `Load balancer '${name}'`, zone, region)
  await requireSettled(db, loadBalancerRecords, loadBalancer)
  const vips = (await vipAddressesOf(db, [loadBalancerUuid])).get(loadBalancerUuid) ?? []
  const nextHop = vips.find(vip => vip.isPublic && vip.version === version)?.address
  if (nextHop === undefined) {
    throw new ValidationException({
      [path]: `Load balancer '${name}' is reached by private addresses only, which no floating IP can lead to. Choose one with public addresses.`,
    })
  }
  return { serverUuid: null, loadBalancerUuid, nextHop }
}

function requireRegion(path: string, target: string, zone: string, region: string | null): void {
  const targetRegion = regionOf(zone)
  if (region === null || region === targetRegion) return
  const kind = path.replaceAll('_', ' ')
  throw new ValidationException({
    [path]: `${target} is in region ${targetRegion}, and the floating IP in region ${region}. Choose a ${kind} of that region, or make a floating IP in the ${kind}'s region or a global one.`,
  })
}
