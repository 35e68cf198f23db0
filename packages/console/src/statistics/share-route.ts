import type { Series } from 'evenkeel/stats'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'
import { isForward, stretchOf, windowFields } from './window-query.ts'

/**
 * Adds the route that tells which class of exceptions cost which part of the success rate between two times, beside as
 * much time before: `GET /shares?from=…&to=…&by=operation`.
 */
export function addShareRoute(scope: FastifyInstance, series: Series): void {
  scope.get('/shares', async request => {
    const { by, limit, ...window } = parseOrRefuse(SharesQuery, request.query)
    return series.loss({
      window: stretchOf(window),
      ...(by !== undefined && { by }),
      ...(limit !== undefined && { sharesMax: limit }),
    })
  })
}

const limitRule = 'must be a whole number from 1 to 1000.'

const SharesQuery = z
  .strictObject({
    ...windowFields,
    by: z
      .enum(['operation', 'caller', 'release'], { error: 'must be operation, caller or release.' })
      .exactOptional(),
    limit: z.coerce
      .number({ error: limitRule })
      .int(limitRule)
      .min(1, limitRule)
      .max(1000, limitRule)
      .exactOptional(),
  })
  .refine(...isForward)
