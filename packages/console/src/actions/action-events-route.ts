import type { ActionsReader } from 'evenkeel/actions'
import { beginEventStream } from 'evenkeel/fastify'
import type { FastifyInstance } from 'fastify'
import { type ById, idOf } from '../records/incident-number.ts'
import { ActionFeed } from './action-feed.ts'
import { viewOrRefuse } from './view-or-refuse.ts'

/** Adds the event stream of one action: `GET /actions/:id/events`. It ends when the action is closed. */
export function addActionEventsRoute(scope: FastifyInstance, actions: ActionsReader): void {
  const feeds = new Set<ActionFeed>()
  let isClosing = false

  // An open stream would hold up the server's end: it is ended first, and so is one that was on its way.
  scope.addHook('preClose', async () => {
    isClosing = true
    for (const feed of feeds) feed.end()
  })

  // There is no HEAD: it would be a stream that nobody reads.
  scope.get<ById>('/actions/:id/events', { exposeHeadRoute: false }, async ({ params }, reply) => {
    const id = idOf(params.id)
    const onFailure = (error: unknown) =>
      scope.log.error({ err: error }, 'An action could not be followed; its clients come back.')
    const feed = new ActionFeed({ actions, id, onFailure })
    const firstView = await feed.firstView(() => viewOrRefuse(actions, id))
    const client = beginEventStream(reply)
    feeds.add(feed)
    client.once('close', () => feeds.delete(feed))
    feed.follow(client, firstView)
    if (isClosing) feed.end()
  })
}
