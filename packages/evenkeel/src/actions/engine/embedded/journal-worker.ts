import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { TxId } from '../../../filters/tx-id.ts'
import { withoutSecrets } from '../../encoding.ts'
import type { FromWorker, JournalQuery, StoredHistory, ToWorker } from './journal-messages.ts'

/** Counted up with every change of the tables; a newer file than this is refused. */
const formatVersion = 1
const retryMs = 1_000

const { path } = workerData as { readonly path: string }
const port = parentPort as MessagePort

/** The journal's file. All methods block: that is what the thread is for. */
class JournalFile {
  readonly #db: DatabaseSync

  constructor() {
    this.#db = new DatabaseSync(path, { timeout: 5000 })
    // secure_delete: a secret that was dropped is not left in a free page.
    this.#db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on')
    const { user_version: version } = this.#db.prepare('pragma user_version').get() as {
      user_version: number
    }
    if (version > formatVersion) {
      throw new Error(
        `The journal ${path} has format ${version}, and this release knows ${formatVersion} at most: start the newer release again.`,
      )
    }
    if (version === 0) this.#create()
  }

  get id(): string {
    return (this.#db.prepare('select id from journal').get() as { id: string }).id
  }

  /** Writes in one commit, in this order. */
  write(entries: readonly (readonly [TxId, string])[]): void {
    const insert = this.#db.prepare('insert into entries (action_id, entry) values (?, ?)')
    const open = this.#db.prepare('insert or ignore into actions (id) values (?)')
    this.#db.exec('begin immediate')
    try {
      for (const [actionId, entry] of entries) {
        const kind = entryKind(entry)
        if (kind === 'started') open.run(actionId)
        insert.run(actionId, entry)
        if (kind === 'closed') this.#close(actionId)
      }
      this.#db.exec('commit')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback')
      throw error
    }
  }

  query(query: JournalQuery): StoredHistory[] {
    switch (query.kind) {
      case 'one':
        return [this.#history(query.actionId)]
      case 'open':
        return this.#ids('select id from actions where is_open = 1 order by id').map(id => this.#history(id))
      case 'recent':
        return this.#ids(
          'select id from actions where id < ? order by id desc limit ?',
          query.before ?? '~',
          query.limit,
        ).map(id => this.#history(id))
    }
  }

  close(): void {
    this.#db.close()
  }

  #create(): void {
    this.#db.exec(`
      begin immediate;
      create table journal (id text not null);
      create table actions (id text primary key, is_open integer not null default 1) without rowid;
      create index open_actions on actions (id) where is_open = 1;
      create table entries (number integer primary key, action_id text not null, entry text not null);
      create index entries_of_action on entries (action_id, number);
      pragma user_version = ${formatVersion};
    `)
    this.#db.prepare('insert into journal (id) values (?)').run(randomUUID())
    this.#db.exec('commit')
  }

  /** Ends a history: it is no longer open, and its secrets are dropped. */
  #close(actionId: TxId): void {
    this.#db.prepare('update actions set is_open = 0 where id = ?').run(actionId)
    const withSecrets = this.#db
      .prepare(`select number, entry from entries where action_id = ? and instr(entry, '"$secret"') > 0`)
      .all(actionId) as { number: number; entry: string }[]
    for (const { number, entry } of withSecrets) {
      const cleaned = JSON.stringify(withoutSecrets(JSON.parse(entry)))
      this.#db.prepare('update entries set entry = ? where number = ?').run(cleaned, number)
    }
  }

  #ids(sql: string, ...values: (string | number)[]): TxId[] {
    return this.#db
      .prepare(sql)
      .all(...values)
      .map(row => row['id'] as TxId)
  }

  #history(actionId: TxId): StoredHistory {
    const rows = this.#db
      .prepare('select entry from entries where action_id = ? order by number')
      .all(actionId)
    return { actionId, entries: rows.map(row => row['entry'] as string) }
  }
}

/** The kind of an entry, without parsing the whole of it where a look at its beginning tells. */
function entryKind(entry: string): string {
  return /^\{"kind":"([a-z-]+)"/.exec(entry)?.[1] ?? (JSON.parse(entry) as { kind: string }).kind
}

/** Serves the journal: collects what has arrived, and commits it together. */
class JournalServer {
  readonly #file: JournalFile
  #batch: (readonly [TxId, string])[] = []
  #upTo = 0
  #isScheduled = false

  constructor(file: JournalFile) {
    this.#file = file
  }

  take(message: ToWorker): void {
    switch (message.kind) {
      case 'append':
        this.#batch.push(...message.entries)
        this.#upTo = message.upTo
        this.#schedule()
        return
      case 'query':
        this.#flush()
        send({ kind: 'answer', number: message.number, histories: this.#file.query(message.query) })
        return
      case 'close':
        this.#flush()
        this.#file.close()
        send({ kind: 'closed' })
        port.close()
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    // After the messages that are here already: they join this commit.
    setImmediate(() => {
      this.#isScheduled = false
      this.#flush()
    })
  }

  /** A full disk or the like: nothing is lost and nothing is acknowledged, until a later try succeeds. */
  #flush(): void {
    if (this.#batch.length === 0) return
    try {
      this.#file.write(this.#batch)
    } catch (error) {
      send({ kind: 'problem', reason: String(error) })
      if (!this.#isScheduled) {
        this.#isScheduled = true
        setTimeout(() => {
          this.#isScheduled = false
          this.#flush()
        }, retryMs)
      }
      return
    }
    this.#batch = []
    send({ kind: 'durable', upTo: this.#upTo })
  }
}

function send(message: FromWorker): void {
  port.postMessage(message)
}

try {
  const file = new JournalFile()
  const server = new JournalServer(file)
  port.on('message', (message: ToWorker) => server.take(message))
  send({ kind: 'opened', id: file.id })
} catch (error) {
  send({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) })
  port.close()
}
