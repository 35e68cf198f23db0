import { randomUUID } from 'node:crypto'
import type { Service } from 'evenkeel'
import type { HttpAnswer, HttpRequest } from 'evenkeel/http'
import { pino } from 'pino'
import { Counter, Histogram, Registry } from 'prom-client'
import type { Contender } from './contender.ts'

/** What services throw that have no classes: an error that carries its status. */
class StatusError extends Error {
  readonly statusCode: number

  constructor(message: string, statusCode: number) {
    super(message)
    this.statusCode = statusCode
  }
}

const answerThing: Service<HttpRequest, HttpAnswer> = async ({ url }) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: `{"url":"${url}"}`,
})

const missThing: Service<HttpRequest, HttpAnswer> = async ({ url }) => {
  throw new StatusError(`There is no thing ${url}.`, 404)
}

/**
 * The same by hand: an id, try and catch, a counter and a histogram of prom-client, and one line of pino, written
 * to /dev/null as it stands in the manuals of both.
 */
export function byHand(): Contender {
  const register = new Registry()
  const registers = [register]
  const labelNames = ['operation', 'status'] as const
  const requests = new Counter({ name: 'http_requests_total', help: 'Requests.', labelNames, registers })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Their durations.',
    labelNames,
    registers,
  })
  const logger = pino(pino.destination('/dev/null'))

  const wrapped = (operation: string, service: Service<HttpRequest, HttpAnswer>) => {
    return async (request: HttpRequest): Promise<HttpAnswer> => {
      const txId = randomUUID()
      const startedAtMs = performance.now()
      let answer: HttpAnswer
      let err: unknown
      try {
        answer = await service(request)
      } catch (error) {
        err = error
        answer = answerOf(error, txId)
      }
      const durationMs = performance.now() - startedAtMs
      const labels = { operation, status: answer.status }
      requests.inc(labels)
      durations.observe(labels, durationMs / 1000)
      if (err === undefined) logger.info({ txId, operation, status: answer.status, durationMs }, 'answered')
      else logger.warn({ txId, operation, status: answer.status, durationMs, err }, 'failed')
      return answer
    }
  }

  return {
    success: wrapped('GET /things/:id', answerThing),
    exception: wrapped('GET /things/:id', missThing),
    async counted() {
      const { values } = await requests.get()
      return values.reduce((sum, { value }) => sum + value, 0)
    },
  }
}

function answerOf(error: unknown, txId: string): HttpAnswer {
  const status = error instanceof StatusError ? error.statusCode : 500
  const detail = error instanceof StatusError ? error.message : 'Something went wrong on our side.'
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'x-request-id': txId },
    body: JSON.stringify({ type: 'about:blank', status, detail, txId }),
  }
}
