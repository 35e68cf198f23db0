import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { InternalException, ServiceUnavailableException } from 'evenkeel'
import { CamelCasePlugin, Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'

/** The panel's database can't be written or read now: the disk is full or fails, or another program holds it. */
export class RecordsUnavailableException extends ServiceUnavailableException<{ reason: string }> {
  constructor(reason: string, options: { cause: unknown }) {
    super(`The panel's database is not available: ${reason}.`, {
      ...options,
      data: { reason },
      retryAfterMs: 5000,
      publicMessage: "The panel's records are not available at the moment. Please try again in 5 s.",
    })
  }
}

/**
 * Kysely over one connection of Node's own SQLite. A query fails with a sentence once `isOpen` says that
 * the connection is no longer its caller's.
 */
export function kyselyOver<Tables>(database: DatabaseSync, isOpen: () => boolean): Kysely<Tables> {
  const adapter: SqliteDatabase = {
    prepare(text) {
      if (!isOpen())
        throw new InternalException(`A query came after the end of its database transaction: ${text}`)
      return guarded(database, text)
    },
    // Kysely would close the connection when one of its users is done: it belongs to whoever opened it.
    close() {},
  }
  return new Kysely<Tables>({
    dialect: new SqliteDialect({ database: adapter }),
    plugins: [new CamelCasePlugin()],
  })
}

/** Runs `work` on the connection; what the disk or another program did wrong becomes an exception of a dependency. */
export function onDisk<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = unavailability(error)
    throw reason === undefined ? error : unavailable(reason, error)
  }
}

/** The records can't be reached; its reason tells where from. */
export function unavailable(reason: string, cause: unknown): RecordsUnavailableException {
  return new RecordsUnavailableException(reason, { cause })
}

function guarded(database: DatabaseSync, text: string): SqliteStatement {
  const statement = onDisk(() => database.prepare(text))
  return {
    reader: statement.columns().length > 0,
    all: parameters => onDisk(() => statement.all(...bindable(parameters, text))),
    run: parameters => onDisk(() => statement.run(...bindable(parameters, text))),
    iterate: parameters => onDisk(() => statement.iterate(...bindable(parameters, text))),
  }
}

// SQLite would store a Date as NULL and true as 1 without a word: here it is a bug that shows at once.
function bindable(parameters: readonly unknown[], text: string): SQLInputValue[] {
  return parameters.map((value, at) => {
    if (value === null || typeof value === 'string' || typeof value === 'bigint') return value
    if (typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value))) return value
    if (value instanceof Uint8Array) return value
    const kind = value instanceof Date ? 'a Date' : `${typeof value} (${String(value)})`
    throw new InternalException(`Parameter ${at + 1} is ${kind}, which SQLite can't keep, in: ${text}`)
  })
}

// https://www.sqlite.org/rescode.html: the lower eight bits are the primary code.
const reasons: { readonly [primaryCode: number]: string } = {
  5: 'another program holds it',
  6: 'another connection holds a table',
  8: 'it may only be read',
  10: 'the disk failed',
  11: 'the file is damaged',
  13: 'the disk is full',
  14: 'the file can not be opened',
  26: 'the file is not a database',
}

/** Why SQLite could not do its part, or undefined if the error is a bug of ours. */
export function unavailability(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined
  return reasons[error.errcode & 0xff]
}
