import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { newCreatedAt } from '../records/created-at.ts'
import { callerOf } from './authenticate.ts'
import type { ApiContext } from './context.ts'

/** What the panel decides for something new, and not its owner. */
export interface NewObjectContext {
  readonly projectId: string
  readonly defaultZone: string
  /** With microseconds and `Z`. */
  readonly createdAt: string
  newUuid(): string
}

/** For what a request makes. */
export function newObjectContext(
  request: FastifyRequest,
  { now }: Pick<ApiContext, 'now'>,
): NewObjectContext {
  const { projectId, defaultZone } = callerOf(request)
  return { projectId, defaultZone, createdAt: newCreatedAt(now()), newUuid: randomUUID }
}
