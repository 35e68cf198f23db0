import { beginEventStream } from 'evenkeel/fastify'
import type { FastifyInstance } from 'fastify'
import { ActionStreams, TooManyStreamsException } from './action-stream.ts'
import { callerOf, isStillCaller } from './authenticate.ts'
import type { ApiContext } from './context.ts'
import { hrefsFor } from './href.ts'
import { operation } from './openapi/operation.ts'

/** `/actions/stream`: what happens in the project's actions, as it happens. */
export function actionStreamRoute(
  app: FastifyInstance,
  { settings, records, actions, now }: Pick<ApiContext, 'settings' | 'records' | 'actions' | 'now'>,
): void {
  const streams = new ActionStreams({
    actions,
    read: records.read,
    now,
    onFailure: error =>
      app.log.error({ err: error }, 'What happens in actions could not be told; clients come back.'),
  })

  // An open stream would hold up the server's end: it is ended first.
  app.addHook('preClose', async () => streams.close())

  // There is no HEAD: it would be a stream that nobody reads.
  const documented = operation({
    does: 'Follow actions',
    remarks: 'What happens in the actions of the project, as it happens: server-sent events.',
    answer: { status: 200, mediaType: 'text/event-stream' },
    throws: [TooManyStreamsException],
    isOurs: true,
  })

  app.get('/actions/stream', { ...documented, exposeHeadRoute: false }, async (request, reply) => {
    const begin = await streams.follow({
      projectId: callerOf(request).projectId,
      href: hrefsFor(request, settings),
      lastToldMs: lastEventId(request.headers['last-event-id']),
      isWelcome: () => isStillCaller(request, records),
    })
    begin(beginEventStream(reply))
  })
}

/** What isn't one of ours is no reason to refuse anybody: they are told what is under way, as at the first time. */
function lastEventId(header: string | readonly string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}
