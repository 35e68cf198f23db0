import type { Records } from '../records/database.ts'
import { pruneEvents } from '../records/events.ts'

/** How long a project's log goes back, in milliseconds: two years. */
export const eventsKeptMs = 2 * 365 * 24 * 60 * 60 * 1000

/** How many are dropped in one database transaction, for which others wait. */
const droppedAtOnce = 500

/** Drops events that are older than the log goes back, and that were passed on. */
export async function pruneOldEvents(records: Pick<Records, 'transaction'>, nowMs: number): Promise<void> {
  const before = new Date(nowMs - eventsKeptMs).toISOString()
  const drop = () => records.transaction(trx => pruneEvents(trx, before, { limit: droppedAtOnce }))
  while (await drop());
}
