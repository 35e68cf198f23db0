import type { Series } from 'evenkeel/stats'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'

/**
 * Adds the route that tells which class of exceptions cost which part of the success rate between two times, beside as
 * much time before: `GET /shares?from=…&to=…&by=operation`.
 */
export function addShareRoute(scope: FastifyInstance, series: Series): void {
  scope.get('/shares', async request => {
    const { from, to, by, limit } = parseOrRefuse(SharesQuery, request.query)
    return series.loss({
      window: { fromSecond: from, toSecond: to },
      ...(by !== undefined && { by }),
      ...(limit !== undefined && { sharesMax: limit }),
    })
  })
}

const timeRule = 'must be a time in whole seconds since 1970.'
const limitRule = 'must be a whole number from 1 to 1000.'

const second = z
  .string({ error: timeRule })
  .regex(/^\d{1,12}$/, timeRule)
  .transform(Number)

const SharesQuery = z
  .strictObject({
    from: second,
    to: second,
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
  .refine(({ from, to }) => !(from >= to), { path: ['to'], error: 'must be later than from.' })
