import type { FastifyReply, RouteHandlerMethod } from 'fastify'
import { exchangeOf } from '../node-http/exchange.ts'

/**
 * A handler whose exceptions are heard even after it has taken the answer into its own hands: the framework then
 * only logs them, and the client would wait for the rest until it gives up.
 */
export function watchedHandler(handler: RouteHandlerMethod): RouteHandlerMethod {
  return function (request, reply) {
    try {
      const result = handler.call(this, request, reply)
      if (isThenable(result)) result.then(undefined, thrown => hear(reply, thrown))
      return result
    } catch (thrown) {
      hear(reply, thrown)
      throw thrown
    }
  }
}

function hear(reply: FastifyReply, thrown: unknown): void {
  if (reply.sent) exchangeOf(reply.request.raw)?.fail(thrown)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
