import { Worker } from 'node:worker_threads'
import { type AnyRequest, type Call, endRequest, type WorkerMessage } from './messages.ts'

export interface WorkerCallsOptions<Request extends AnyRequest, Notice> {
  /** The worker's own file, which calls `answerCalls`. */
  url: URL
  /** What the worker is started with, each time. */
  workerData: unknown
  /** Whose worker it is, as it stands in what is said of its death: `the transaction log`. */
  owner: string
  /** Told what the worker tells without being asked. Must not throw. */
  onNotice: (notice: Notice) => void
  /** What of a request changes hands instead of being copied. @default nothing */
  transferOf?: (request: Request) => ArrayBuffer[]
}

/**
 * Requests to a worker thread and their answers, in the order in which it was asked. The worker starts with the first
 * request, and again with the next one after it died; it keeps the process alive only as long as an answer is awaited.
 */
export class WorkerCalls<
  Request extends AnyRequest,
  Answers extends { readonly [Kind in Request['kind']]: unknown },
  Notice,
> {
  readonly #options: WorkerCallsOptions<Request, Notice>
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #lastCall = 0

  constructor(options: WorkerCallsOptions<Request, Notice>) {
    this.#options = options
  }

  /** Rejects with what the worker threw, with a `DiskFullError` if that was for want of room, or with what it died of. */
  ask<Kind extends Request['kind']>(request: Request & { readonly kind: Kind }): Promise<Answers[Kind]> {
    return this.#call(request, this.#options.transferOf?.(request)) as Promise<Answers[Kind]>
  }

  /** Ends the worker, when everything asked before has been answered. */
  async end(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined) return
    const exited = new Promise(resolve => worker.once('exit', resolve))
    try {
      await this.#call(endRequest)
    } finally {
      worker.ref()
      await exited
    }
  }

  #call(request: Call<Request>['request'], transfer: ArrayBuffer[] = []): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers()
    const call: Call<Request> = { call: ++this.#lastCall, request }
    this.#worker ??= this.#start()
    this.#worker.postMessage(call, transfer)
    this.#worker.ref()
    this.#waiting.set(call.call, { resolve, reject })
    return promise
  }

  #start(): Worker {
    const { owner, url, workerData } = this.#options
    // Flags of the process, such as those of a test runner or of `--eval`, are not meant for the worker.
    const worker = new Worker(url, { workerData, execArgv: [] })
    let diedOf: unknown
    worker.on('message', (message: WorkerMessage<unknown, Notice>) => this.#receive(worker, message))
    worker.on('error', error => {
      diedOf = error
    })
    worker.on('exit', code => {
      this.#worker = undefined
      const waiting = [...this.#waiting.values()]
      this.#waiting.clear()
      for (const { reject } of waiting) {
        reject(diedOf ?? new Error(`The worker of ${owner} ended with code ${code}.`))
      }
    })
    return worker
  }

  #receive(worker: Worker, message: WorkerMessage<unknown, Notice>): void {
    if (message.kind === 'notice') {
      this.#options.onNotice(message.notice)
      return
    }
    const waiting = this.#waiting.get(message.call)
    this.#waiting.delete(message.call)
    if (this.#waiting.size === 0) worker.unref()
    if (message.kind === 'answer') waiting?.resolve(message.answer)
    else waiting?.reject(message.isDiskFull ? new DiskFullError(message.error) : message.error)
  }
}

/** What the worker met on a full disk. An error loses its code on its way between threads. */
export class DiskFullError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}
