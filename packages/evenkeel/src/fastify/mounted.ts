import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Exception } from '../exceptions/exception.ts'
import { InternalException } from '../exceptions/internal-exception.ts'
import type { Service } from '../filters/service.ts'
import { runInTx, type Transaction } from '../filters/transaction.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { HttpAnswer, HttpRequest } from '../http/http-message.ts'
import { type ConnectionError, connectionException } from './connection-exception.ts'
import { Exchange, exchangeOf } from './exchange.ts'
import { UnreadableRequest } from './unreadable-request.ts'

/** A request that knows how it is handled, and where its answer goes. */
interface Served extends HttpRequest {
  readonly tx: Transaction
  handle(): Promise<HttpAnswer>
  deliver(answer: HttpAnswer): void
}

export interface MountedOptions {
  /** The whole chain. It never rejects. */
  service: Service<HttpRequest, HttpAnswer>
  onProblem: (exception: Exception) => void
}

/** A chain in the place of an app's request listener: the ways by which requests come into it. */
export class Mounted {
  readonly #service: Service<HttpRequest, HttpAnswer>
  readonly #onProblem: (exception: Exception) => void

  constructor({ service, onProblem }: MountedOptions) {
    this.#service = service
    this.#onProblem = onProblem
  }

  /** Takes in a request that has not been seen before. */
  begin(
    raw: IncomingMessage,
    response: ServerResponse,
    dispatch: (exchange: Exchange) => void,
    id?: TxId,
  ): void {
    this.#serve(new Exchange(raw, response, { dispatch, onProblem: this.#onProblem, id }))
  }

  /** Takes in what the framework refused before it had looked for a route. */
  refuse(thrown: unknown, reply: FastifyReply): void {
    const fail = (exchange: Exchange): void => {
      exchange.reply = reply
      exchange.fail(thrown)
    }
    const exchange = exchangeOf(reply.request.raw)
    if (exchange === undefined) this.begin(reply.request.raw, reply.raw, fail)
    else fail(exchange)
  }

  /** Takes in what the parser could not read, be it a whole request or the rest of a known one. */
  breakOff(error: ConnectionError, socket: Socket): void {
    const exchange = exchangeOf(socket)
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
    } else if (exchange !== undefined && !exchange.response.writableEnded) {
      // What follows a whole request is nobody's: it is dropped with the connection, once that one is answered.
      if (!exchange.response.headersSent) exchange.response.setHeader('connection', 'close')
      if (!exchange.raw.complete) exchange.fail(connectionException(error, 'body'))
    } else if (socket.bytesRead === 0) {
      socket.destroy() // connected, and never said a word
    } else {
      this.#serve(new UnreadableRequest(socket, connectionException(error, 'head')))
    }
  }

  #serve(served: Served): void {
    runInTx(served.tx, async () => served.deliver(await this.#service(served)))
  }
}

/** The innermost service, which ends the printed chain. */
export const handleByFramework: Service<HttpRequest, HttpAnswer> = Object.defineProperty(
  async (request: HttpRequest) => {
    if (isServed(request)) return request.handle()
    throw new InternalException(
      'A filter handed on another request than it was given. The framework has only the one.',
    )
  },
  'name',
  { value: 'Fastify' },
)

function isServed(request: HttpRequest): request is Served {
  return 'handle' in request
}

const mounts = new WeakMap<FastifyInstance, Mounted>()

/** The chain that is mounted into an app, if one is. */
export function mountedInto(app: FastifyInstance): Mounted | undefined {
  return mounts.get(app)
}

export function setMounted(app: FastifyInstance, mounted: Mounted): void {
  mounts.set(app, mounted)
}
