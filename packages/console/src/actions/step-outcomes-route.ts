import type { Series } from 'evenkeel/stats'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'
import { readSums, sumSecondsFor } from '../statistics/read-sums.ts'
import { isForward, stretchOf, windowFields } from '../statistics/window-query.ts'
import { type StepOutcomes, stepOutcomes } from './step-outcomes.ts'

/** How steps and undos ended, over some time. */
export interface StepOutcomesOverTime {
  readonly steps: readonly StepOutcomes[]
}

export interface StepOutcomesRouteOptions {
  series: Series
  /** The clock, in milliseconds since 1970. */
  now: () => number
}

/**
 * Adds the route that tells how often each step and undo ran between two times, and which classes it ended with:
 * `GET /step-outcomes?from=…&to=…`.
 */
export function addStepOutcomesRoute(
  scope: FastifyInstance,
  { series, now }: StepOutcomesRouteOptions,
): void {
  scope.get('/step-outcomes', async (request): Promise<StepOutcomesOverTime> => {
    const { from, to } = parseOrRefuse(WindowQuery, request.query)
    const sums = await readSums(series, stretchOf({ from, to }), sumSecondsFor(from, to, now() / 1000))
    return { steps: stepOutcomes(sums.flatMap(({ outcomes }) => outcomes)) }
  })
}

const WindowQuery = z.strictObject(windowFields).refine(...isForward)
