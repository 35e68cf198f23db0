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
      return isThenable(result) ? watched(result, reply) : result
    } catch (thrown) {
      hear(reply, thrown)
      throw thrown
    }
  }
}

/** Its only reader is the framework, which asks once: to listen beside it would take a second promise for each request. */
function watched(result: PromiseLike<unknown>, reply: FastifyReply): PromiseLike<unknown> {
  const then: PromiseLike<unknown>['then'] = (onAnswer, onThrown) =>
    result.then(onAnswer, thrown => {
      hear(reply, thrown)
      if (onThrown) return onThrown(thrown)
      throw thrown
    })
  return { then }
}

function hear(reply: FastifyReply, thrown: unknown): void {
  if (reply.sent) exchangeOf(reply.request.raw)?.fail(thrown)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
