import { BadClientRequestException } from 'evenkeel'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { UnderKey } from '../actions/earlier-start.ts'
import type { ProjectActionRecord } from '../records/project-actions.ts'
import { callerOf } from './authenticate.ts'
import type { ApiContext } from './context.ts'
import { actionHeader } from './perform.ts'
import { readingMethods } from './reading-methods.ts'

/** The header for the key has none in it. */
export class MalformedIdempotencyKeyException extends BadClientRequestException {
  constructor() {
    super('The header Idempotency-Key must have 1 to 255 printable ASCII characters, such as a UUID.')
  }
}

/** Answers a creation: what was made, as it can be read back. */
export type SendCreated = (
  request: FastifyRequest,
  reply: FastifyReply,
  uuid: string,
) => Promise<FastifyReply>

/** What came with an idempotency key. */
interface Keyed {
  readonly key: UnderKey
  /** What an equal request has started before. */
  readonly earlier: ProjectActionRecord | undefined
  /** Whether the key has come as far as the engine, which knows the earlier action's end. */
  isHandedOver: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null for a request without an idempotency key. */
    keyed: Keyed | null
  }
}

/**
 * Lets clients send `Idempotency-Key` with whatever changes something. The key is the project's, for a day: an equal request under
 * it starts nothing again and gets the same answer, also when the first one could not be repeated any more. What starts
 * no action (a refused request, a new name, the start of a server that runs) leaves the key free.
 *
 * Call it before the routes are added.
 *
 * @throws {MalformedIdempotencyKeyException} nothing that can be a key
 * @throws {IdempotencyKeyReusedException} the key was used for another request
 */
export function acceptIdempotencyKeys(
  app: FastifyInstance,
  { findEarlierStart, creations }: Pick<ApiContext, 'findEarlierStart' | 'creations'>,
): void {
  app.decorateRequest('keyed', null)
  // Not before the body has been read: it belongs to what must be the same.
  app.addHook('preHandler', async request => {
    const idempotencyKey = request.headers['idempotency-key']
    if (idempotencyKey === undefined || readingMethods.has(request.method)) return
    if (typeof idempotencyKey !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(idempotencyKey))
      throw new MalformedIdempotencyKeyException()
    const { method, url, body = null } = request
    const [path] = url.split('?', 1)
    const keyOwner = `project:${callerOf(request).projectId}`
    const key = { idempotencyKey, keyOwner, sameUnderKey: { method, path, body } }
    request.keyed = { key, earlier: await findEarlierStart(key), isHandedOver: false }
  })
  app.addHook('onRoute', route => {
    const { handler } = route
    route.handler = async function (request, reply) {
      const handle = async () => handler.call(this, request, reply)
      return request.keyed?.earlier === undefined ? handle() : repeated(request, reply, handle)
    } satisfies RouteHandlerMethod
  })

  async function repeated(
    request: FastifyRequest,
    reply: FastifyReply,
    handle: () => Promise<unknown>,
  ): Promise<unknown> {
    const { keyed } = request
    if (keyed?.earlier === undefined) return handle()
    const { actionId, objectUuid, state } = keyed.earlier
    const sendCreated = request.method === 'POST' ? creations.get(request.routeOptions.url ?? '') : undefined
    const answerAgain = () => {
      reply.header(actionHeader, actionId)
      // What was made may be gone by now, or may never have come to be: its 404 says so.
      return sendCreated ? sendCreated(request, reply, objectUuid) : reply.code(204).send()
    }
    if (state === 'succeeded' || (state === 'rolled-back' && sendCreated !== undefined)) return answerAgain()
    try {
      // The engine has the earlier action under the key: its end is waited for, and told, as the first time.
      return await handle()
    } catch (thrown) {
      // It never came to that where what it wants deleted is gone, or what it wants made would find no room again.
      if (keyed.isHandedOver || state === 'rolled-back') throw thrown
      return answerAgain()
    }
  }
}

/** The key, for whoever starts the request's action. */
export function underKey(request: FastifyRequest): UnderKey | undefined {
  if (request.keyed === null) return undefined
  request.keyed.isHandedOver = true
  return request.keyed.key
}
