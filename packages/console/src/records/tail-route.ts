import type { Writable } from 'node:stream'
import { beginEventStream } from 'evenkeel/fastify'
import type { TxLog } from 'evenkeel/tx-log'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { LogTail } from './log-tail.ts'
import { parseOrRefuse } from './parse-or-refuse.ts'
import { conditionFields } from './transactions-query.ts'

export interface TailSources {
  log: TxLog
  /** The clock, in milliseconds since 1970. */
  now: () => number
}

/** Adds the event stream of transactions as they are logged in this process: `GET /transactions/tail?exception=…`. */
export function addTailRoute(scope: FastifyInstance, { log, now }: TailSources): void {
  const clients = new Set<Writable>()
  let isClosing = false

  // An open stream would hold up the server's end: it is ended first, and so is one that was on its way.
  scope.addHook('preClose', async () => {
    isClosing = true
    for (const client of clients) client.destroy()
  })

  // There is no HEAD: it would be a stream that nobody reads.
  scope.get('/transactions/tail', { exposeHeadRoute: false }, async (request, reply) => {
    const tail = new LogTail({ log, now, conditions: parseOrRefuse(Conditions, request.query) })
    const firstRows = await tail.firstRows()
    const client = beginEventStream(reply)
    clients.add(client)
    client.once('close', () => clients.delete(client))
    tail.follow(client, firstRows)
    if (isClosing) client.destroy()
  })
}

const Conditions = z.strictObject(conditionFields)
