import type { ActionsReader } from 'evenkeel/actions'
import type { TxLog } from 'evenkeel/tx-log'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { NoSuchActionException, NoSuchIncidentException } from './exceptions.ts'
import { type ById, idOf } from './incident-number.ts'
import { parseOrRefuse } from './parse-or-refuse.ts'
import { pageFields } from './transactions-query.ts'

export interface RecordSources {
  log: TxLog
  actions: ActionsReader
}

/** Adds the routes that read what is recorded of actions: them, their residue, and what an incident number stands for. */
export function addRecordRoutes(scope: FastifyInstance, { log, actions }: RecordSources): void {
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

const PageQuery = z.strictObject(pageFields)
