import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Exception } from '../exceptions/exception.ts'
import { Transaction } from '../filters/transaction.ts'
import type { HttpAnswer } from '../http/http-message.ts'
import type { Served } from '../http/server-chain.ts'

/** Bytes on a connection that never became a request. They pass the same chain: nothing is answered outside it. */
export class UnreadableRequest implements Served {
  readonly method = ''
  readonly url = ''
  readonly headers = {}
  readonly tx = new Transaction({ kind: 'request', operation: '(unreadable)' })
  startedAtMs = 0
  readonly #socket: Socket
  readonly #exception: Exception

  constructor(socket: Socket, exception: Exception) {
    this.#socket = socket
    this.#exception = exception
  }

  start(onEnd: Parameters<Served['start']>[0]): void {
    onEnd(this, this.#exception)
  }

  deliver({ status, headers, body = '' }: HttpAnswer): void {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      ...lines,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ]
    this.#socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
}
