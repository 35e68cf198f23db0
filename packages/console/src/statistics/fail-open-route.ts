import { type FailOpenUse, failOpenUses, type Series, successRate } from 'evenkeel/stats'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'
import { readSums, sumSecondsFor } from './read-sums.ts'
import { isForward, stretchOf, windowFields } from './window-query.ts'

/** The calls that may fail open, over some time. */
export interface FailOpenOverTime {
  /** As it was, from 0 to 1; undefined if nothing counts. */
  readonly successRate: number | undefined
  readonly uses: readonly FailOpenUse[]
}

export interface FailOpenRouteOptions {
  series: Series
  /** The clock, in milliseconds since 1970. */
  now: () => number
}

/**
 * Adds the route that tells how often each call failed open between two times, and what the success rate would have
 * been had it failed closed: `GET /fail-open-uses?from=…&to=…`.
 */
export function addFailOpenRoute(scope: FastifyInstance, { series, now }: FailOpenRouteOptions): void {
  scope.get('/fail-open-uses', async (request): Promise<FailOpenOverTime> => {
    const { from, to } = parseOrRefuse(WindowQuery, request.query)
    const sums = await readSums(series, stretchOf({ from, to }), sumSecondsFor(from, to, now() / 1000))
    const counts = sums.flatMap(({ outcomes }) => outcomes)
    return { successRate: successRate(counts), uses: failOpenUses(counts) }
  })
}

const WindowQuery = z.strictObject(windowFields).refine(...isForward)
