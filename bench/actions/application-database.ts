import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import type { TxId } from 'evenkeel'
import type { ActionDatabase, AdmittedAction, IdempotentStart } from 'evenkeel/actions'

/** An application's own database: its orders, and beside them what the engine keeps there. */
export class ApplicationDb {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  insertOrder(number: number): void {
    this.prepared("insert into orders (number, state) values (?, 'open')").run(number)
  }

  settleOrder(number: number, state: string): void {
    this.prepared('update orders set state = ? where number = ?').run(state, number)
  }

  countOrders(state: string): number {
    const row = this.prepared('select count(*) as count from orders where state = ?').get(state)
    return Number(row?.['count'])
  }

  prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

interface Asked {
  /** Does the work, inside the database transaction that is open, and remembers what became of it. */
  work(): Promise<void>
  /** Tells the asker what became of it; `failure` when the commit has failed. */
  answer(failure?: { readonly cause: unknown }): void
}

/**
 * An SQLite file at full durability. Transactions that wait at the same moment run one after the other, each within a
 * savepoint of its own, and are committed together: a commit's wait for the disk is shared, as in the journal.
 */
export class ApplicationDatabase implements ActionDatabase<ApplicationDb> {
  readonly read: ApplicationDb
  readonly #writer: DatabaseSync
  readonly #reader: DatabaseSync
  readonly #db: ApplicationDb
  #asked: Asked[] = []
  #isWorking = false

  constructor(path: string) {
    this.#writer = new DatabaseSync(path)
    this.#writer.exec(`
      pragma journal_mode = wal;
      pragma synchronous = full;
      create table if not exists orders (number integer primary key, state text not null);
      create table if not exists admitted (id text primary key, at_ms integer not null, action text not null) without rowid;
      create table if not exists starts (
        principal text not null,
        key text not null,
        action_id text not null,
        at_ms integer not null,
        start text not null,
        primary key (principal, key)
      ) without rowid;
      create index if not exists starts_by_time on starts (at_ms);
      create table if not exists bound (journal_id text not null);
    `)
    this.#reader = new DatabaseSync(path, { readOnly: true })
    this.#db = new ApplicationDb(this.#writer)
    this.read = new ApplicationDb(this.#reader)
  }

  transaction<T>(work: (db: ApplicationDb) => Promise<T>): Promise<T> {
    const answer = Promise.withResolvers<T>()
    let settle = () => {}
    this.#asked.push({
      work: async () => {
        const result = await this.#inSavepoint(work)
        settle = 'value' in result ? () => answer.resolve(result.value) : () => answer.reject(result.thrown)
      },
      answer: failure => (failure === undefined ? settle() : answer.reject(failure.cause)),
    })
    if (!this.#isWorking) void this.#workOff()
    return answer.promise
  }

  async insertAdmitted(db: ApplicationDb, action: AdmittedAction): Promise<void> {
    const insert = db.prepared('insert into admitted (id, at_ms, action) values (?, ?, ?)')
    insert.run(action.id, action.atMs, JSON.stringify(action))
  }

  async removeAdmitted(db: ApplicationDb, id: TxId): Promise<boolean> {
    return db.prepared('delete from admitted where id = ?').run(id).changes === 1
  }

  async listAdmitted(db: ApplicationDb): Promise<readonly AdmittedAction[]> {
    const rows = db.prepared('select action from admitted order by at_ms, id').all()
    return rows.map(({ action }) => JSON.parse(action as string) as AdmittedAction)
  }

  async findIdempotentStart(
    db: ApplicationDb,
    principal: string,
    key: string,
  ): Promise<IdempotentStart | undefined> {
    const row = db.prepared('select start from starts where principal = ? and key = ?').get(principal, key)
    return row && (JSON.parse(row['start'] as string) as IdempotentStart)
  }

  async insertIdempotentStart(
    db: ApplicationDb,
    start: IdempotentStart,
    forgetBeforeMs: number,
  ): Promise<void> {
    const { principal, key, actionId, atMs } = start
    const isOver = 'at_ms < ? and not exists (select 1 from admitted where id = action_id)'
    db.prepared(`delete from starts where ${isOver}`).run(forgetBeforeMs)
    const insert =
      'insert or replace into starts (principal, key, action_id, at_ms, start) values (?, ?, ?, ?, ?)'
    db.prepared(insert).run(principal, key, actionId, atMs, JSON.stringify(start))
  }

  async journalId(db: ApplicationDb): Promise<string | undefined> {
    return db.prepared('select journal_id from bound').get()?.['journal_id'] as string | undefined
  }

  async bindJournal(db: ApplicationDb, journalId: string): Promise<void> {
    db.prepared('insert into bound (journal_id) values (?)').run(journalId)
  }

  close(): void {
    this.#reader.close()
    this.#writer.close()
  }

  async #workOff(): Promise<void> {
    this.#isWorking = true
    await turn() // whoever asks in the same turn of the event loop joins the commit
    while (this.#asked.length > 0) {
      const together = this.#asked
      this.#asked = []
      try {
        this.#writer.exec('begin immediate')
        for (const asked of together) await asked.work()
        this.#writer.exec('commit')
        for (const asked of together) asked.answer()
      } catch (cause) {
        if (this.#writer.isTransaction) this.#writer.exec('rollback')
        for (const asked of together) asked.answer({ cause })
      }
    }
    this.#isWorking = false
  }

  async #inSavepoint<T>(
    work: (db: ApplicationDb) => Promise<T>,
  ): Promise<{ readonly value: T } | { readonly thrown: unknown }> {
    this.#db.prepared('savepoint asked').run()
    try {
      const value = await work(this.#db)
      this.#db.prepared('release asked').run()
      return { value }
    } catch (thrown) {
      this.#db.prepared('rollback to asked').run()
      this.#db.prepared('release asked').run()
      return { thrown }
    }
  }
}
