import { beginEventStream } from 'evenkeel/fastify'
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
    feed.join(beginEventStream(reply), snapshot)
  })
}
