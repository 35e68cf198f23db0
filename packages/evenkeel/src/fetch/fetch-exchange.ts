import { DependencyException, type Exception, isFailure, toException } from '../exceptions/index.ts'
import { isConnectionLoss } from '../http/code-of.ts'
import { isEcho } from '../http/echo.ts'
import {
  ClientDisconnectedException,
  HandledTwiceException,
  ResponseInterruptedException,
  ResponseNotSerializableException,
} from '../http/exceptions.ts'
import type { HttpAnswer } from '../http/http-message.ts'
import { txHeader } from '../http/identity-headers.ts'
import { RequestTransaction } from '../http/request-transaction.ts'
import type { End, Served, ServerChain } from '../http/server-chain.ts'
import { type BodyEnd, WatchedBody } from './watched-body.ts'

type OnEnd = Parameters<Served['start']>[0]

/**
 * One request of the fetch API on its way through the chain. Its response is given away before its body is read, and
 * the transaction goes on until the body has come to an end: the first end counts, and there is always one.
 */
export class FetchExchange implements Served {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly tx: RequestTransaction
  startedAtMs = 0
  /** What the caller gets: the handler's response or the chain's answer, whichever comes first. */
  readonly response: Promise<Response>
  readonly #request: Request
  readonly #chain: ServerChain
  readonly #handler: (exchange: FetchExchange) => Promise<Response>
  readonly #respond: (response: Response) => void
  /** Set once it has been handed to the handler. */
  #onEnd: OnEnd | undefined
  #isResponded = false
  #isEnded = false
  #body: WatchedBody | undefined

  constructor(request: Request, chain: ServerChain, handler: (exchange: FetchExchange) => Promise<Response>) {
    const { pathname, search } = new URL(request.url)
    this.method = request.method
    this.url = `${pathname}${search}`
    this.headers = Object.fromEntries(request.headers)
    this.tx = new RequestTransaction(this.method, this.headers)
    this.#request = request
    this.#chain = chain
    this.#handler = handler
    const { promise, resolve } = Promise.withResolvers<Response>()
    this.response = promise
    this.#respond = resolve
  }

  start(onEnd: OnEnd): void {
    if (this.#onEnd !== undefined) throw new HandledTwiceException(this.tx.operation)
    this.#onEnd = onEnd
    const { signal } = this.#request
    if (signal.aborted) this.#leave()
    else signal.addEventListener('abort', () => this.#leave(), { once: true })
    if (!this.#isEnded) this.#run()
  }

  /** Gives the chain's answer away, or breaks off the body of the handler's. */
  deliver({ status, headers, body = '' }: HttpAnswer): void {
    // A filter may answer while the handler still works: then nobody waits for that any more.
    const isUnfinished = this.#onEnd !== undefined && !this.#isEnded
    if (isUnfinished) {
      this.#isEnded = true
      this.tx.abort()
    }
    if (this.#isResponded) {
      if (isUnfinished) this.#body?.breakOff(new ResponseInterruptedException(this.tx.operation))
      return
    }
    this.#give(
      new Response(mayHaveBody(status) ? body : null, {
        status,
        headers: { [txHeader]: this.tx.id, ...headers },
      }),
    )
  }

  async #run(): Promise<void> {
    try {
      const response: unknown = await this.#handler(this)
      if (!(response instanceof Response)) {
        throw new ResponseNotSerializableException(this.tx.operation, {
          cause: new TypeError('A handler of the fetch API answers with a Response.'),
        })
      }
      if (this.#isEnded) await response.body?.cancel()
      else this.#pass(response)
    } catch (thrown) {
      if (this.#isEnded) this.#failLate(thrown)
      else this.#end(toException(thrown))
    }
  }

  #pass(response: Response): void {
    const { status, statusText, body } = response
    const answer: HttpAnswer = { status, headers: {}, body: undefined }
    const headers = new Headers(response.headers)
    headers.set(txHeader, this.tx.id)
    if (body === null || this.method === 'HEAD') {
      this.#give(new Response(null, { status, statusText, headers }))
      this.#end(answer)
      // Nobody will read it; a failure to stop it changes nothing about the answer.
      body?.cancel().catch(bug => this.#chain.onProblem(toException(bug)))
      return
    }
    const isEndless = /^text\/event-stream\b/i.test(headers.get('content-type') ?? '')
    this.#body = new WatchedBody(body, end => this.#endBody(end, answer, isEndless))
    this.#give(new Response(this.#body.stream, { status, statusText, headers }))
  }

  #endBody(end: BodyEnd, answer: HttpAnswer, isEndless: boolean): void {
    if (end.kind === 'read') this.#end(answer)
    else if (end.kind === 'broken') this.#end(inItsPlace(toException(end.thrown), this.tx.operation))
    else if (isEndless) {
      this.tx.abort()
      this.#end(answer)
    } else this.#leave()
  }

  /** The client has gone, or does not want the rest. */
  #leave(): void {
    if (this.#isEnded) return
    const exception = new ClientDisconnectedException()
    this.tx.abort(exception)
    this.#end(exception)
  }

  #end(end: End): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#onEnd?.(this, end)
  }

  #failLate(thrown: unknown): void {
    const { aborted, reason } = this.#request.signal
    const exception = toException(thrown)
    if (aborted && (thrown === reason || isConnectionLoss(thrown))) return
    if (isFailure(exception.category) && !isEcho(exception, this.tx.signal)) this.#chain.onProblem(exception)
  }

  #give(response: Response): void {
    this.#isResponded = true
    this.#respond(response)
  }
}

/** Half an answer is out: the client has read a status that isn't true. Only a dependency that broke off stays what it is. */
function inItsPlace(exception: Exception, operation: string): Exception {
  if (exception instanceof DependencyException) return exception
  return new ResponseInterruptedException(operation, { cause: exception })
}

/** The statuses that have none, so that a `Response` refuses one. */
function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 205 && status !== 304
}
