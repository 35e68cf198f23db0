import type { Action } from 'evenkeel/actions'
import type { FastifyReply } from 'fastify'
import type { PanelWorld } from '../actions/define.ts'
import type { ChangePartRequest } from '../actions/load-balancer-part.ts'
import type { Owned, OwnedRecord } from '../records/owned.ts'
import type { Db } from '../records/tables.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { perform } from './perform.ts'

/** Changes a part of a load balancer: what the cloud has to be asked for by an action, and labels along with it or alone. */
export async function changePart<R extends OwnedRecord, Wanted extends object, Input>(
  context: ApiContext,
  reply: FastifyReply,
  records: Owned<R>,
  change: Action<ChangePartRequest<Wanted>, Input, null, PanelWorld, Db>,
  wanted: ChangePartRequest<Wanted>,
): Promise<void> {
  const isForCloud = Object.values(wanted.settings).some(value => value !== undefined)
  const performed = isForCloud && (await perform(context, reply, change, wanted, { until: 'ended' }))
  if (!performed) await changeLabels(context, records, wanted, wanted.labels)
}
