import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { DependencyException, type Exception, isFailure, toException } from '../exceptions/index.ts'
import type { TxId } from '../filters/tx-id.ts'
import { codeOf, isConnectionLoss } from '../http/code-of.ts'
import { isEcho } from '../http/echo.ts'
import {
  ClientDisconnectedException,
  HandledTwiceException,
  ResponseInterruptedException,
} from '../http/exceptions.ts'
import type { HttpAnswer } from '../http/http-message.ts'
import { RequestTransaction } from '../http/request-transaction.ts'
import type { End, Served, ServerChain } from '../http/server-chain.ts'
import { announceTx } from './announce-tx.ts'
import { writeAnswer } from './write-answer.ts'

type OnEnd = Parameters<Served['start']>[0]

/** Gives a request to the framework. What it throws is the request's exception. */
export type Dispatch<E extends Exchange = Exchange> = (exchange: E) => void

/**
 * One request and its response on their way through the chain. It is the request that the filters see, and it
 * brings together the many ways in which a framework ends one: the first end counts, and there is always one.
 */
export class Exchange implements Served {
  readonly tx: RequestTransaction
  startedAtMs = 0
  readonly raw: IncomingMessage
  readonly response: ServerResponse
  readonly #chain: ServerChain
  readonly #dispatch: Dispatch
  /** Set once it has been handed to the framework. */
  #onEnd: OnEnd | undefined
  #end: End | undefined
  /** The chain's answer, once it is on its way through the framework. */
  #answer: HttpAnswer | undefined

  /** @param id of the transaction @default a new one */
  constructor(
    raw: IncomingMessage,
    response: ServerResponse,
    chain: ServerChain,
    dispatch: Dispatch<never>,
    id?: TxId,
  ) {
    this.raw = raw
    this.response = response
    this.#chain = chain
    this.#dispatch = dispatch as Dispatch // the class that it wants is this one's: `Mounted` sees to it
    this.tx = new RequestTransaction(raw.method ?? '', raw.headers, id)
    carry(raw, this)
    carry(raw.socket, this)
    announceTx(response, this.tx.id)
    response.on('close', onClose)
  }

  get method(): string {
    return this.raw.method ?? ''
  }

  get url(): string {
    return this.raw.url ?? ''
  }

  get headers(): IncomingHttpHeaders {
    return this.raw.headers
  }

  /** Whether nothing has decided yet how it ends. */
  get isOpen(): boolean {
    return this.#end === undefined && this.#answer === undefined && !this.response.writableEnded
  }

  start(onEnd: OnEnd): void {
    if (this.#onEnd !== undefined) throw new HandledTwiceException(this.tx.operation)
    this.#onEnd = onEnd
    // It may have ended while a filter waited: the client is gone, or sent what nobody can read.
    if (this.#end !== undefined) onEnd(this, this.#end)
    else this.#hand()
  }

  /** The framework met an exception: the request's own, or another one while that was being answered. */
  fail(thrown: unknown): void {
    if (this.isOpen) this.#endWith(this.#inItsPlace(this.#toException(thrown)))
    else if (this.#isAnswering) this.#failAnswering(thrown)
    else this.#failLate(thrown)
  }

  /** Writes what the chain answers, unless a handler has written its own. */
  deliver(answer: HttpAnswer): void {
    const { response } = this
    if (response.writableEnded || response.destroyed) return
    // A filter may answer while the handler still works: then nobody waits for that any more.
    if (this.#onEnd !== undefined && this.#end === undefined) this.tx.abort()
    if (response.headersSent) {
      this.#write(answer)
      return
    }
    this.#answer = answer
    try {
      if (!this.send(answer)) this.#write(answer)
    } catch (bug) {
      this.#failAnswering(bug)
    }
  }

  /** The response is closed, written or not. */
  close(): void {
    const { raw, response } = this
    if (exchangeOf(raw.socket) === this) carry(raw.socket, undefined)
    if (isWritten(raw, response)) {
      this.#endWith(this.#onEnd !== undefined ? this.written() : writtenAnswer(response))
    } else if (this.isEndless) {
      this.tx.abort()
      this.#endWith(writtenAnswer(response))
    } else {
      const exception = isLeft(raw.socket) ? new ClientDisconnectedException() : this.#inItsPlace(this.cut())
      this.tx.abort(exception)
      this.#endWith(exception)
    }
  }

  /** What a thrown value is as an exception. */
  protected exceptionOf(thrown: unknown): Exception {
    return this.raw.destroyed && isConnectionLoss(thrown)
      ? new ClientDisconnectedException({ cause: thrown })
      : toException(thrown)
  }

  /** Writes an answer of the chain by means of the framework, and says whether it could. */
  protected send(_answer: HttpAnswer): boolean {
    return false
  }

  /** How it ended, now that a response has been written. */
  protected written(): End {
    return writtenAnswer(this.response)
  }

  /** Whether closing it is the normal end of what is being written: an event stream has none of its own. */
  protected get isEndless(): boolean {
    const { response } = this
    return response.headersSent && /^text\/event-stream\b/i.test(String(response.getHeader('content-type')))
  }

  /** Why the connection was closed on this side. */
  protected cut(): Exception {
    return toException(this.response.errored ?? new Error('The connection was closed on this side.'))
  }

  #hand(): void {
    try {
      this.#dispatch(this)
    } catch (thrown) {
      this.fail(thrown)
    }
  }

  /** Whether the chain's answer is on its way through the framework, and not out yet. */
  get #isAnswering(): boolean {
    return this.#answer !== undefined && !this.response.writableEnded && !this.response.destroyed
  }

  #toException(thrown: unknown): Exception {
    try {
      return this.exceptionOf(thrown)
    } catch {
      return toException(thrown) // it can't even be looked at
    }
  }

  #endWith(end: End): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#onEnd?.(this, end)
  }

