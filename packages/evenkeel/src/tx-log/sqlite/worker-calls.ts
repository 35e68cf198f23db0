import { Worker } from 'node:worker_threads'
import type { Answer, Answers, Call, Request, WorkerData, WorkerMessage, WorkerNotice } from './protocol.ts'

/**
 * Requests to the worker and their answers. The worker starts with the first request, and again with the
 * next one after it died; it keeps the process alive only as long as an answer is awaited.
 */
export class WorkerCalls {
  readonly #workerData: WorkerData
  readonly #onNotice: (notice: WorkerNotice) => void
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #lastCall = 0

  constructor(workerData: WorkerData, onNotice: (notice: WorkerNotice) => void) {
    this.#workerData = workerData
    this.#onNotice = onNotice
  }

  /** Rejects with what the worker threw, or with what it died of. */
  ask<Kind extends Request['kind']>(request: Request & { kind: Kind }): Promise<Answers[Kind]> {
    const { promise, resolve, reject } = Promise.withResolvers<Answers[Kind]>()
    const call: Call = { call: ++this.#lastCall, request }
    this.#worker ??= this.#start()
    this.#worker.postMessage(call, transferOf(request))
    this.#worker.ref()
    this.#waiting.set(call.call, { resolve: answer => resolve(answer as Answers[Kind]), reject })
    return promise
  }

  /** Ends the worker, when everything asked before has been answered. */
  async end(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined) return
    const exited = new Promise(resolve => worker.once('exit', resolve))
    try {
      await this.ask({ kind: 'close' })
    } finally {
      worker.ref()
      await exited
    }
  }

  #start(): Worker {
    // Flags of the process, such as those of a test runner or of `--eval`, are not meant for the worker.
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: this.#workerData,
      execArgv: [],
    })
    let diedOf: unknown
    worker.on('message', (message: WorkerMessage) => this.#receive(worker, message))
    worker.on('error', error => {
      diedOf = error
    })
    worker.on('exit', code => {
      this.#worker = undefined
      const waiting = [...this.#waiting.values()]
      this.#waiting.clear()
      for (const { reject } of waiting) {
        reject(diedOf ?? new Error(`The worker of the transaction log ended with code ${code}.`))
      }
    })
    return worker
  }

  #receive(worker: Worker, message: WorkerMessage): void {
    if (message.kind === 'set-aside' || message.kind === 'over-bytes') {
      this.#onNotice(message)
      return
    }
    const waiting = this.#waiting.get(message.call)
    this.#waiting.delete(message.call)
    if (this.#waiting.size === 0) worker.unref()
    if (message.kind === 'answer') waiting?.resolve(message.answer)
    else waiting?.reject(message.isDiskFull ? new DiskFullError(message.error) : message.error)
  }
}

/** Rows change hands instead of being copied. */
function transferOf(request: Request): ArrayBuffer[] {
  return request.kind === 'append' ? [request.rows.numbers.buffer, request.rows.texts.buffer] : []
}

/** What the worker met on a full disk. An error loses its code on its way between threads. */
export class DiskFullError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}
