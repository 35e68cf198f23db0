import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Records } from '../records/database.ts'
import { someProject, temporaryRecords } from '../records/testing.ts'
import { eventsKeptMs, pruneOldEvents } from './prune-events.ts'

let records: Records
let dispose: () => Promise<void>
beforeEach(async () => {
  ;({ records, dispose } = await temporaryRecords())
})
afterEach(() => dispose())

it('drops events from before the two years that the log goes back, but none that was not passed on', async () => {
  const nowMs = Date.parse('2026-11-22T10:00:00Z')
  const old = new Date(nowMs - eventsKeptMs - 1000).toISOString()
  const young = new Date(nowMs - eventsKeptMs + 1000).toISOString()
  // The oldest one of all was never passed on; then come more than are dropped in one go.
  await records.transaction(trx =>
    sql`insert into events (project_id, object, action, message, initiator, at, delivered_at)
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 1302)
      select ${someProject.id}, 'server:1', 'server_update', '', 'ci',
        iif(n <= 1300, ${old}, ${young}), iif(n = 1300, null, ${young}) from numbers`.execute(trx),
  )

  await pruneOldEvents(records, nowMs)

  const left = await records.read.selectFrom('events').select('id').orderBy('id').execute()
  expect(left.map(({ id }) => id)).toEqual([1300, 1301, 1302])
})