  /**
   * An exception that comes when half the answer is out means something else: the client has read a status that
   * isn't true, whosever matter it was. Only a dependency that broke off stays what it is.
   */
  #inItsPlace(exception: Exception): Exception {
    if (!this.response.headersSent || exception instanceof DependencyException) return exception
    return new ResponseInterruptedException(this.tx.operation, { cause: exception })
  }

  #failAnswering(thrown: unknown): void {
    this.#chain.onProblem(toException(thrown))
    if (this.#answer !== undefined) this.#write(this.#answer)
  }

  #failLate(thrown: unknown): void {
    const { errored, destroyed } = this.response
    const isOwnEcho = thrown === errored || (destroyed && codeOf(thrown) === 'ERR_STREAM_PREMATURE_CLOSE')
    const exception = this.#toException(thrown)
    if (isOwnEcho || isEcho(exception, this.tx.signal) || !isFailure(exception.category)) return
    this.#chain.onProblem(exception)
  }

  #write(answer: HttpAnswer): void {
    try {
      writeAnswer(this.response, answer)
    } catch (bug) {
      this.#chain.onProblem(toException(bug))
      this.response.destroy()
    }
  }
}

const slot = Symbol('exchange')

interface Carrier {
  [slot]?: Exchange | undefined
}

/** The exchange that a request belongs to, or the latest one on a connection. */
export function exchangeOf(carrier: IncomingMessage | Socket): Exchange | undefined {
  return (carrier as Carrier)[slot]
}

function carry(carrier: IncomingMessage | Socket, exchange: Exchange | undefined): void {
  // A property costs a request less than an entry in a WeakMap.
  const slotted = carrier as Carrier
  slotted[slot] = exchange
}

/** One function for all responses, which finds its exchange by itself: no closure is made for a request. */
function onClose(this: ServerResponse): void {
  exchangeOf(this.req)?.close()
}

function writtenAnswer({ statusCode }: ServerResponse): HttpAnswer {
  return { status: statusCode, headers: none, body: undefined }
}

/** What a handler has written itself: all such answers share it. */
const none: HttpAnswer['headers'] = Object.freeze({})

function isWritten(raw: IncomingMessage, response: ServerResponse): boolean {
  // An injected response has no connection that could be slower than it, and never says that it has flushed.
  return response.writableFinished || ('isLightMyRequest' in raw && response.writableEnded)
}

/** Whether it was the client who closed, and not we: an error of ours that cut the connection stands there as well. */
function isLeft(socket: Socket): boolean {
  return socket.readableEnded || isConnectionLoss(socket.errored)
}
