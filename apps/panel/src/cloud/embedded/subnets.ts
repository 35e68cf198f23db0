import { canonicalAddress } from '../../addressing/address.ts'
import { type Cidr, containsHost, formatCidr, overlap, parseCidr } from '../../addressing/cidr.ts'
import type { Listed, ListPage } from '../cloud.ts'
import type { CloudSubnet, NewCloudSubnet, SubnetSettings } from '../network.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  type ObjectRow,
  objectsWithKey,
  objectWithId,
  requireChangeable,
  requireObject,
  requireReady,
  requireSound,
  requireUnused,
  statusOf,
} from './objects.ts'

export function createSubnet(moment: Moment, request: NewCloudSubnet): CloudSubnet {
  const { key, networkId, cidr } = request
  requireSound(moment, key !== '', 'a subnet needs a key')
  const range = parseCidr(cidr)
  requireSound(
    moment,
    range !== undefined && formatCidr(range) === cidr,
    `${cidr} is no canonical CIDR notation`,
  )
  const settings = soundSettings(moment, range, request)
  const network = requireObject(moment, 'network', networkId)
  requireReady(moment, network)
  for (const other of subnetsOf(moment, networkId)) {
    const isApart = !overlap(range, rangeOf(other))
    requireSound(moment, isApart, `${cidr} overlaps with ${other.cidr}, which is subnet ${other.id}`)
  }

  const id = insertObject(moment, { kind: 'subnet', key, zone: network.zone })
  moment.db.run(
    'insert into subnets (id, network_id, cidr, gateway, dns_servers) values (?, ?, ?, ?, ?)',
    id,
    networkId,
    cidr,
    settings.gateway,
    JSON.stringify(settings.dnsServers),
  )
  begin(moment, id, 'create', settlingMs.subnetCreated)
  return subnetById(moment, id) as CloudSubnet
}

export function setSubnet(moment: Moment, { id, settings }: { id: string; settings: SubnetSettings }): void {
  requireChangeable(moment, requireObject(moment, 'subnet', id))
  const subnet = rowOf(moment, id) as SubnetRow
  const { gateway, dnsServers } = soundSettings(moment, rangeOf(subnet), settings)
  const servers = JSON.stringify(dnsServers)
  const isSo = subnet.state === 'ready' && subnet.gateway === gateway && subnet.dns_servers === servers
  if (isSo && moment.fault === undefined) return
  moment.db.run(
    'update subnets set next_gateway = ?, next_dns_servers = ? where id = ?',
    gateway,
    servers,
    id,
  )
  begin(moment, id, 'configure', settlingMs.subnetChanged)
}

export function deleteSubnet(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'subnet', id)
  if (object === undefined) return
  requireUnused(object, 'port', portIn(moment, id))
  beginRemoval(moment, object, settlingMs.subnetDeleted)
}

/**
 * The subnet that an address on a network belongs to.
 *
 * @throws {CloudRefusedException} there is none
 * @throws {CloudBusyException} something runs on it
 * @throws {CloudStateException} it is broken
 */
export function requireSubnetFor(moment: Moment, networkId: string, address: string): string {
  const subnet = subnetsOf(moment, networkId).find(subnet => containsHost(rangeOf(subnet), address))
  requireSound(moment, subnet !== undefined, `no subnet of network ${networkId} has ${address} to give`)
  requireReady(moment, subnet)
  return subnet.id
}

interface SubnetRow extends ObjectRow {
  readonly network_id: string
  readonly cidr: string
  readonly gateway: string | null
  readonly dns_servers: string
}

export function subnetById(moment: Moment, id: string): CloudSubnet | undefined {
  const row = rowOf(moment, id)
  return row && presentSubnet(row)
}

export function subnetsWithKey(moment: Moment, key: string): readonly CloudSubnet[] {
  return objectsWithKey<SubnetRow>(moment, 'subnets', key).map(presentSubnet)
}

export function listSubnets(moment: Moment, page: ListPage): readonly Listed<CloudSubnet>[] {
  return listObjects(moment, 'subnet', page, presentSubnet)
}

function subnetsOf({ db }: Moment, networkId: string): readonly SubnetRow[] {
  return db.all<SubnetRow>(
    'select * from objects join subnets using (id) where network_id = ? order by seq',
    networkId,
  )
}

function rowOf(moment: Moment, id: string): SubnetRow | undefined {
  return objectWithId<SubnetRow>(moment, 'subnets', id)
}

function presentSubnet(row: SubnetRow): CloudSubnet {
  return {
    id: row.id,
    networkId: row.network_id,
    gateway: row.gateway,
    dnsServers: JSON.parse(row.dns_servers),
    status: statusOf(row),
  }
}

/** Only what was read once is kept. */
function rangeOf({ cidr }: Pick<SubnetRow, 'cidr'>): Cidr {
  return parseCidr(cidr) as Cidr
}

function portIn({ db }: Moment, subnetId: string): string | null {
  const held = db.one<{ port_id: string }>(
    'select port_id from port_addresses where subnet_id = ? limit 1',
    subnetId,
  )
  return held?.port_id ?? null
}

/** The settings with canonical addresses. @throws {CloudRefusedException} they make no sense for the subnet */
function soundSettings(moment: Moment, range: Cidr, { gateway, dnsServers }: SubnetSettings): SubnetSettings {
  const isGatewaySound = gateway === null || containsHost(range, gateway)
  requireSound(moment, isGatewaySound, `${gateway} can't be the gateway of ${formatCidr(range)}`)
  return {
    gateway: gateway === null ? null : soundAddress(moment, gateway),
    dnsServers: dnsServers.map(server => soundAddress(moment, server)),
  }
}

function soundAddress(moment: Moment, text: string): string {
  const canonical = canonicalAddress(text)
  requireSound(moment, canonical !== undefined, `${text} is no address`)
  return canonical.address
}
