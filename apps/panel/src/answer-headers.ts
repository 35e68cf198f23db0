import type { FastifyInstance } from 'fastify'

/**
 * Headers of every answer, to customers and operators: nothing of it is kept by caches, taken for what it is not, shown
 * within foreign pages, or told by links. Pages need nothing but styles of their own; the console says itself what it loads.
 */
export const carefulHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Gives every answer those headers, unless its route sets one of them itself. Refusals before any hook need them from elsewhere. */
export function answerCarefully(app: FastifyInstance): void {
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(carefulHeaders)
  })
}
