import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import {
  type FastifyError,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { newTxId } from '../filters/tx-id.ts'
import type { ConnectionError } from '../node-http/connection-exception.ts'
import { exchangeOf } from '../node-http/exchange.ts'
import { FastifyExchange } from './fastify-exchange.ts'
import { mountedInto } from './mounted-apps.ts'

/** The options of Fastify that let it hand on what it would answer by itself. */
export type EvenkeelFastifyOptions = Required<
  Pick<
    FastifyHttpOptions<Server>,
    | 'frameworkErrors'
    | 'clientErrorHandler'
    | 'requestTimeout'
    | 'return503OnClosing'
    | 'genReqId'
    | 'logController'
    | 'http'
  >
>

/**
 * What a Fastify app must be created with so that `mountEvenkeel` sees every request.
 *
 * @example
 * const app = Fastify({ ...evenkeelFastifyOptions(), bodyLimit: 65_536 })
 * mountEvenkeel(app, { service: 'panel', stats, log })
 */
export function evenkeelFastifyOptions(): EvenkeelFastifyOptions {
  return {
    frameworkErrors: refuse,
    clientErrorHandler: breakOff,
    // How long a client may take to send a request, in milliseconds. Fastify would wait for ever.
    requestTimeout: 60_000,
    // What arrives on an open connection while the server stops is served, and the connection closed with the answer.
    return503OnClosing: false,
    // A line of the framework's log and a row of the transaction log are found by the same id.
    genReqId: requestId,
    logController: new StreamWatch(),
    // Node would answer by itself, unseen; `mountEvenkeel` refuses such a request.
    http: { requireHostHeader: false },
  }
}

function refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const mounted = mountedInto(request.server)
  const fail = (entered: FastifyExchange): void => {
    entered.reply = reply
    entered.fail(error)
  }
  const exchange = exchangeOf(request.raw)
  if (mounted === undefined) reply.send(error)
  else if (exchange === undefined) mounted.begin(request.raw, reply.raw, fail)
  else fail(exchange as FastifyExchange)
}

function breakOff(this: unknown, error: ConnectionError, socket: Socket): void {
  const mounted = mountedInto(this as FastifyInstance)
  if (mounted === undefined) socket.destroy()
  else mounted.breakOff(error, socket)
}

function requestId(raw: IncomingMessage): string {
  return exchangeOf(raw)?.tx.id ?? newTxId()
}

/** The framework tells nobody but its log what broke a stream; that is the cause which the exception needs. */
class StreamWatch extends LogController {
  override streamError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    const exchange = exchangeOf(request.raw)
    if (exchange instanceof FastifyExchange) exchange.brokenBy ??= error
    super.streamError(error, request, reply)
  }
}
