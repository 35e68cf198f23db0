import type { Pointer } from '../../cloud/dns.ts'
import { reversePtrNow } from '../../records/floating-ips.ts'
import { type FloatingPart, type Placed, removePart, setPart } from './floating-part.ts'

const pointer: FloatingPart = {
  kind: 'pointer',
  idOf: ({ address }) => address,
  valueNow: async (_db, floatingIp) => reversePtrNow(floatingIp),
  set: async ({ dns }, { id, value, key }, signal) =>
    placed(await dns.setPointer({ address: id, name: value, key }, signal)),
  find: async ({ dns }, key, signal) => (await dns.findPointers(key, signal)).map(placed),
  async get({ dns }, id, signal) {
    const found = await dns.getPointer(id, signal)
    return found && placed(found)
  },
  remove: ({ dns }, id, key, signal) => dns.removePointer(id, key, signal),
}

function placed({ id, name, key, status }: Pointer): Placed {
  return { id, value: name, key, status }
}

/** Lets a floating address point back to a host name. */
export const setFloatingPointer = setPart('dns.floating-pointer', pointer)

export const removeFloatingPointerOf = removePart('floating-ip.pointer-removal', pointer)
