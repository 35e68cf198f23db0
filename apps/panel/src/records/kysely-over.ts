import { InternalException } from 'evenkeel'
import {
  type CompiledQuery,
  DefaultConnectionProvider,
  DefaultQueryExecutor,
  type Dialect,
  DummyDriver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SqliteConnection } from './sqlite-connection.ts'

/**
 * Kysely over one connection. A query fails with a sentence once `isOpen` says that the connection is no longer its
 * caller's.
 */
export function kyselyOver<Tables>(connection: SqliteConnection, isOpen: () => boolean): Kysely<Tables> {
  const executor = new ConnectedExecutor(connection, isOpen)
  return new Kysely<Tables>({ config: { dialect }, dialect, driver, executor })
}

/** Runs a query on the connection at once, without Kysely's own driver: there is nothing to acquire, or to wait for. */
class ConnectedExecutor extends DefaultQueryExecutor {
  readonly #connection: SqliteConnection
  readonly #isOpen: () => boolean

  constructor(connection: SqliteConnection, isOpen: () => boolean) {
    super(compiler, adapter, noConnections)
    this.#connection = connection
    this.#isOpen = isOpen
  }

  override async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    if (!this.#isOpen())
      throw new InternalException(`A query came after the end of its database transaction: ${sql}`)
    const { rows, changes } = this.#connection.query(sql, parameters)
    return {
      rows: rows as Row[],
      ...(changes && { insertId: BigInt(changes.lastRowId), numAffectedRows: BigInt(changes.count) }),
    }
  }
}

/** Writes the names of tables and columns as the database does. */
class SnakeCaseCompiler extends SqliteQueryCompiler {
  /** All names are in the code: there are only so many. */
  readonly #written = new Map<string, string>()

  protected override sanitizeIdentifier(name: string): string {
    const known = this.#written.get(name)
    if (known !== undefined) return known
    const written = super.sanitizeIdentifier(inSnakeCase(name))
    this.#written.set(name, written)
    return written
  }
}

function inSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

const compiler = new SnakeCaseCompiler()
const adapter = new SqliteAdapter()
const driver = new DummyDriver()
const noConnections = new DefaultConnectionProvider(driver)
const dialect: Dialect = {
  createAdapter: () => adapter,
  createDriver: () => driver,
  createIntrospector: db => new SqliteIntrospector(db),
  createQueryCompiler: () => compiler,
}
