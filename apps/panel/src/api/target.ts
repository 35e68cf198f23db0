import { currentTx } from 'evenkeel'
import type { FastifyRequest } from 'fastify'
import type { Target } from '../actions/target.ts'
import { callerOf } from './authenticate.ts'

/** What a route with a `:uuid` is about, which its transaction notes as well. Any text may stand in the place of the id: such a thing isn't found. */
export function targetOf(request: FastifyRequest, kind: string): Target {
  const { uuid } = request.params as { uuid: string }
  const target = { projectId: callerOf(request).projectId, uuid: uuid.toLowerCase() }
  currentTx().resource = `${kind}:${target.uuid}`
  return target
}
