import type { Series } from 'evenkeel/stats'
import type { FastifyInstance } from 'fastify'
import { addStepOutcomesRoute } from '../actions/step-outcomes-route.ts'
import { NoPastStatisticsException } from './exceptions.ts'
import { addFailOpenRoute } from './fail-open-route.ts'
import { addOutcomeRoute } from './outcome-route.ts'
import { addShareRoute } from './share-route.ts'

/** Adds the routes that look back: what was counted, what it cost, what failed open, and how steps ended. */
export function addStatisticsRoutes(
  scope: FastifyInstance,
  { series, now }: { series: Series | undefined; now: () => number },
): void {
  if (series === undefined) {
    for (const path of ['/shares', '/outcomes', '/fail-open-uses', '/step-outcomes']) scope.get(path, refuse)
    return
  }
  addShareRoute(scope, series)
  addOutcomeRoute(scope, series)
  addFailOpenRoute(scope, { series, now })
  addStepOutcomesRoute(scope, { series, now })
}

async function refuse(): Promise<never> {
  throw new NoPastStatisticsException()
}
