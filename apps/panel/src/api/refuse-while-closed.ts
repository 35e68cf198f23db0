import type { FastifyInstance } from 'fastify'
import { requireOpen } from '../actions/require-open.ts'
import { callerOf } from './authenticate.ts'
import type { ApiContext } from './context.ts'
import { readingMethods } from './reading-methods.ts'

/**
 * Refuses whatever would change something while the project is suspended, or maintenance is under way, before anything else is
 * looked at. What gets past this is asked once more where it is written (`actions/require-open.ts`).
 *
 * Call it behind `acceptIdempotencyKeys`: a repeated request does nothing again, and is told what came of the first.
 */
export function refuseWhileClosed(
  app: FastifyInstance,
  { records, now }: Pick<ApiContext, 'records' | 'now'>,
): void {
  app.addHook('preHandler', async request => {
    if (readingMethods.has(request.method) || request.keyed?.earlier !== undefined) return
    await requireOpen(records.read, callerOf(request).projectId, now())
  })
}
