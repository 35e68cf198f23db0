import { parseTxId, type TxId } from 'evenkeel'
import type { ActionsReader } from 'evenkeel/actions'
import type { ErasedPrincipal, TxLog, TxQuery } from 'evenkeel/tx-log'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import {
  NoSuchActionException,
  NoSuchIncidentException,
  NoSuchTransactionException,
  NotAnIncidentNumberException,
} from './exceptions.ts'
import { parseOrRefuse } from './parse-or-refuse.ts'

export interface RecordSources {
  log: TxLog
  actions: ActionsReader
  erase: (principal: string) => Promise<ErasedPrincipal>
}

/**
 * Adds the routes that read what is recorded: transactions, actions, residue, and what an incident number stands for.
 * One of them erases: all that the log holds of a principal.
 */
export function addRecordRoutes(scope: FastifyInstance, { log, actions, erase }: RecordSources): void {
  scope.get('/transactions', async request => ({
    transactions: await log.query(queryOf(parseOrRefuse(TransactionsQuery, request.query))),
  }))

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

  scope.get('/actions', async request => ({
    actions: await actions.list(parseOrRefuse(PageQuery, request.query)),
  }))

  scope.get<ById>('/actions/:id', async ({ params }) => {
    const id = idOf(params.id)
    const action = await actions.view(id)
    if (action === undefined) throw new NoSuchActionException(id)
    return action
  })

  scope.get('/residue', async () => ({ residue: await actions.residue() }))

  scope.get<ById>('/incidents/:id', async ({ params }) => {
    const id = idOf(params.id)
    // An action's own transaction bears the same id: the action tells more.
    if ((await actions.view(id)) !== undefined) return { id, kind: 'action' }
    if ((await log.find(id)) !== undefined) return { id, kind: 'transaction' }
    throw new NoSuchIncidentException(id)
  })
}

interface ById {
  Params: { id: string }
}

function idOf(text: string): TxId {
  const id = parseTxId(text)
  if (id === undefined) throw new NotAnIncidentNumberException(text)
  return id
}

const text = z.string({ error: 'must be given once.' }).min(1, 'must not be empty.').exactOptional()

const timeRule = 'must be a time in milliseconds since 1970.'
const time = z.coerce.number({ error: timeRule }).int(timeRule).min(0, timeRule)

const page = {
  before: z
    .string({ error: 'must be given once.' })
    .transform((value, context) => {
      const id = parseTxId(value)
      if (id !== undefined) return id
      context.addIssue('must be the id of the last entry of the page before.')
      return z.NEVER
    })
    .exactOptional(),
  limit: z.coerce
    .number({ error: limitRule() })
    .int(limitRule())
    .min(1, limitRule())
    .max(200, limitRule())
    .exactOptional(),
}

const PageQuery = z.strictObject(page)

const TransactionsQuery = z.strictObject({
  ...page,
  kind: z
    .enum(['request', 'action', 'background'], { error: 'must be request, action or background.' })
    .exactOptional(),
  category: z
    .enum(['client', 'discard', 'dependency', 'internal'], {
      error: 'must be client, discard, dependency or internal.',
    })
    .exactOptional(),
  operation: text,
  exception: text,
  principal: text,
  resource: text,
  text,
  from: time.exactOptional(),
  to: time.exactOptional(),
})

const Window = z.strictObject({ from: time, to: time })

const Erasure = z.strictObject(
  { principal: z.string({ error: 'must be a text.' }).min(1, 'must not be empty.') },
  { error: issue => (issue.code === 'invalid_type' ? 'must be {"principal": "…"}.' : undefined) },
)

function queryOf({ from, to, ...query }: z.output<typeof TransactionsQuery>): TxQuery {
  return {
    ...query,
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
  }
}

function limitRule(): string {
  return 'must be a whole number from 1 to 200.'
}
