import type { Series } from 'evenkeel/stats'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type LiveSecond, overAllOperations } from '../live/live-reading.ts'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'
import { readSums } from './read-sums.ts'
import { isForward, stretchOf, windowFields } from './window-query.ts'

/** What was counted in a window that is longer ago, or longer, than what the live page is told. */
export interface OutcomesOverTime {
  readonly bucketSeconds: number
  /** Each under the second that it begins with, the oldest first; those without an outcome are left out. */
  readonly buckets: readonly LiveSecond[]
}

/** Adds the route that the graph of the past is drawn from: `GET /outcomes?from=…&to=…&width=…`. */
export function addOutcomeRoute(scope: FastifyInstance, series: Series): void {
  scope.get('/outcomes', async (request): Promise<OutcomesOverTime> => {
    const { width, ...window } = parseOrRefuse(OutcomesQuery, request.query)
    const sums = await readSums(series, stretchOf(window), width)
    const byBucket = Map.groupBy(sums, ({ second }) => second - (second % width))
    const buckets = [...byBucket].map(([second, parts]) =>
      overAllOperations({ second, outcomes: parts.flatMap(({ outcomes }) => outcomes) }),
    )
    return { bucketSeconds: width, buckets }
  })
}

const bucketsMax = 1500
const widthRule = 'must be a length of time in whole seconds, from 1 to 86400.'

const OutcomesQuery = z
  .strictObject({
    ...windowFields,
    width: z.coerce.number({ error: widthRule }).int(widthRule).min(1, widthRule).max(86_400, widthRule),
  })
  .refine(...isForward)
  .refine(({ from, to, width }) => !(to - from > bucketsMax * width), {
    path: ['width'],
    error: `must be longer for so long a window: ${bucketsMax} buckets are told at most.`,
  })
