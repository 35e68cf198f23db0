import type { FastifyReply } from 'fastify'
import { type Exception, toException } from '../exceptions/index.ts'
import { UnseenAnswerException } from '../http/exceptions.ts'
import type { HttpAnswer } from '../http/http-message.ts'
import type { End } from '../http/server-chain.ts'
import { Exchange } from '../node-http/exchange.ts'
import { frameworkException } from './framework-exception.ts'

/** An exchange that knows the framework's own view of it. */
export class FastifyExchange extends Exchange {
  /** Set once the request has reached the framework's own handling. */
  reply: FastifyReply | undefined
  /** What broke the answer's stream, where the framework said so. */
  brokenBy: unknown

  protected override exceptionOf(thrown: unknown): Exception {
    return frameworkException(thrown, this)
  }

  /** Answers through the framework, so that the application's hooks apply: the headers of CORS, compression. */
  protected override send({ status, headers, body }: HttpAnswer): boolean {
    if (this.reply === undefined || this.reply.sent) return false
    // A handler may have set a serializer for its own answer; this one is text already.
    this.reply.code(status).headers(headers).serializer(asItIs).send(body)
    return true
  }

  protected override written(): End {
    return this.reply === undefined ? new UnseenAnswerException(this.response.statusCode) : super.written()
  }

  /** A hijacked answer has no end of its own, so that closing it is the normal one. */
  protected override get isEndless(): boolean {
    const { reply, response } = this
    return (reply?.sent && response.headersSent && !response.writableEnded) || super.isEndless
  }

  protected override cut(): Exception {
    return this.brokenBy === undefined ? super.cut() : toException(this.brokenBy)
  }
}

function asItIs(payload: unknown): string {
  return String(payload)
}
