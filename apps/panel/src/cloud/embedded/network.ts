import { canonicalAddress } from '../../addressing/address.ts'
import type { Listed, ListPage } from '../cloud.ts'
import { AddressInUseException } from '../exceptions.ts'
import type { CloudPort, FixedAddress, Network, NewPort } from '../network.ts'
import { holderOf } from './attachments.ts'
import type { Calls } from './calls.ts'
import { capacityOf } from './capacity.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import type { Moment } from './moment.ts'
import { listNetworks, networkById, networksWithKey, publicNetwork } from './networks.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  type ObjectRow,
  objectsWithKey,
  objectWithId,
  requireObject,
  requireReady,
  requireSound,
  requireUnused,
  statusOf,
} from './objects.ts'
import { requireNotConnected } from './port-connections.ts'
import { listRouters, routerById, routersWithKey } from './routers.ts'
import { listSubnets, requireSubnetFor, subnetById, subnetsWithKey } from './subnets.ts'

/** The network port of the embedded cloud. */
export function embeddedNetwork(calls: Calls): Network {
  return {
    createNetwork: (network, signal) => calls.effect('network.createNetwork', network, signal),
    findNetworks: (key, signal) =>
      calls.read('network.findNetworks', moment => networksWithKey(moment, key), signal),
    getNetwork: (id, signal) => calls.read('network.getNetwork', moment => networkById(moment, id), signal),
    listNetworks: (page, signal) =>
      calls.read('network.listNetworks', moment => listNetworks(moment, page), signal),
    setMtu: (id, mtu, signal) => calls.effect('network.setMtu', { id, mtu }, signal),
    deleteNetwork: (id, signal) => calls.effect('network.deleteNetwork', { id }, signal),
    createSubnet: (subnet, signal) => calls.effect('network.createSubnet', subnet, signal),
    findSubnets: (key, signal) =>
      calls.read('network.findSubnets', moment => subnetsWithKey(moment, key), signal),
    getSubnet: (id, signal) => calls.read('network.getSubnet', moment => subnetById(moment, id), signal),
    listSubnets: (page, signal) =>
      calls.read('network.listSubnets', moment => listSubnets(moment, page), signal),
    setSubnet: (id, settings, signal) => calls.effect('network.setSubnet', { id, settings }, signal),
    deleteSubnet: (id, signal) => calls.effect('network.deleteSubnet', { id }, signal),
    createPort: (port, signal) => calls.effect('network.createPort', port, signal),
    deletePort: (id, signal) => calls.effect('network.deletePort', { id }, signal),
    findPorts: (key, signal) => calls.read('network.findPorts', moment => portsWithKey(moment, key), signal),
    getPort: (id, signal) => calls.read('network.getPort', moment => portById(moment, id), signal),
    listPorts: (page, signal) => calls.read('network.listPorts', moment => listPorts(moment, page), signal),
    createRouter: (router, signal) => calls.effect('network.createRouter', router, signal),
    findRouters: (key, signal) =>
      calls.read('network.findRouters', moment => routersWithKey(moment, key), signal),
    getRouter: (id, signal) => calls.read('network.getRouter', moment => routerById(moment, id), signal),
    listRouters: (page, signal) =>
      calls.read('network.listRouters', moment => listRouters(moment, page), signal),
    deleteRouter: (id, signal) => calls.effect('network.deleteRouter', { id }, signal),
    attachRouterPort: (routerId, portId, signal) =>
      calls.effect('network.attachRouterPort', { routerId, portId }, signal),
    detachRouterPort: (routerId, portId, signal) =>
      calls.effect('network.detachRouterPort', { routerId, portId }, signal),
  }
}

export function createPort(moment: Moment, { key, zone, network, addresses }: NewPort): CloudPort {
  requireSound(moment, key !== '', 'a port needs a key')
  capacityOf(moment, zone)
  requireNetwork(moment, network, zone)
  const { db } = moment
  const id = insertObject(moment, { kind: 'port', key, zone })
  db.run('insert into ports (id, network, mac_address) values (?, ?, ?)', id, network, nextMacAddress(moment))
  addresses.forEach((fixed, position) => {
    const { version, address } = requireFree(moment, network, fixed)
    db.run(
      `insert into port_addresses (network, address, version, port_id, position, subnet_id)
       values (?, ?, ?, ?, ?, ?)`,
      network,
      address,
      version,
      id,
      position,
      network === publicNetwork ? null : requireSubnetFor(moment, network, address),
    )
  })
  begin(moment, id, 'create', settlingMs.portCreated)
  return portById(moment, id) as CloudPort
}

export function deletePort(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'port', id)
  if (object === undefined) return
  requireUnused(object, 'server', holderOf(moment, 'port', id))
  requireNotConnected(moment, object)
  beginRemoval(moment, object, settlingMs.portDeleted)
}

interface PortRow extends ObjectRow {
  readonly network: string
  readonly mac_address: string
  readonly server_id: string | null
  readonly router_id: string | null
  readonly load_balancer_id: string | null
}

function portById(moment: Moment, id: string): CloudPort | undefined {
  const row = objectWithId<PortRow>(moment, 'ports', id)
  return row && presentPort(moment, row)
}

function portsWithKey(moment: Moment, key: string): readonly CloudPort[] {
  return objectsWithKey<PortRow>(moment, 'ports', key).map(row => presentPort(moment, row))
}

function listPorts(moment: Moment, page: ListPage): readonly Listed<CloudPort>[] {
  return listObjects<PortRow, CloudPort>(moment, 'port', page, row => presentPort(moment, row))
}

function presentPort(moment: Moment, row: PortRow): CloudPort {
  return {
    id: row.id,
    network: row.network,
    serverId: row.server_id ?? undefined,
    routerId: row.router_id ?? undefined,
    loadBalancerId: row.load_balancer_id ?? undefined,
    macAddress: row.mac_address,
    addresses: addressesOfPort(moment, row.id),
    status: statusOf(row),
  }
}

export function addressesOfPort({ db }: Pick<Moment, 'db'>, id: string): readonly FixedAddress[] {
  return db
    .all<FixedAddress>('select version, address from port_addresses where port_id = ? order by position', id)
    .map(({ version, address }) => ({ version, address }))
}

/** @throws {CloudObjectNotFoundException} there is none. @throws {CloudRefusedException} it is in another zone */
function requireNetwork(moment: Moment, id: string, zone: string): void {
  if (id === publicNetwork) return
  const network = requireObject(moment, 'network', id)
  requireReady(moment, network)
  requireSound(moment, network.zone === zone, `network ${id} is in zone ${network.zone}, not in ${zone}`)
}

function requireFree(moment: Moment, network: string, fixed: FixedAddress): FixedAddress {
  const canonical = canonicalAddress(fixed.address)
  requireSound(
    moment,
    canonical?.version === fixed.version,
    `${fixed.address} is no address of IPv${fixed.version}`,
  )
  const { address } = canonical
  const taken = moment.db.one(
    'select 1 from port_addresses where network = ? and address = ?',
    network,
    address,
  )
  if (taken !== undefined) throw new AddressInUseException(address)
  return canonical
}

/** The number that the world counts its objects by makes an address that no other port has. */
function nextMacAddress({ db }: Moment): string {
  const { seq } = db.one<{ seq: number }>('select max(seq) as seq from objects') ?? { seq: 0 }
  const digits = (seq % 0x1000000).toString(16).padStart(6, '0')
  return `fa:16:3e:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}`
}
