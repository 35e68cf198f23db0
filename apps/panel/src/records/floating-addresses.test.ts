import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { floatingPoolFor } from '../addressing/floating-pools.ts'
import type { Records } from './database.ts'
import {
  chooseFloatingAddress,
  FloatingPoolExhaustedException,
  holdFloatingAddress,
  releaseFloatingAddress,
} from './floating-addresses.ts'
import { floatingIpRecords } from './floating-ips.ts'
import { someFloatingIp, temporaryRecords } from './testing.ts'

describe('floating addresses', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  const kind = { version: 4, isNetwork: false, region: 'rma' } as const
  const network = { version: 6, isNetwork: true, region: null } as const
  const choose = (of: Parameters<typeof chooseFloatingAddress>[1] = kind) =>
    records.transaction(async trx => {
      const chosen = await chooseFloatingAddress(trx, of)
      const record = someFloatingIp({ ...chosen, version: of.version })
      await floatingIpRecords.insert(trx, record)
      return record
    })
  const release = (uuid: string, heldBy: string | null = null) =>
    records.transaction(trx => releaseFloatingAddress(trx, uuid, heldBy))

  it('are given lowest first, each pool for itself', async () => {
    const chosen = [await choose(), await choose(), await choose(network), await choose(network)]

    expect(chosen.map(({ address, prefixLength }) => `${address}/${prefixLength}`)).toEqual([
      '192.0.2.1/32',
      '192.0.2.2/32',
      '2001:db8:3000::/56',
      '2001:db8:3000:100::/56',
    ])
  })

  it('are given again once they are released, the lowest first', async () => {
    const [first, second] = [await choose(), await choose(), await choose()]
    await release(second.uuid)
    await release(first.uuid)

    expect((await choose()).address).toBe(first.address)
    expect((await choose()).address).toBe(second.address)
    expect((await choose()).address).toBe('192.0.2.4')
  })

  it('are not given again while their deletion goes on', async () => {
    const { uuid } = await choose()
    await records.transaction(trx => floatingIpRecords.markDeleted(trx, uuid, 'now'))

    expect((await choose()).address).toBe('192.0.2.2')
  })

  it('are released only by who holds them', async () => {
    const { uuid, address } = await choose()
    await records.transaction(trx => floatingIpRecords.update(trx, uuid, { heldBy: 'creation' }))
    await release(uuid)
    await release(uuid, 'another')
    expect((await choose()).address).not.toBe(address)

    await records.transaction(trx => holdFloatingAddress(trx, uuid, { by: 'its step', from: 'creation' }))
    await release(uuid, 'creation')
    expect((await choose()).address).not.toBe(address)

    await release(uuid, 'its step')
    expect((await choose()).address).toBe(address)
  })

  it('stay with the deletion that has taken them over from their creation', async () => {
    const { uuid } = await choose()

    await records.transaction(trx => holdFloatingAddress(trx, uuid, { by: 'its step', from: 'creation' }))

    expect(await floatingIpRecords.findAny(records.read, uuid)).toMatchObject({ heldBy: null })
  })

  it('are refused in words when none is left', async () => {
    const all = { version: 6, isNetwork: false, region: null } as const
    const { name, size } = floatingPoolFor(all)
    const { uuid } = await choose(all)
    await records.transaction(async trx => {
      await sql`
        with recursive number (n) as (select 1 union all select n + 1 from number where n + 1 < ${size})
        insert into floating_ips (uuid, project_id, address, version, prefix_length, type, pool, ordinal, tags_json, created_at)
        select n, project_id, n, version, prefix_length, type, pool, n, tags_json, created_at
        from number join floating_ips on uuid = ${uuid}`.execute(trx)
    })

    const refused = choose(all)

    await expect(refused).rejects.toBeInstanceOf(FloatingPoolExhaustedException)
    await expect(refused).rejects.toThrow(
      'There is no free floating IPv6 address left among the global ones. Try again later, or ask support.',
    )
    await release(`${size - 1}`)
    expect(await choose(all)).toMatchObject({ pool: name, ordinal: size - 1 })
  })
})
