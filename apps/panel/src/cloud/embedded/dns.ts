import { canonicalAddress } from '../../addressing/address.ts'
import type { Dns, NewPointer, Pointer } from '../dns.ts'
import type { Calls } from './calls.ts'
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
  requireSound,
  statusOf,
} from './objects.ts'

/** The name server port of the embedded cloud. */
export function embeddedDns(calls: Calls): Dns {
  return {
    setPointer: (pointer, signal) => calls.effect('dns.setPointer', pointer, signal),
    findPointers: (key, signal) =>
      calls.read('dns.findPointers', moment => pointersWithKey(moment, key), signal),
    removePointer: (address, key, signal) => calls.effect('dns.removePointer', { address, key }, signal),
    getPointer: (address, signal) =>
      calls.read('dns.getPointer', moment => pointerOf(moment, address), signal),
    listPointers: (page, signal) =>
      calls.read('dns.listPointers', moment => listObjects(moment, 'pointer', page, presentPointer), signal),
  }
}

export function setPointer(moment: Moment, { key, address, name }: NewPointer): Pointer {
  const id = canonicalAddress(address)?.address
  requireSound(moment, id !== undefined, `${address} is no address`)
  requireSound(moment, isHostName(name), `${name} is no host name`)
  requireSound(moment, key !== '', 'a pointer needs a key')
  moment.db.run('delete from objects where id = ?', id)
  insertObject(moment, { kind: 'pointer', key, zone: null, id })
  moment.db.run('insert into pointers (id, name) values (?, ?)', id, name)
  begin(moment, id, 'create', settlingMs.pointerSet)
  return pointerOf(moment, id) as Pointer
}

export function removePointer(moment: Moment, { address, key }: { address: string; key: string }): void {
  const id = canonicalAddress(address)?.address
  const object = id === undefined ? undefined : findObject(moment, 'pointer', id)
  if (object?.key === key) beginRemoval(moment, object, settlingMs.pointerRemoved)
}

interface PointerRow extends ObjectRow {
  readonly name: string
}

function pointerOf(moment: Moment, address: string): Pointer | undefined {
  const id = canonicalAddress(address)?.address
  if (id === undefined) return undefined
  const row = objectWithId<PointerRow>(moment, 'pointers', id)
  return row && presentPointer(row)
}

function pointersWithKey(moment: Moment, key: string): readonly Pointer[] {
  return objectsWithKey<PointerRow>(moment, 'pointers', key).map(presentPointer)
}

function presentPointer(row: PointerRow): Pointer {
  return { id: row.id, name: row.name, key: row.key, status: statusOf(row) }
}

/** Labels of at most 63 characters, 253 in all, without a dot at the end. */
function isHostName(name: string): boolean {
  return (
    name.length <= 253 &&
    name.split('.').every(label => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
  )
}
