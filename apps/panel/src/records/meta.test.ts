import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import { findMeta, insertMeta } from './meta.ts'
import { temporaryRecords } from './testing.ts'

describe('facts about the database', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  it('are unknown until they are written, and never overwritten', async () => {
    expect(await findMeta(records.read, 'journal')).toBeUndefined()

    await records.transaction(trx => insertMeta(trx, 'journal', 'first'))
    await expect(records.transaction(trx => insertMeta(trx, 'journal', 'second'))).rejects.toThrow('UNIQUE')

    expect(await findMeta(records.read, 'journal')).toBe('first')
  })
})
