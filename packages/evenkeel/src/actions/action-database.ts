import type { Json } from '../exceptions/exception.ts'
import type { TxId } from '../filters/tx-id.ts'

/** The row that says that an action was admitted and has not ended. */
export interface AdmittedAction {
  readonly id: TxId
  readonly name: string
  readonly version: number
  /** As encoded for the journal: secrets are encrypted. */
  readonly input: Json
  readonly locks: readonly string[]
  readonly atMs: number
}

/** Which action an idempotency key stands for. */
export interface IdempotentStart {
  /** Whose key it is; empty for a start without a principal. */
  readonly principal: string
  readonly key: string
  readonly actionId: TxId
  /** The action's name. */
  readonly action: string
  /** Tells equal requests from others; nothing of the request can be read from it. */
  readonly requestHash: string
  readonly atMs: number
}

/**
 * The application's database, as far as actions need it: admission and end are each one database transaction
 * with the application's own records.
 */
export interface ActionDatabase<Db> {
  /** For reading outside transactions. */
  readonly read: Db
  /** Runs `work` in one database transaction: durable when it resolves, undone when it rejects. One at a time. */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>
  insertAdmitted(db: Db, action: AdmittedAction): Promise<void>
  /** Whether it was there. */
  removeAdmitted(db: Db, id: TxId): Promise<boolean>
  /** Oldest first. */
  listAdmitted(db: Db): Promise<readonly AdmittedAction[]>
  /** The start that is remembered under a principal's key. */
  findIdempotentStart(db: Db, principal: string, key: string): Promise<IdempotentStart | undefined>
  /**
   * Remembers a start, in the place of an older one under the same key.
   *
   * @param forgetBeforeMs starts from before are forgotten, unless their action is still admitted
   */
  insertIdempotentStart(db: Db, start: IdempotentStart, forgetBeforeMs: number): Promise<void>
  /** The id of the journal that belongs to this database, once it is known. */
  journalId(db: Db): Promise<string | undefined>
  bindJournal(db: Db, journalId: string): Promise<void>
}
