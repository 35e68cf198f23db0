import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { InternalException } from 'evenkeel'
import { StartRefusedException } from '../start-refused.ts'
import { GroupedTransactions } from './grouped-transactions.ts'
import { kyselyOver } from './kysely-over.ts'
import { migrate, newestVersion } from './migrations/migrate.ts'
import { ReadingConnection } from './reading-connection.ts'
import { onDisk, RecordsUnavailableException } from './sqlite.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import type { Db, Tables } from './tables.ts'

/** The panel's own database: what tenants own, their accounts, and which actions were admitted. */
export interface Records {
  /** Written when the database was made: what was made together with it keeps the same id. */
  readonly id: string
  /** What an upgrade at the opening did, as a sentence for the log; undefined if there was none. */
  readonly upgraded: string | undefined
  /** The last committed state; what another process commits is seen from the next turn of the event loop on. Reads never wait for a database transaction. */
  readonly read: Db
  /**
   * Runs `work` in a database transaction of its own, one at a time. All that it wrote is committed, and
   * safe from a loss of power, when the promise resolves; nothing of it remains when `work` throws. Those that wait at
   * the same moment are committed together: await nothing in `work` but the database, since others wait for it.
   *
   * @throws {RecordsUnavailableException} the disk is full or fails, or another program holds the database
   * @throws {NestedTransactionException} called from within `work`
   */
  transaction<T>(work: (trx: Db) => Promise<T>): Promise<T>
  /**
   * Tells a listener that something was committed, for who looks then whether it is his. It must not throw.
   *
   * @returns ends it
   */
  onCommit(listener: () => void): () => void
  /** Waits for the transactions that were asked for before. */
  close(): Promise<void>
}

/** A database transaction was begun within another, which would wait for itself for ever. */
export class NestedTransactionException extends InternalException {
  constructor() {
    super('A database transaction was begun within another one. Pass its `trx` on instead.')
  }
}

/** The file is there, and can't be used as the panel's database. */
export class DatabaseUnusableException extends StartRefusedException {
  constructor(path: string, reason: string, options: { cause: unknown }) {
    super(
      `${path} can't be used as the panel's database: ${reason}. Restore it from a backup, or move it away.`,
      {
        ...options,
        data: { reason },
      },
    )
  }
}

export interface OpenRecordsOptions {
  /** The file; its folder must exist. */
  path: string
  /** How long a query waits for another process that writes, such as the command that makes a token; nothing else runs meanwhile. @default 1000 */
  busyTimeoutMs?: number
  /** Whether a commit survives a loss of power; false for a database that nobody keeps. @default true */
  isDurable?: boolean
}

/**
 * Opens the panel's database, makes it where there is none, and upgrades an older one.
 *
 * @throws {NewerDatabaseException} a newer release wrote it
 * @throws {DatabaseUnusableException} the file is damaged, is no database, or can't be opened
 */
export async function openRecords({
  path,
  busyTimeoutMs = 1000,
  isDurable = true,
}: OpenRecordsOptions): Promise<Records> {
  try {
    return onDisk(() => open(path, busyTimeoutMs, isDurable))
  } catch (error) {
    if (!(error instanceof RecordsUnavailableException)) throw error
    throw new DatabaseUnusableException(path, error.data.reason, { cause: error.cause })
  }
}

function open(path: string, busyTimeoutMs: number, isDurable: boolean): Records {
  const writer = new DatabaseSync(path, { timeout: busyTimeoutMs })
  // Full: a commit that was acknowledged survives a loss of power.
  writer.exec(`pragma journal_mode = wal; pragma synchronous = ${isDurable ? 'full' : 'off'}`)
  const found = migrate(writer, path)
  const id = identify(writer)
  const reader = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs })
  const reading = new ReadingConnection(reader)
  const listeners = new Set<() => void>()
  const onCommit = () => {
    reading.refresh()
    for (const listener of listeners) listener()
  }
  return new SqliteRecords({
    id,
    upgraded:
      found === 0 || found === newestVersion
        ? undefined
        : `upgraded ${path} from ${found} to ${newestVersion}`,
    writer,
    reader,
    reading,
    transactions: new GroupedTransactions(writer, { isGathering: isDurable, onCommit }),
    listeners,
  })
}

function identify(database: DatabaseSync): string {
  database.prepare("insert or ignore into meta (key, value) values ('id', ?)").run(randomUUID())
  const row = database.prepare("select value from meta where key = 'id'").get() as { value: string }
  return row.value
}

class SqliteRecords implements Records {
  readonly id: string
  readonly upgraded: string | undefined
  readonly read: Db
  readonly #writer: DatabaseSync
  readonly #writing: SqliteConnection
  readonly #reader: DatabaseSync
  readonly #within = new AsyncLocalStorage<{ isOpen: boolean }>()
  readonly #transactions: GroupedTransactions
  readonly #listeners: Set<() => void>
  #isClosed = false

  constructor(parts: {
    id: string
    upgraded: string | undefined
    writer: DatabaseSync
    reader: DatabaseSync
    reading: SqliteConnection
    transactions: GroupedTransactions
    listeners: Set<() => void>
  }) {
    this.id = parts.id
    this.upgraded = parts.upgraded
    this.#writer = parts.writer
    this.#writing = new SqliteConnection(parts.writer)
    this.#transactions = parts.transactions
    this.#listeners = parts.listeners
    this.#reader = parts.reader
    this.read = kyselyOver<Tables>(parts.reading, () => true)
  }

  async transaction<T>(work: (trx: Db) => Promise<T>): Promise<T> {
    if (this.#within.getStore()?.isOpen === true) throw new NestedTransactionException()
    if (this.#isClosed)
      throw new InternalException("The panel's database was closed before this transaction.")
    return this.#transactions.run(async () => {
      const scope = { isOpen: true }
      const trx = kyselyOver<Tables>(this.#writing, () => scope.isOpen)
      try {
        return await this.#within.run(scope, () => work(trx))
      } finally {
        scope.isOpen = false
      }
    })
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#transactions.settled()
    this.#reader.close()
    this.#writer.close()
  }
}
