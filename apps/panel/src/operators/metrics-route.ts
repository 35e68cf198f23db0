import type { Operators } from '@evenkeel/console'
import { AuthenticationException, activeTx, DependencyException } from 'evenkeel'
import { type PrometheusPageOptions, prometheusPage } from 'evenkeel/prometheus'
import type { LatencyTotals } from 'evenkeel/stats'
import type { TxLog } from 'evenkeel/tx-log'
import type { FastifyInstance } from 'fastify'
import { bearerToken } from '../accounts/token.ts'

/** The metrics were asked for without an operator's token. */
export class MetricsTokenRequiredException extends AuthenticationException {
  constructor() {
    super(
      'The metrics are for operators: let Prometheus send an operator token as `Authorization: Bearer …`.',
    )
  }
}

export interface MetricsRouteOptions {
  stats: LatencyTotals
  log: TxLog
  release: string
  operators: Pick<Operators, 'withToken'>
}

/**
 * Adds `GET /metrics`, the page that Prometheus scrapes. It wants an operator's token, from the machine itself too: what
 * comes through a proxy on the same machine comes from there as well, and how much of what fails is nobody else's business.
 */
export function addMetricsRoute(
  app: FastifyInstance,
  { stats, log, release, operators }: MetricsRouteOptions,
): void {
  app.get('/metrics', async (request, reply) => {
    const token = bearerToken(request.headers.authorization)
    const operator = token === undefined ? undefined : await operators.withToken(token)
    if (operator === undefined) {
      reply.header('www-authenticate', 'Bearer')
      throw new MetricsTokenRequiredException()
    }
    const tx = activeTx()
    if (tx !== undefined) tx.principal ??= `operator:${operator.name}`
    const { accept } = request.headers
    const { contentType, body } = prometheusPage(stats, { accept, release, logs: await figuresOf(log) })
    return reply.header('content-type', contentType).header('cache-control', 'no-store').send(body)
  })
}

async function figuresOf(log: TxLog): Promise<NonNullable<PrometheusPageOptions['logs']>> {
  try {
    return [{ name: log.name, ...(await log.figures()) }]
  } catch (thrown) {
    // Just when the log can't be read, the other metrics are wanted most; that its own are absent says so.
    if (thrown instanceof DependencyException) return []
    throw thrown
  }
}
