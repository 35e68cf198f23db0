import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import { DependencyException, type Exception, isFailure, toException } from '../exceptions/index.ts'
import { parseTxId, type TxId } from '../filters/tx-id.ts'
import {
  ClientDisconnectedException,
  HandledTwiceException,
  ResponseInterruptedException,
  UnseenAnswerException,
} from '../http/exceptions.ts'
import type { HttpAnswer, HttpRequest } from '../http/http-message.ts'
import { txHeader } from '../http/identity-headers.ts'
import { frameworkException } from './framework-exception.ts'
import { RequestTransaction } from './request-transaction.ts'
import { sendAnswer, writeAnswer } from './write-answer.ts'

export interface ExchangeOptions {
  /** Gives the request to the framework. What it throws is the request's exception. */
  dispatch: (exchange: Exchange) => void
  /** Told of what goes wrong once nothing can change the outcome any more. */
  onProblem: (exception: Exception) => void
  /** @default a new one */
  id?: TxId | undefined
}

/**
 * One request and its response on their way through the chain. It is the request that the filters see, and it
 * brings together the many ways in which a framework ends one: the first end counts, and there is always one.
 */
export class Exchange implements HttpRequest {
  readonly tx: RequestTransaction
  readonly raw: IncomingMessage
  readonly response: ServerResponse
  /** Set once the request has reached the framework's own handling. */
  reply: FastifyReply | undefined
  /** What broke the answer's stream, where the framework said so. */
  brokenBy: unknown
  readonly #dispatch: (exchange: Exchange) => void
  readonly #onProblem: (exception: Exception) => void
  #isHandled = false
  #end: HttpAnswer | Exception | undefined
  #resolve: ((answer: HttpAnswer) => void) | undefined
  #reject: ((exception: Exception) => void) | undefined
  /** The chain's answer, once it is on its way through the framework. */
  #answer: HttpAnswer | undefined

  constructor(raw: IncomingMessage, response: ServerResponse, { dispatch, onProblem, id }: ExchangeOptions) {
    this.raw = raw
    this.response = response
    this.#dispatch = dispatch
    this.#onProblem = onProblem
    const parentId = raw.headers[txHeader]
    this.tx = new RequestTransaction({
      kind: 'request',
      operation: `${raw.method} (no route)`,
      ...(id !== undefined && { id }),
      parentId: typeof parentId === 'string' ? parseTxId(parentId) : undefined,
    })
    carry(raw, this)
    carry(raw.socket, this)
    response.setHeader(txHeader, this.tx.id)
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
    return this.#end === undefined && !this.response.writableEnded
  }

  /**
   * Hands the request to the framework. Settles when its answer has been written.
   *
   * @throws {Exception} what was thrown instead of an answer, or cut it off
   */
  handle(): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#isHandled) throw new HandledTwiceException(this.tx.operation)
      this.#isHandled = true
      this.#resolve = resolve
      this.#reject = reject
      // It may have ended while a filter waited: the client is gone, or sent what nobody can read.
      if (this.#end !== undefined) this.#settle(this.#end)
      else this.#hand()
    })
  }

  /** The framework met an exception: the request's own, or another one while that was being answered. */
  fail(thrown: unknown): void {
    if (this.#answer !== undefined) this.#failAnswering(thrown, this.#answer)
    else if (this.isOpen) this.#endWith(this.#inItsPlace(frameworkException(thrown, this)))
    else this.#failLate(frameworkException(thrown, this))
  }

  /** Writes what the chain answers, unless a handler has written its own. */
  deliver(answer: HttpAnswer): void {
    const { response, reply } = this
    if (response.writableEnded || response.destroyed) return
    // A filter may answer while the handler still works: then nobody waits for that any more.
    if (this.#isHandled && this.#end === undefined) this.tx.abort()
    if (response.headersSent || reply === undefined || reply.sent) {
      this.#write(answer)
      return
    }
    this.#answer = answer
    try {
      sendAnswer(reply, answer)
    } catch (bug) {
      this.#failAnswering(bug, answer)
    }
  }

  /** The response is closed, written or not. */
  close(): void {
    const { raw, response, reply } = this
    if (exchangeOf(raw.socket) === this) carry(raw.socket, undefined)
    if (isWritten(raw, response)) {
      const isSeen = reply !== undefined || !this.#isHandled
      this.#endWith(isSeen ? writtenAnswer(response) : new UnseenAnswerException(response.statusCode))
    } else if (reply?.sent && response.headersSent && !response.writableEnded) {
      // A hijacked answer has no end of its own, so that closing it is the normal one.
      this.#endWith(writtenAnswer(response))
    } else {
      const exception = isLeft(raw.socket)
        ? new ClientDisconnectedException()
        : this.#inItsPlace(toException(this.brokenBy ?? new Error('The connection was closed on this side.')))
      this.tx.abort(exception)
      this.#endWith(exception)
    }
  }

  #hand(): void {
    try {
      this.#dispatch(this)
    } catch (thrown) {
      this.fail(thrown)
    }
  }

  #endWith(end: HttpAnswer | Exception): void {
    if (this.#end !== undefined) return
    this.#end = end
    if (this.#isHandled) this.#settle(end)
  }

  #settle(end: HttpAnswer | Exception): void {
    if (end instanceof Error) this.#reject?.(end)
    else this.#resolve?.(end)
  }

  /**
   * An exception that comes when half the answer is out means something else: the client has read a status that
   * isn't true, whosever matter it was. Only a dependency that broke off stays what it is.
   */
  #inItsPlace(exception: Exception): Exception {
    if (!this.response.headersSent || exception instanceof DependencyException) return exception
    return new ResponseInterruptedException(this.tx.operation, { cause: exception })
  }

  #failAnswering(thrown: unknown, answer: HttpAnswer): void {
    this.#onProblem(toException(thrown))
    this.#write(answer)
  }

  #failLate(exception: Exception): void {
    const { aborted, reason } = this.tx.signal
    const isEcho = aborted && (exception === reason || exception.cause === reason)
    if (!isEcho && isFailure(exception.category)) this.#onProblem(exception)
  }

  #write(answer: HttpAnswer): void {
    try {
      writeAnswer(this.response, answer, this.tx.id)
    } catch (bug) {
      this.#onProblem(toException(bug))
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
  return { status: statusCode, headers: {}, body: undefined }
}

function isWritten(raw: IncomingMessage, response: ServerResponse): boolean {
  // An injected response has no connection that could be slower than it, and never says that it has flushed.
  return response.writableFinished || ('isLightMyRequest' in raw && response.writableEnded)
}

/** Whether it was the client who closed, and not we: an error of ours that cut the connection stands there as well. */
function isLeft(socket: Socket): boolean {
  const { errored } = socket
  return socket.readableEnded || (errored != null && 'code' in errored && lossCodes.has(errored.code))
}

const lossCodes = new Set<unknown>(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'])
