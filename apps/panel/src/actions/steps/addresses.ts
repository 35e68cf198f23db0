import { z } from 'zod'
import { holdAddress, releaseAddresses, releaseAddressesHeldBy } from '../../records/addresses.ts'
import { step } from '../define.ts'

/**
 * Marks the addresses that the admission chose as those of this action: from now on something in the cloud may have
 * them, and nobody else gets them before nothing of it is left.
 */
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

/** Gives a deleted server's addresses back, once nothing is left that may still use them. */
export const giveBackAddresses = step('addresses.release', {
  idempotent: true,
  onlyWhenClean: true,
  input: z.object({ serverUuid: z.string() }),
  output: z.null(),
  async do({ serverUuid }, { world: { records } }) {
    await records.transaction(async db => {
      const held = await db
        .selectFrom('addresses')
        .select('address')
        .where('serverUuid', '=', serverUuid)
        .execute()
      await releaseAddresses(
        db,
        held.map(({ address }) => address),
      )
    })
    return null
  },
  undo: 'nothing',
})
