import { Worker } from 'node:worker_threads'
import type { Exception } from '../../../exceptions/exception.ts'
import type { TxId } from '../../../filters/tx-id.ts'
import { JournalMismatchException, JournalWriteException } from '../../exceptions.ts'
import type { Journal, JournalEntry, JournaledHistory } from '../journal.ts'
import type { FromWorker, JournalQuery, ToWorker } from './journal-messages.ts'

export interface SqliteJournalOptions {
  /** The file; it is made when it isn't there. */
  path: string
  /** Told when the journal can't be written: appends wait, and are tried again until they can. @default nobody */
  onProblem?: (exception: Exception) => void
}

/**
 * The journal in an SQLite file, written by a worker thread. All appends that are waiting are committed together, at
 * full durability (`synchronous=FULL`), so that many actions at once cost few commits.
 *
 * @throws {JournalMismatchException} the file was written by a newer release, or can't be opened
 */
export async function sqliteJournal({ path, onProblem = () => {} }: SqliteJournalOptions): Promise<Journal> {
  const worker = new Worker(new URL('./journal-worker.ts', import.meta.url), { workerData: { path } })
  const opened = Promise.withResolvers<string>()
  const appends: { readonly number: number; resolve(): void; reject(reason: unknown): void }[] = []
  const queries = new Map<number, PromiseWithResolvers<readonly JournaledHistory[]>>()
  const ended = Promise.withResolvers<void>()
  let pending: (readonly [TxId, string])[] = []
  let appended = 0
  let asked = 0
  let failure: unknown

  function post(message: ToWorker): void {
    worker.ref() // the process stays alive while something is outstanding, and not for the journal alone
    worker.postMessage(message)
  }

  function sendPending(): void {
    if (pending.length === 0) return
    post({ kind: 'append', upTo: appended, entries: pending })
    pending = []
  }

  function ask(query: JournalQuery): Promise<readonly JournaledHistory[]> {
    if (failure !== undefined) return Promise.reject(failure)
    sendPending() // a query sees every append that was called before it
    const answer = Promise.withResolvers<readonly JournaledHistory[]>()
    queries.set(++asked, answer)
    post({ kind: 'query', number: asked, query })
    return answer.promise
  }

  function fail(reason: unknown): void {
    failure ??= reason
    opened.reject(reason)
    for (const { reject } of appends.splice(0)) reject(reason)
    for (const { reject } of queries.values()) reject(reason)
    queries.clear()
    ended.resolve()
  }

  worker.on('message', (message: FromWorker) => {
    take(message)
    if (appends.length === 0 && queries.size === 0) worker.unref()
  })

  function take(message: FromWorker): void {
    switch (message.kind) {
      case 'opened':
        opened.resolve(message.id)
        break
      case 'refused':
        fail(new JournalMismatchException(message.reason))
        break
      case 'durable':
        while (appends[0] !== undefined && appends[0].number <= message.upTo) appends.shift()?.resolve()
        break
      case 'answer':
        queries
          .get(message.number)
          ?.resolve(
            message.histories.map(({ actionId, entries }) => ({ actionId, entries: entries.map(parse) })),
          )
        queries.delete(message.number)
        break
      case 'problem':
        onProblem(new JournalWriteException(path, message.reason))
        break
      case 'closed':
        ended.resolve()
    }
  }

  worker.on('error', fail)
  worker.on('exit', () => fail(new JournalWriteException(path, 'its writer has ended')))

  const id = await opened.promise
  return {
    id,
    append(actionId, entries) {
      if (failure !== undefined) return Promise.reject(failure)
      const durable = Promise.withResolvers<void>()
      const number = ++appended
      appends.push({ number, resolve: durable.resolve, reject: durable.reject })
      // What is appended in one turn of the event loop goes over in one message.
      if (pending.length === 0) queueMicrotask(sendPending)
      for (const entry of entries) pending.push([actionId, JSON.stringify(entry)])
      return durable.promise
    },
    async read(actionId) {
      const [history] = await ask({ kind: 'one', actionId })
      return history?.entries ?? []
    },
    open: () => ask({ kind: 'open' }),
    recent: (limit, before) => ask({ kind: 'recent', limit, before }),
    async close() {
      if (failure !== undefined) return
      sendPending()
      post({ kind: 'close' })
      await ended.promise
      failure ??= new JournalWriteException(path, 'it was closed')
    },
  }
}

function parse(entry: string): JournalEntry {
  return JSON.parse(entry) as JournalEntry
}
