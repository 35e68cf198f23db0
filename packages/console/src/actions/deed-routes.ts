import { activeTx, type TxId } from 'evenkeel'
import type { ActionsReader, ActionView } from 'evenkeel/actions'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type ById, idOf } from '../records/incident-number.ts'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'
import { bodyOf, reasonField } from '../records/reason-field.ts'
import {
  ActionNotCancellableException,
  DeedNotOfferedException,
  NoSuchStepException,
  NothingLeftOverException,
} from './exceptions.ts'
import { viewOrRefuse } from './view-or-refuse.ts'

export interface DeedRoutesOptions {
  actions: ActionsReader
  /** What the operator is called whose request it is. */
  nameOf: (request: FastifyRequest) => string
}

/**
 * Adds what operators do to actions: call one off, have residue tried at once, take residue from the janitor. Each
 * answers with the action as it is then. A body is JSON and nothing else, which no foreign page can make a browser send.
 */
export function addDeedRoutes(scope: FastifyInstance, { actions, nameOf }: DeedRoutesOptions): void {
  scope.post<ById>('/actions/:id/cancel', async ({ params, body }, reply) => {
    const { reason } = parseOrRefuse(Cancel, body)
    const { id } = await actionOf(actions, params.id)
    const isCancelled = await offered('cancelled', actions.cancel)(id, reason)
    const view = await viewOrRefuse(actions, id)
    if (!isCancelled) throw new ActionNotCancellableException(view)
    return reply.code(202).send(view)
  })

  scope.post<ById>('/actions/:id/steps/retry', async (request, reply) => {
    const { path } = parseOrRefuse(Retry, request.body)
    const action = await actionWithStep(actions, request.params.id, path)
    const isThere = await offered('tried', actions.retry)(action.id, path, { by: nameOf(request) })
    return reply.code(202).send(await leftOverOrRefuse(action, path, isThere))
  })

  scope.post<ById>('/actions/:id/steps/forget', async (request, reply) => {
    const { path, reason } = parseOrRefuse(Forget, request.body)
    const action = await actionWithStep(actions, request.params.id, path)
    const why = { by: nameOf(request), reason }
    const wasThere = await offered('forgotten', actions.forget)(action.id, path, why)
    return reply.send(await leftOverOrRefuse(action, path, wasThere))
  })

  function offered<Deed extends (...args: never[]) => Promise<boolean>>(
    name: string,
    deed: Deed | undefined,
  ): Deed {
    if (deed === undefined) throw new DeedNotOfferedException(name)
    return deed.bind(actions) as Deed
  }

  async function leftOverOrRefuse(action: ActionView, path: string, isThere: boolean): Promise<ActionView> {
    if (!isThere) throw new NothingLeftOverException(action, path)
    return viewOrRefuse(actions, action.id)
  }
}

/** The action, which becomes what the transaction is about: so the log finds all that was done to it. */
async function actionOf(actions: ActionsReader, text: string): Promise<ActionView> {
  const id: TxId = idOf(text)
  const tx = activeTx()
  if (tx !== undefined) tx.resource = `action:${id}`
  return viewOrRefuse(actions, id)
}

async function actionWithStep(actions: ActionsReader, text: string, path: string): Promise<ActionView> {
  const action = await actionOf(actions, text)
  if (action.steps.some(step => step.path === path)) return action
  throw new NoSuchStepException(action, path)
}

const pathRule = 'must be the path of a step, such as "network.port".'
const path = z.string({ error: pathRule }).min(1, pathRule).max(500, pathRule)

const Cancel = z.strictObject({ reason: reasonField }, bodyOf('the field "reason"'))
const Retry = z.strictObject({ path }, bodyOf('the field "path"'))
const Forget = z.strictObject({ path, reason: reasonField }, bodyOf('the fields "path" and "reason"'))
