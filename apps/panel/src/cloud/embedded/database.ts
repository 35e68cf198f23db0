import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { InternalException } from 'evenkeel'
import { migrations } from './schema.ts'

/** What a column holds. Dates, booleans and undefined are left out: SQLite would take them for something else. */
export type SqlValue = string | number | null

/** The cloud's world in one SQLite file. Synchronous, so that a database transaction is never interleaved with another. */
export class CloudDatabase {
  readonly #sqlite: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  /** Nothing is kept of a world in memory, and nobody waits for it. */
  readonly #isKept: boolean
  #group: Group | undefined

  /**
   * Opens the world, and brings an older file to the present form.
   *
   * @param path the folder that holds `cloud.db`, or `:memory:` for a world that nobody keeps
   * @param image the world to begin with, as `image()` gave it; only in memory
   * @throws {CloudFileTooNewException} a newer release wrote the file
   */
  constructor(path: string, image?: Uint8Array) {
    this.#isKept = path !== ':memory:'
    const file = this.#isKept ? join(path, 'cloud.db') : path
    if (this.#isKept) mkdirSync(path, { recursive: true })
    this.#sqlite = new DatabaseSync(file, { timeout: 5000 })
    try {
      if (image !== undefined) this.#sqlite.deserialize(image)
      // An outside system does not forget what it accepted, whatever happens to the machine.
      this.#sqlite.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
      this.transaction(() => this.#migrate(file))
    } catch (error) {
      this.#sqlite.close()
      throw error
    }
  }

  #migrate(file: string): void {
    const version = this.one<{ user_version: number }>('pragma user_version')?.user_version ?? 0
    if (version > migrations.length) throw new CloudFileTooNewException(file, version)
    for (const migration of migrations.slice(version)) this.#sqlite.exec(migration)
    this.#sqlite.exec(`pragma user_version = ${migrations.length}`)
  }

  /** Runs `work` in one database transaction: all that it writes is kept, or nothing. */
  transaction<T>(work: () => T): T {
    this.#commit(this.#group)
    this.#sqlite.exec('begin immediate')
    try {
      const result = work()
      this.#sqlite.exec('commit')
      return result
    } catch (error) {
      // SQLite has rolled back by itself where the disk is full or fails.
      if (this.#sqlite.isTransaction) this.#sqlite.exec('rollback')
      throw error
    }
  }

  /**
   * Like `transaction`, but that what comes at the same moment shares the commit, and so the wait for the disk.
   *
   * @returns what `work` gives, and a promise that resolves when what it wrote is kept
   */
  together<T>(work: () => T): { readonly result: T; readonly kept: Promise<void> } {
    if (!this.#isKept) return { result: this.transaction(work), kept: Promise.resolve() }
    this.#group ??= this.#begin()
    const group = this.#group
    try {
      return { result: this.attempt(work), kept: group.committed.promise }
    } catch (error) {
      // SQLite has rolled back all of it by itself where the disk is full or fails.
      if (!this.#sqlite.isTransaction) {
        this.#group = undefined
        group.committed.reject(error)
      }
      throw error
    }
  }

  #begin(): Group {
    this.#sqlite.exec('begin immediate')
    const group = { committed: Promise.withResolvers<void>() }
    group.committed.promise.catch(() => {}) // Each of the group hears of it, if it has not failed by itself.
    setImmediate(() => this.#commit(group))
    return group
  }

  #commit(group: Group | undefined): void {
    if (group === undefined || group !== this.#group) return
    this.#group = undefined
    try {
      this.#sqlite.exec('commit')
      group.committed.resolve()
    } catch (error) {
      if (this.#sqlite.isTransaction) this.#sqlite.exec('rollback')
      group.committed.reject(error)
    }
  }

  /** Runs `work` within a database transaction so that, if it throws, only its own writes are taken back. */
  attempt<T>(work: () => T): T {
    this.#sqlite.exec('savepoint attempt')
    try {
      return work()
    } catch (error) {
      if (this.#sqlite.isTransaction) this.#sqlite.exec('rollback to attempt')
      throw error
    } finally {
      if (this.#sqlite.isTransaction) this.#sqlite.exec('release attempt')
    }
  }

  run(sql: string, ...values: SqlValue[]): void {
    this.#statement(sql).run(...values)
  }

  one<Row extends object>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as (Row & Record<string, SQLOutputValue>) | undefined
  }

  all<Row extends object>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#statement(sql).all(...values) as (Row & Record<string, SQLOutputValue>)[]
  }

  /** The whole world as bytes, from which another one can begin. */
  image(): Uint8Array {
    this.#commit(this.#group)
    return this.#sqlite.serialize()
  }

  get isOpen(): boolean {
    return this.#sqlite.isOpen
  }

  /** Releases the file. Closing twice is fine. */
  close(): void {
    this.#commit(this.#group)
    this.#statements.clear()
    if (this.#sqlite.isOpen) this.#sqlite.close()
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#sqlite.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

/** What is written together. */
interface Group {
  readonly committed: PromiseWithResolvers<void>
}

/** The file was written by a newer release, whose tables this one doesn't know. */
export class CloudFileTooNewException extends InternalException<{ file: string; version: number }> {
  constructor(file: string, version: number) {
    super(
      `${file} was written by a newer release (its version is ${version}, this release knows up to ${migrations.length}). ` +
        'Start that release again, or move the file away to begin with an empty cloud.',
      { data: { file, version } },
    )
  }
}
