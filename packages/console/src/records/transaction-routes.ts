import type { ErasedPrincipal, TxLog } from 'evenkeel/tx-log'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { endedWithin, type TransactionsPage } from './ended-within.ts'
import { NoSuchTransactionException } from './exceptions.ts'
import { type ById, idOf } from './incident-number.ts'
import { parseOrRefuse } from './parse-or-refuse.ts'
import { startedWithin, TransactionsQuery, timeField } from './transactions-query.ts'

export interface TransactionSources {
  log: TxLog
  erase: (principal: string) => Promise<ErasedPrincipal>
}

/**
 * Adds the routes of the transaction log: its transactions, the exceptions in them, and how it is doing itself. One of
 * them erases: all that the log holds of a principal.
 */
export function addTransactionRoutes(scope: FastifyInstance, { log, erase }: TransactionSources): void {
  scope.get('/transactions', async (request): Promise<TransactionsPage> => {
    const query = parseOrRefuse(TransactionsQuery, request.query)
    const { from, to, endedFrom, endedTo, ...conditions } = query
    if (endedFrom !== undefined && endedTo !== undefined) {
      return endedWithin(log, { ...conditions, endedFromMs: endedFrom, endedToMs: endedTo })
    }
    const transactions = await log.query({ ...conditions, ...startedWithin(query) })
    const isLast = transactions.length < (query.limit ?? 50)
    return { transactions, before: isLast ? undefined : transactions.at(-1)?.id }
  })

  scope.get('/transactions/exceptions', async request => {
    const { from, to } = parseOrRefuse(Window, request.query)
    return { exceptions: await log.exceptionsByMinute({ fromMs: from, toMs: to }) }
  })

  scope.get<ById>('/transactions/:id', async ({ params }) => {
    const id = idOf(params.id)
    const transaction = await log.find(id)
    if (transaction === undefined) throw new NoSuchTransactionException(id)
    return transaction
  })

  scope.get('/transaction-log', async () => ({ name: log.name, ...(await log.figures()) }))

  scope.post('/erasures', async (request, reply) => {
    const { principal } = parseOrRefuse(Erasure, request.body)
    return reply.code(201).send(await erase(principal))
  })
}

const Window = z.strictObject({ from: timeField, to: timeField })

const Erasure = z.strictObject(
  { principal: z.string({ error: 'must be a text.' }).min(1, 'must not be empty.') },
  { error: issue => (issue.code === 'invalid_type' ? 'must be {"principal": "…"}.' : undefined) },
)
