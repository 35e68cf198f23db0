import { AuthenticationException, activeTx } from 'evenkeel'
import { prometheusPage } from 'evenkeel/prometheus'
import type { LatencyTotals } from 'evenkeel/stats'
import type { FastifyInstance } from 'fastify'

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
  release: string
  isOperator(token: string): Promise<boolean>
}

/**
 * Adds `GET /metrics`, the page that Prometheus scrapes. It wants an operator's token, from the machine itself too: what
 * comes through a proxy on the same machine comes from there as well, and how much of what fails is nobody else's business.
 */
export function addMetricsRoute(
  app: FastifyInstance,
  { stats, release, isOperator }: MetricsRouteOptions,
): void {
  app.get('/metrics', async (request, reply) => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined || !(await isOperator(token))) {
      reply.header('www-authenticate', 'Bearer')
      throw new MetricsTokenRequiredException()
    }
    const tx = activeTx()
    if (tx !== undefined) tx.principal ??= 'operator'
    const { contentType, body } = prometheusPage(stats, { accept: request.headers.accept, release })
    return reply.header('content-type', contentType).header('cache-control', 'no-store').send(body)
  })
}
