import type { FastifyReply } from 'fastify'
import type { StartedAction } from './server-operations.ts'

/** Under this header an answer names the action that goes on after it. */
export const actionHeader = 'evenkeel-action'

/** Answers a change that has been accepted, without a body: 204, with the action's id if one was started. */
export function answerAccepted(reply: FastifyReply, action?: StartedAction): FastifyReply {
  if (action !== undefined) reply.header(actionHeader, action.actionId)
  return reply.code(204).send()
}
