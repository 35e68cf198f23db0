import type { FastifyInstance } from 'fastify'

// Clients compare the first three to the letter.
const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'Content-Type, Authorization',
  'access-control-allow-methods': 'GET, POST, OPTIONS, PUT, PATCH, DELETE',
  'access-control-expose-headers': 'Evenkeel-Exception, Evenkeel-Category, Evenkeel-Tx, Evenkeel-Action',
}

/**
 * Lets web pages from anywhere use the API: tokens travel in a header that browsers add to nothing by
 * themselves. Every answer below `path` has the headers, also where no route matches.
 *
 * Some requests are refused before any hook runs: `mountEvenkeel` is given `crossOriginHeaders` for those.
 */
export function allowCrossOrigin(app: FastifyInstance, path: string): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(crossOriginHeaders(request, path))
  })
  for (const url of [path, `${path}/*`]) {
    app.options(url, async (_, reply) => reply.code(204).send())
  }
}

/** The headers that allow it, for what is below `path`. */
export function crossOriginHeaders({ url }: { readonly url: string }, path: string): Record<string, string> {
  const [requested] = url.split('?', 1)
  return requested === path || requested?.startsWith(`${path}/`) ? corsHeaders : {}
}
