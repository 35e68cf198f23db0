import type { FastifyInstance } from 'fastify'
import { LiveFeed } from './live-feed.ts'
import type { LiveSources } from './live-reading.ts'

/** Adds the event stream that keeps the live page up to date: a `snapshot`, then an `update` every second. */
export function addLiveRoute(scope: FastifyInstance, sources: LiveSources): void {
  const feed = new LiveFeed({
    ...sources,
    onFailure: error =>
      scope.log.error({ err: error }, 'The live page could not be updated; its clients reconnect.'),
  })

  // An open stream would hold up the server's end: it is ended first.
  scope.addHook('preClose', async () => feed.close())

  // There is no HEAD: it would be a stream that nobody reads.
  scope.get('/live', { exposeHeadRoute: false }, async (_request, reply) => {
    const snapshot = await feed.snapshot()
    reply.hijack()
    // What earlier hooks have set, such as the transaction's id, would be lost with the hijack.
    for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '')
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // The connection is of no use after the stream, and kept alive it would delay the server's end.
      connection: 'close',
      // Proxies that buffer would turn a live page into one that jumps.
      'x-accel-buffering': 'no',
    })
    feed.join(reply.raw, snapshot)
  })
}
