import { z } from 'zod'
import { addressesOfServer } from '../../records/addresses.ts'
import { portsOfServer } from '../../records/interfaces.ts'
import { step } from '../define.ts'
import { gone } from './settled.ts'

/**
 * The parts of a recorded server, removed behind its deletion's pivot. Each looks up in the records what the cloud calls
 * it, once the deletion holds the server: a creation may have ended only then. What was never made is gone already.
 */
const Recorded = z.object({ serverUuid: z.string() })

export const removeServerOf = step('server.removal', {
  idempotent: true,
  input: Recorded,
  output: z.null(),
  async do({ serverUuid }, { world: { cloud, records }, signal, until }) {
    const { cloudServerId: id } = await records.read
      .selectFrom('servers')
      .select('cloudServerId')
      .where('uuid', '=', serverUuid)
      .executeTakeFirstOrThrow()
    if (id === null) return null
    await cloud.compute.deleteServer(id, signal)
    await gone('server', until, () => cloud.compute.getServer(id, signal))
    return null
  },
  undo: 'nothing',
})

export const removePortsOf = step('server.port-removal', {
  idempotent: true,
  input: Recorded,
  output: z.null(),
  async do({ serverUuid }, { world: { cloud, records }, signal, until }) {
    for (const id of await portsOfServer(records.read, serverUuid)) {
      await cloud.network.deletePort(id, signal)
      await gone('port', until, () => cloud.network.getPort(id, signal))
    }
    return null
  },
  undo: 'nothing',
})

export const removePointersOf = step('server.pointer-removal', {
  idempotent: true,
  input: Recorded,
  output: z.null(),
  async do({ serverUuid }, { world: { cloud, records }, signal, until }) {
    for (const { address } of await addressesOfServer(records.read, serverUuid)) {
      // Whichever step set it: the address is the server's until this action gives it back.
      const pointer = await cloud.dns.getPointer(address, signal)
      if (pointer !== undefined) await cloud.dns.removePointer(address, pointer.key, signal)
      await gone('pointer', until, () => cloud.dns.getPointer(address, signal))
    }
    return null
  },
  undo: 'nothing',
})
