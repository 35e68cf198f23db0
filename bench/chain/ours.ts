import { chain, EdgeFilter, NotFoundException, newTxId, runInTx, type Service, Transaction } from 'evenkeel'
import { type HttpAnswer, HttpCatchAllFilter, type HttpRequest } from 'evenkeel/http'
import { memoryStats, StatsFilter } from 'evenkeel/stats'
import { memoryTxLog, TxLoggingFilter } from 'evenkeel/tx-log'
import type { Contender } from './contender.ts'

class ThingNotFoundException extends NotFoundException<{ id: string }> {
  constructor(id: string) {
    super(`There is no thing ${id}.`, { data: { id } })
  }
}

const answerThing: Service<HttpRequest, HttpAnswer> = async ({ url }) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: `{"url":"${url}"}`,
})

const missThing: Service<HttpRequest, HttpAnswer> = async ({ url }) => {
  throw new ThingNotFoundException(url)
}

/** The chain that a server adapter builds: catch-all, statistics, log and edge, round a transaction of its own. */
export function ours(): Contender {
  const stats = memoryStats()
  const log = memoryTxLog()
  const filters = [
    new HttpCatchAllFilter({ service: 'bench' }),
    new StatsFilter<HttpRequest, HttpAnswer>({ stats, statusOfAnswer: ({ status }) => status }),
    new TxLoggingFilter<HttpRequest, HttpAnswer>({ log, statusOfAnswer: ({ status }) => status }),
    new EdgeFilter<HttpRequest, HttpAnswer>(),
  ]
  return {
    success: inTransaction(chain(filters, answerThing)),
    exception: inTransaction(chain(filters, missThing)),
    async counted() {
      return stats.totals().reduce((sum, { count }) => sum + count, 0)
    },
  }
}

function inTransaction(service: Service<HttpRequest, HttpAnswer>): Service<HttpRequest, HttpAnswer> {
  return request => {
    const startedAtMs = Date.now()
    const id = newTxId(startedAtMs)
    const tx = new Transaction({ kind: 'request', operation: 'GET /things/:id', id, startedAtMs })
    return runInTx(tx, () => service(request))
  }
}
