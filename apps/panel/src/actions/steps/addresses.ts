import { z } from 'zod'
import { holdAddress, holdAddressesOf, releaseAddressesHeldBy } from '../../records/addresses.ts'
import {
  forgetInterfaceWithoutAddress,
  interfacesOfServer,
  releaseInterfaces,
} from '../../records/interfaces.ts'
import { holdSubnetAddresses, releaseSubnetAddressesHeldBy } from '../../records/subnet-addresses.ts'
import { step } from '../define.ts'

const Interfaces = z.object({ interfaceUuids: z.array(z.string()) })

/**
 * Marks the addresses that the admission chose for interfaces as those of this action: from now on something in the
 * cloud may have them, and nobody else gets them before nothing of it is left.
 */
export const holdInterfaces = step('interfaces.hold', {
  idempotent: true,
  onlyWhenClean: true,
  input: Interfaces,
  output: z.null(),
  async do({ interfaceUuids }, { key, world: { records } }) {
    await records.transaction(async db => {
      for (const uuid of interfaceUuids) {
        await holdAddressesOf(db, uuid, key)
        await holdSubnetAddresses(db, uuid, key)
      }
    })
    return null
  },
  async undo(_output, { input: { interfaceUuids }, key, world: { records } }) {
    await records.transaction(async db => {
      await releaseAddressesHeldBy(db, key)
      await releaseSubnetAddressesHeldBy(db, key)
      for (const uuid of interfaceUuids) await forgetInterfaceWithoutAddress(db, uuid)
    })
  },
})

/** The same for the only, public interface of a server, as the first release made it. */
export const holdAddresses = step('addresses.hold', {
  idempotent: true,
  onlyWhenClean: true,
  input: z.object({ addresses: z.array(z.string()) }),
  output: z.null(),
  async do({ addresses }, { key, world: { records } }) {
    await records.transaction(async db => {
      for (const address of addresses) await holdAddress(db, address, key)
    })
    return null
  },
  undo: (_output, { key, world: { records } }) => records.transaction(db => releaseAddressesHeldBy(db, key)),
})

/** Forgets interfaces that were removed and gives their addresses back, once nothing is left that may still use them. */
export const giveBackInterfaces = step('interfaces.release', {
  idempotent: true,
  onlyWhenClean: true,
  input: Interfaces,
  output: z.null(),
  async do({ interfaceUuids }, { world: { records } }) {
    await records.transaction(db => releaseInterfaces(db, interfaceUuids))
    return null
  },
  undo: 'nothing',
})

/**
 * The same for a deleted server's. Those that its owner didn't see are left to the action that was about to add or remove
 * them.
 */
export const giveBackAddresses = step('addresses.release', {
  idempotent: true,
  onlyWhenClean: true,
  input: z.object({ serverUuid: z.string() }),
  output: z.null(),
  async do({ serverUuid }, { world: { records } }) {
    await records.transaction(async db => {
      const interfaces = await interfacesOfServer(db, serverUuid)
      await releaseInterfaces(
        db,
        interfaces.map(({ uuid }) => uuid),
      )
    })
    return null
  },
  undo: 'nothing',
})
