import type { TxId } from 'evenkeel'
import type { ActionSummary, ActionsReader } from 'evenkeel/actions'
import type { FastifyInstance } from 'fastify'
import { type ById, idOf } from '../records/incident-number.ts'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'
import { ActionsQuery, historyQueryOf } from './actions-query.ts'
import { viewOrRefuse } from './view-or-refuse.ts'

/** Some of the actions that were asked for, newest first. */
export interface ActionsPage {
  readonly actions: readonly ActionSummary[]
  /** Asks for the next page; undefined if this is the last one. */
  readonly before: TxId | undefined
}

/** Adds the routes that read actions: those that meet conditions, one of them whole, and all that is left over. */
export function addActionRoutes(scope: FastifyInstance, actions: ActionsReader): void {
  scope.get('/actions', async (request): Promise<ActionsPage> => {
    const query = parseOrRefuse(ActionsQuery, request.query)
    const { limit = 50 } = query
    const found = await actions.list({ ...historyQueryOf(query), limit })
    return { actions: found, before: found.length < limit ? undefined : found.at(-1)?.id }
  })

  scope.get<ById>('/actions/:id', async ({ params }) => viewOrRefuse(actions, idOf(params.id)))

  scope.get('/residue', async () => ({ residue: await actions.residue() }))
}
