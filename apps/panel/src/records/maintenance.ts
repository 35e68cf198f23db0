import { ServiceUnavailableException } from 'evenkeel'
import type { Selectable } from 'kysely'
import { asSentence } from './as-sentence.ts'
import { type Places, prepared } from './prepared.ts'
import type { Db, MaintenanceTable } from './tables.ts'

/** A time in which customers change nothing. There is one at most. */
export type MaintenanceRecord = Readonly<Omit<Selectable<MaintenanceTable>, 'onlyRow'>>

type Announced = Pick<MaintenanceRecord, 'untilMs' | 'message'>

/** Operators have announced maintenance, and it is under way: nothing was begun. */
export class MaintenanceException extends ServiceUnavailableException<{
  until: string
  message: string | null
}> {
  // It is refused before anything was done: the whole request may be sent again.
  static override readonly isRetryForCallers = true

  constructor({ untilMs, message }: Announced, nowMs: number) {
    const until = new Date(untilMs).toISOString()
    const why = message === null ? '' : ` ${asSentence(message)}`
    const sentences = `Because of maintenance nothing can be changed until ${until}.${why} Everything can be looked at, and what had begun before goes on. Try again when Retry-After says.`
    super(sentences, {
      data: { until, message },
      publicMessage: sentences,
      retry: 'safe',
      retryAfterMs: Math.max(1000, untilMs - nowMs),
    })
  }
}

// Asked with everything that changes something.
const notOver = prepared((db: Db, { nowMs }: Places<{ nowMs: number }>) =>
  db
    .selectFrom('maintenance')
    .select(['fromMs', 'untilMs', 'message', 'announcedBy', 'announcedAt'])
    .where('untilMs', '>', nowMs),
)

/** The maintenance that is under way or to come. It ends by itself. */
export async function findMaintenance(db: Db, nowMs: number): Promise<MaintenanceRecord | undefined> {
  const [maintenance] = await notOver(db, { nowMs })
  return maintenance
}

/** @throws {MaintenanceException} it is under way */
export async function requireNoMaintenance(db: Db, nowMs: number): Promise<void> {
  const maintenance = await findMaintenance(db, nowMs)
  if (maintenance !== undefined && maintenance.fromMs <= nowMs)
    throw new MaintenanceException(maintenance, nowMs)
}

/** Announces maintenance, in the place of what was announced before. */
export async function announceMaintenance(db: Db, maintenance: MaintenanceRecord): Promise<void> {
  await withdrawMaintenance(db)
  await db
    .insertInto('maintenance')
    .values({ onlyRow: 1, ...maintenance })
    .execute()
}

/** Takes the announcement back: customers may change things at once. */
export async function withdrawMaintenance(db: Db): Promise<void> {
  await db.deleteFrom('maintenance').execute()
}
