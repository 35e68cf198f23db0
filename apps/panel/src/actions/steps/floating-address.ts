import { z } from 'zod'
import { holdFloatingAddress, releaseFloatingAddress } from '../../records/floating-addresses.ts'
import { step } from '../define.ts'

const Recorded = z.object({ floatingIpUuid: z.string() })

/**
 * Marks the address that the admission chose as one that something outside may have from now on: if the creation fails,
 * nobody else gets it before nothing of it is left.
 */
export const holdFloatingAddressOf = step('floating-ip.hold', {
  idempotent: true,
  onlyWhenClean: true,
  input: Recorded,
  output: z.null(),
  async do({ floatingIpUuid }, { key, world: { records } }) {
    const [creation = ''] = key.split('/', 1)
    await records.transaction(db => holdFloatingAddress(db, floatingIpUuid, { by: key, from: creation }))
    return null
  },
  undo: (_output, { input: { floatingIpUuid }, key, world: { records } }) =>
    records.transaction(db => releaseFloatingAddress(db, floatingIpUuid, key)),
})

/** Gives a deleted floating IP's address to others, once nothing is left that may still use it. */
export const releaseFloatingAddressOf = step('floating-ip.release', {
  idempotent: true,
  onlyWhenClean: true,
  input: Recorded,
  output: z.null(),
  async do({ floatingIpUuid }, { world: { records } }) {
    await records.transaction(db => releaseFloatingAddress(db, floatingIpUuid, null))
    return null
  },
  undo: 'nothing',
})
