import { fixedOperators } from '@evenkeel/console'
import { type Exception, statusOf } from 'evenkeel'
import { memoryStats } from 'evenkeel/stats'
import { memoryTxLog, type TxLog, TxLogClosedException } from 'evenkeel/tx-log'
import Fastify from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import { addMetricsRoute } from './metrics-route.ts'

function server(log: TxLog = memoryTxLog()) {
  const stats = memoryStats()
  stats.record({
    kind: 'request',
    operation: 'GET /v1/servers',
    exception: undefined,
    category: undefined,
    status: 200,
    durationMs: 20,
  })
  const app = Fastify()
  app.setErrorHandler<Exception>((error, _request, reply) =>
    reply.code(statusOf(error)).send({ exception: error.name }),
  )
  addMetricsRoute(app, {
    stats,
    log,
    release: '1.2.3',
    operators: fixedOperators({ prometheus: 'operator-token' }),
  })
  return app
}

describe('GET /metrics', () => {
  it.each([{}, { authorization: 'Bearer guess' }, { authorization: 'Basic b3BlcmF0b3ItdG9rZW4=' }])(
    'refuses %j: it is for operators only',
    async headers => {
      const answer = await server().inject({ url: '/metrics', headers })

      expect(answer.statusCode).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer')
      expect(answer.json()).toEqual({ exception: 'MetricsTokenRequiredException' })
    },
  )

  it('tells an operator what was counted, and what runs', async () => {
    const headers = { authorization: 'Bearer operator-token' }
    const answer = await server().inject({ url: '/metrics', headers })

    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(answer.body).toMatch(/^http_server_request_duration_seconds_count\{.*} 1$/m)
    expect(answer.body).toContain('evenkeel_build{release="1.2.3"} 1')
    expect(answer.body).toContain('evenkeel_tx_log_shed_rows_total{log="transactions"} 0')
  })

  it('tells everything else while the log can not be read', async () => {
    const log = memoryTxLog()
    vi.spyOn(log, 'figures').mockRejectedValue(new TxLogClosedException())

    const headers = { authorization: 'Bearer operator-token' }
    const answer = await server(log).inject({ url: '/metrics', headers })

    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('evenkeel_build{release="1.2.3"} 1')
    expect(answer.body).not.toContain('evenkeel_tx_log')
  })
})
