import { newTxId } from 'evenkeel'
import type { IdempotentStart } from 'evenkeel/actions'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import { findIdempotentStart, insertIdempotentStart } from './idempotent-starts.ts'
import { temporaryRecords } from './testing.ts'

describe('starts under idempotency keys', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  const start: IdempotentStart = {
    principal: 'project:demo',
    key: 'token=hunter2',
    actionId: newTxId(),
    action: 'server.create',
    requestHash: 'a',
    atMs: 1,
  }

  it('are found under their keys, of which nothing is kept but a hash', async () => {
    await records.transaction(trx => insertIdempotentStart(trx, start, 0))

    expect(await findIdempotentStart(records.read, start.principal, start.key)).toEqual(start)
    const rows = await records.read.selectFrom('idempotentStarts').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('hunter2')
  })

  it('are found when an earlier release has kept them, with their keys as they were', async () => {
    await records.transaction(trx => trx.insertInto('idempotentStarts').values(start).execute())

    expect(await findIdempotentStart(records.read, start.principal, start.key)).toEqual(start)
  })
})
