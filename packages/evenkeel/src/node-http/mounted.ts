import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TxId } from '../filters/tx-id.ts'
import type { ServerChain } from '../http/server-chain.ts'
import { type ConnectionError, connectionException } from './connection-exception.ts'
import { type Dispatch, type Exchange, exchangeOf } from './exchange.ts'
import { UnreadableRequest } from './unreadable-request.ts'

type ExchangeClass<E extends Exchange> = new (
  raw: IncomingMessage,
  response: ServerResponse,
  chain: ServerChain,
  dispatch: Dispatch<E>,
  id?: TxId,
) => E

/** A chain in the place of a server's request listener: the ways by which requests come into it. */
export class Mounted<E extends Exchange = Exchange> {
  readonly #chain: ServerChain
  readonly #Exchange: ExchangeClass<E>

  constructor(chain: ServerChain, exchangeClass: ExchangeClass<E>) {
    this.#chain = chain
    this.#Exchange = exchangeClass
  }

  /** Takes in a request that has not been seen before. */
  begin(raw: IncomingMessage, response: ServerResponse, dispatch: Dispatch<E>, id?: TxId): void {
    this.#chain.serve(new this.#Exchange(raw, response, this.#chain, dispatch, id))
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
      this.#chain.serve(new UnreadableRequest(socket, connectionException(error, 'head')))
    }
  }
}
