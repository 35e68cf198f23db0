import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Records } from './database.ts'
import { type Places, prepared } from './prepared.ts'
import { serverRecords } from './servers.ts'
import type { Db, ServersTable } from './tables.ts'
import { someServer, temporaryRecords } from './testing.ts'

describe('a prepared query', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
    const servers = [someServer({ name: 'a', zone: 'rma1' }), someServer({ name: 'b', zone: 'lpg1' })]
    await records.transaction(trx => serverRecords.insert(trx, ...servers))
  })
  afterEach(() => dispose())

  const runningIn = (db: Db, { zone }: Places<Pick<ServersTable, 'zone'>>) =>
    db.selectFrom('servers').select('name').where('status', '=', 'running').where('zone', '=', zone)

  it('is built once, and run with other values each time', async () => {
    const build = vi.fn(runningIn)
    const query = prepared(build)

    expect(await query(records.read, { zone: 'rma1' })).toEqual([{ name: 'a' }])
    expect(await query(records.read, { zone: 'lpg1' })).toEqual([{ name: 'b' }])
    expect(await query(records.read, { zone: 'none' })).toEqual([])
    expect(build).toHaveBeenCalledTimes(1)
  })

  it('is built once for each shape', async () => {
    const build = vi.fn((db: Db, { value }: Places<{ value: string }>, column: string) =>
      db
        .selectFrom('servers')
        .select('name')
        .where(column as 'zone', '=', value),
    )
    const query = prepared(build)

    for (let time = 0; time < 2; time++) {
      expect(await query(records.read, { value: 'rma1' }, 'zone')).toEqual([{ name: 'a' }])
      expect(await query(records.read, { value: 'b' }, 'name')).toEqual([{ name: 'b' }])
    }
    expect(build).toHaveBeenCalledTimes(2)
  })

  it('runs where it is told to: in a database transaction, and never after its end', async () => {
    const query = prepared(runningIn)
    const trx = await records.transaction(async trx => {
      await serverRecords.insert(trx, someServer({ name: 'c', zone: 'rma1' }))
      expect(await query(trx, { zone: 'rma1' })).toEqual([{ name: 'a' }, { name: 'c' }])
      expect(await query(records.read, { zone: 'rma1' })).toEqual([{ name: 'a' }])
      return trx
    })

    await expect(query(trx, { zone: 'rma1' })).rejects.toThrow('after the end of its database transaction')
  })
})
