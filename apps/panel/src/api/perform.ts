import { currentTx } from 'evenkeel'
import type { Action } from 'evenkeel/actions'
import type { FastifyReply } from 'fastify'
import type { PanelWorld } from '../actions/define.ts'
import type { Performed, PerformOptions } from '../actions/perform.ts'
import type { Db } from '../records/tables.ts'
import type { ApiContext } from './context.ts'
import { underKey } from './idempotency.ts'

/** Under this header an answer names the action that it stands for, or that goes on after it. */
export const actionHeader = 'evenkeel-action'

/**
 * Performs an action for a request, and names it in the answer.
 *
 * @returns undefined where there is nothing to do
 */
export async function perform<Request, Input, Output>(
  { perform }: Pick<ApiContext, 'perform'>,
  reply: FastifyReply,
  action: Action<Request, Input, Output, PanelWorld, Db>,
  wanted: Request,
  options: Omit<PerformOptions, 'signal'>,
): Promise<Performed | undefined> {
  const performed = await perform(action, wanted, {
    ...options,
    ...underKey(reply.request),
    signal: currentTx().signal,
  })
  if (performed !== undefined) reply.header(actionHeader, performed.actionId)
  return performed
}
