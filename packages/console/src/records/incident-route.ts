import type { ActionsReader } from 'evenkeel/actions'
import type { TxLog } from 'evenkeel/tx-log'
import type { FastifyInstance } from 'fastify'
import { NoSuchIncidentException } from './exceptions.ts'
import { type ById, idOf } from './incident-number.ts'

export interface RecordSources {
  log: TxLog
  actions: ActionsReader
}

/** Adds the route that tells what an incident number stands for. */
export function addIncidentRoute(scope: FastifyInstance, { log, actions }: RecordSources): void {
  scope.get<ById>('/incidents/:id', async ({ params }) => {
    const id = idOf(params.id)
    // An action's own transaction bears the same id: the action tells more.
    if ((await actions.view(id)) !== undefined) return { id, kind: 'action' }
    if ((await log.find(id)) !== undefined) return { id, kind: 'transaction' }
    throw new NoSuchIncidentException(id)
  })
}
