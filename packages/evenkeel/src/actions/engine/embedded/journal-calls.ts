import { Worker } from 'node:worker_threads'
import type { Exception } from '../../../exceptions/exception.ts'
import type { TxId } from '../../../filters/tx-id.ts'
import { JournalMismatchException, JournalWriteException } from '../../exceptions.ts'
import { JournalDamagedException, JournalReadException } from '../exceptions.ts'
import type { JournalEntry, SetAsideHistory } from '../journal.ts'
import type { Answer, FromWorker, JournalRead, StoredHistory, ToWorker, Trouble } from './journal-messages.ts'

/** So many appends go over at once: the thread writes them while the next ones are made here. */
const appendsPerMessageMax = 16

export interface JournalCallsOptions {
  readonly path: string
  readonly keepClosedMs: number
  readonly onProblem: (exception: Exception) => void
}

interface Append {
  readonly number: number
  resolve(): void
  reject(reason: unknown): void
}

/** The journal's thread: what is asked of it, and what it answers. */
export class JournalCalls {
  /** The journal's id, when its file is open. */
  readonly opened: Promise<string>
  readonly #options: JournalCallsOptions
  readonly #worker: Worker
  readonly #opened = Promise.withResolvers<string>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #appends: Append[] = []
  readonly #reads = new Map<number, PromiseWithResolvers<Answer>>()
  /** Lines: an action's id, then an entry of it. JSON never holds a line's end as it is. */
  #pending = ''
  #appended = 0
  #sentUpTo = 0
  /** The time of the entry that was appended last. */
  #latestMs = 0
  #asked = 0
  #failure: unknown

  constructor(options: JournalCallsOptions) {
    this.#options = options
    this.opened = this.#opened.promise
    const { path } = options
    this.#worker = new Worker(new URL('./journal-worker.ts', import.meta.url), { workerData: { path } })
    this.#worker.on('message', (message: FromWorker) => {
      this.#take(message)
      if (this.#appends.length === 0 && this.#reads.size === 0) this.#worker.unref()
    })
    this.#worker.on('error', error => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new JournalWriteException(path, 'its writer has ended')))
  }

  append(actionId: TxId, entries: readonly JournalEntry[]): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#appends.push({ number: ++this.#appended, resolve, reject })
    // What is appended in one turn of the event loop goes over in one message.
    if (this.#pending === '') setImmediate(() => this.#sendPending())
    for (const entry of entries) this.#pending += `${actionId}\n${JSON.stringify(entry)}\n`
    this.#latestMs = entries.at(-1)?.atMs ?? this.#latestMs
    if (this.#appended - this.#sentUpTo >= appendsPerMessageMax) this.#sendPending()
    return promise
  }

  async histories(read: Exclude<JournalRead, { kind: 'set-aside' }>): Promise<readonly StoredHistory[]> {
    const answer = await this.#ask(read)
    return 'histories' in answer ? answer.histories : []
  }

  async listSetAside(): Promise<readonly SetAsideHistory[]> {
    const answer = await this.#ask({ kind: 'set-aside' })
    return 'setAside' in answer ? answer.setAside : []
  }

  /** Done before anything that is asked afterwards. */
  setAside(actionId: TxId, reason: string): void {
    if (this.#failure === undefined) this.#worker.postMessage({ kind: 'set-aside', actionId, reason })
  }

  async close(): Promise<void> {
    if (this.#failure !== undefined) return
    this.#sendPending()
    this.#post({ kind: 'close' })
    await this.#ended.promise
    this.#failure ??= new JournalWriteException(this.#options.path, 'it was closed')
  }

  #ask(read: JournalRead): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    this.#sendPending() // a read sees every append that was called before it
    const answer = Promise.withResolvers<Answer>()
    this.#reads.set(++this.#asked, answer)
    this.#post({ kind: 'read', number: this.#asked, read, forgetBeforeMs: this.#forgetBeforeMs })
    return answer.promise
  }

  #sendPending(): void {
    if (this.#pending === '') return
    const lines = this.#pending
    this.#pending = ''
    this.#sentUpTo = this.#appended
    this.#post({ kind: 'append', upTo: this.#appended, lines, forgetBeforeMs: this.#forgetBeforeMs })
  }

  get #forgetBeforeMs(): number {
    return this.#latestMs - this.#options.keepClosedMs
  }

  #post(message: ToWorker): void {
    this.#worker.ref() // the process stays alive while something is outstanding, and not for the journal alone
    this.#worker.postMessage(message)
  }

  #take(message: FromWorker): void {
    const { path, onProblem } = this.#options
    switch (message.kind) {
      case 'opened':
        this.#opened.resolve(message.id)
        break
      case 'refused':
        this.#fail(this.#exceptionOf(message.trouble, reason => new JournalMismatchException(reason)))
        break
      case 'durable':
        while (this.#appends[0] !== undefined && this.#appends[0].number <= message.upTo)
          this.#appends.shift()?.resolve()
        break
      case 'answer':
        this.#takeRead(message.number)?.resolve(message.answer)
        break
      case 'unanswered':
        this.#takeRead(message.number)?.reject(
          this.#exceptionOf(message.trouble, reason => new JournalReadException(path, reason)),
        )
        break
      case 'problem':
        onProblem(this.#exceptionOf(message.trouble, reason => new JournalWriteException(path, reason)))
        break
      case 'closed':
        this.#ended.resolve()
    }
  }

  #takeRead(number: number): PromiseWithResolvers<Answer> | undefined {
    const read = this.#reads.get(number)
    this.#reads.delete(number)
    return read
  }

  #exceptionOf({ isDamage, reason }: Trouble, unlessDamaged: (reason: string) => Exception): Exception {
    return isDamage ? new JournalDamagedException(this.#options.path, reason) : unlessDamaged(reason)
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason
    this.#opened.reject(reason)
    for (const { reject } of this.#appends.splice(0)) reject(reason)
    for (const { reject } of this.#reads.values()) reject(reason)
    this.#reads.clear()
    this.#ended.resolve()
  }
}
