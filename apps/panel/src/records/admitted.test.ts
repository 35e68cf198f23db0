import { newTxId } from 'evenkeel'
import type { AdmittedAction } from 'evenkeel/actions'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertAdmitted, listAdmitted, removeAdmitted } from './admitted.ts'
import type { Records } from './database.ts'
import { temporaryRecords } from './testing.ts'

describe('admitted actions', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  const first: AdmittedAction = {
    id: newTxId(),
    name: 'server.create',
    version: 1,
    input: { name: 'web', volumes: [] },
    locks: ['server:1'],
    atMs: 1,
  }
  const second: AdmittedAction = { ...first, id: newTxId(), atMs: 2 }

  it('are listed as they were written, oldest first', async () => {
    await records.transaction(async trx => {
      await insertAdmitted(trx, second)
      await insertAdmitted(trx, first)
    })

    expect(await listAdmitted(records.read)).toEqual([first, second])
  })

  it('are removed once: the second time tells that it was done before', async () => {
    await records.transaction(trx => insertAdmitted(trx, first))

    expect(await records.transaction(trx => removeAdmitted(trx, first.id))).toBe(true)
    expect(await records.transaction(trx => removeAdmitted(trx, first.id))).toBe(false)
    expect(await listAdmitted(records.read)).toEqual([])
  })
})
