import type { Listed, ListPage } from '../cloud.ts'
import type { CloudNetwork, NewCloudNetwork } from '../network.ts'
import { capacityOf } from './capacity.ts'
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
  requireSound,
  requireUnused,
  statusOf,
} from './objects.ts'

/** The network that everybody's public ports are on. It is none of the objects. */
export const publicNetwork = 'public'

export function createNetwork(moment: Moment, { key, zone, name, mtu }: NewCloudNetwork): CloudNetwork {
  requireSound(moment, key !== '', 'a network needs a key')
  requireSoundMtu(moment, mtu)
  capacityOf(moment, zone)
  const id = insertObject(moment, { kind: 'network', key, zone })
  moment.db.run('insert into networks (id, name, mtu) values (?, ?, ?)', id, name, mtu)
  begin(moment, id, 'create', settlingMs.networkCreated)
  return networkById(moment, id) as CloudNetwork
}

export function setMtu(moment: Moment, { id, mtu }: { id: string; mtu: number }): void {
  requireSoundMtu(moment, mtu)
  const object = requireObject(moment, 'network', id)
  requireChangeable(moment, object)
  const isSo = object.state === 'ready' && networkById(moment, id)?.mtu === mtu
  if (isSo && moment.fault === undefined) return
  moment.db.run('update networks set next_mtu = ? where id = ?', mtu, id)
  begin(moment, id, 'configure', settlingMs.networkChanged)
}

/** Its subnets are there until it is gone itself. */
export function deleteNetwork(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'network', id)
  if (object === undefined) return
  requireUnused(object, 'port', portOn(moment, id))
  beginRemoval(moment, object, settlingMs.networkDeleted)
}

interface NetworkRow extends ObjectRow {
  readonly mtu: number
}

export function networkById(moment: Moment, id: string): CloudNetwork | undefined {
  const row = objectWithId<NetworkRow>(moment, 'networks', id)
  return row && presentNetwork(row)
}

export function networksWithKey(moment: Moment, key: string): readonly CloudNetwork[] {
  return objectsWithKey<NetworkRow>(moment, 'networks', key).map(presentNetwork)
}

export function listNetworks(moment: Moment, page: ListPage): readonly Listed<CloudNetwork>[] {
  return listObjects(moment, 'network', page, presentNetwork)
}

function presentNetwork(row: NetworkRow): CloudNetwork {
  return { id: row.id, mtu: row.mtu, status: statusOf(row) }
}

function portOn({ db }: Moment, network: string): string | null {
  return db.one<{ id: string }>('select id from ports where network = ? limit 1', network)?.id ?? null
}

/** IPv4 asks for 68 bytes at least (RFC 791); more than 9000 no switch passes on. */
function requireSoundMtu(moment: Moment, mtu: number): void {
  const isSound = Number.isSafeInteger(mtu) && mtu >= 68 && mtu <= 9000
  requireSound(moment, isSound, `the MTU of a network is a whole number of bytes from 68 to 9000, not ${mtu}`)
}
