import { NotFoundException } from 'evenkeel'
import type { Action } from 'evenkeel/actions'
import type { FastifyInstance } from 'fastify'
import type { PanelWorld } from '../actions/define.ts'
import type { Target } from '../actions/target.ts'
import type { Owned, OwnedRecord } from '../records/owned.ts'
import { findRunningAction } from '../records/project-actions.ts'
import type { Db } from '../records/tables.ts'
import type { ApiContext } from './context.ts'
import { deleteOperation, type ExceptionClass, operation } from './openapi/operation.ts'
import { actionHeader, perform } from './perform.ts'
import type { Resource } from './resource.ts'
import { targetOf } from './target.ts'

export interface DeleteRouteOptions {
  /** The exception classes that it can answer with, beside that there is none. @default none */
  readonly throws?: readonly ExceptionClass[]
}

/**
 * `DELETE` of one, which is admitted at once. Asked again while the deletion runs, it answers as it did the first time;
 * afterwards there is no such thing.
 */
export function deleteRoute<R extends OwnedRecord, Input, Output>(
  app: FastifyInstance,
  context: ApiContext,
  resource: Pick<Resource<R>, 'path' | 'uuidOf' | 'documentation'> & {
    readonly records: Pick<Owned<R>, 'kind' | 'require'>
  },
  deletion: Action<Target, Input, Output, PanelWorld, Db>,
  { throws = [] }: DeleteRouteOptions = {},
): void {
  const { read } = context.records
  const { path, records, documentation } = resource
  const documented = deleteOperation(documentation, throws)

  app.delete(`/${path}/:uuid`, operation(documented), async (request, reply) => {
    const target = await targetOf(request, resource, read)
    try {
      // Looked for before anything is written: whatever id is asked for, most that aren't there never were.
      await records.require(read, target.projectId, target.uuid, context.now())
      await perform(context, reply, deletion, target, { until: 'admitted' })
    } catch (thrown) {
      if (!(thrown instanceof NotFoundException)) throw thrown
      const running = await findRunningAction(read, target, deletion.name)
      if (running === undefined) throw thrown
      reply.header(actionHeader, running.actionId)
    }
    return reply.code(204).send()
  })
}
