import { TooManyRequestsException } from 'evenkeel'
import type { FastifyInstance, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { callerOf } from './authenticate.ts'
import type { ApiContext } from './context.ts'
import { type Rate, RateLimiter } from './rate-limiter.ts'

/** A token is used for more requests than it may be. */
export class RateLimitExceededException extends TooManyRequestsException<{
  perSecond: number
  burst: number
}> {
  // It is refused before anything was done: the whole request may be sent again.
  static override readonly isRetryForCallers = true

  constructor({ perSecond, burst }: Rate, retryAfterMs: number) {
    super(
      `A token may send ${perSecond} requests a second, and ${burst} at once; this one has sent more. Try again as soon as Retry-After says. Looking at an object that is changing costs nothing.`,
      { data: { perSecond, burst }, retry: 'safe', retryAfterMs },
    )
  }
}

/**
 * Holds every token to a rate. Whoever waits for an object looks at it again and again: those looks are free for as long as the
 * object is changing.
 *
 * Call it behind `authenticate`, and before the routes are added.
 */
export function limitRates(
  app: FastifyInstance,
  { settings: { rateLimit }, now }: Pick<ApiContext, 'settings' | 'now'>,
): void {
  if (rateLimit === undefined) return
  const limiter = new RateLimiter(rateLimit, now)
  const takeTurn = (request: FastifyRequest) => {
    const waitMs = limiter.take(callerOf(request).tokenId)
    if (waitMs > 0) throw new RateLimitExceededException(rateLimit, waitMs)
  }

  app.addHook('onRequest', async request => {
    if (!isLook(request.method, request.routeOptions.url)) takeTurn(request)
  })
  app.addHook('onRoute', route => {
    if (![route.method].flat().every(method => isLook(method, route.url))) return
    const { handler } = route
    route.handler = async function (request, reply) {
      let isFree = false
      try {
        const answer: unknown = await handler.call(this, request, reply)
        isFree = isChanging(answer)
        return answer
      } finally {
        // Only its answer tells what it costs. What is refused then is answered in the place of it, or of its exception.
        if (!isFree) takeTurn(request)
      }
    } satisfies RouteHandlerMethod
  })
}

/** Whether it is a look at one object: the path ends in its id. */
function isLook(method: string, url: string | undefined): boolean {
  return (method === 'GET' || method === 'HEAD') && /\/:[^/]+$/.test(url ?? '')
}

/** Whether an object, or an action, is shown as one that will be another soon. */
function isChanging(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false
  const { status, state } = answer as { readonly status?: unknown; readonly state?: unknown }
  return passingStatuses.has(status) || passingStates.has(state)
}

const passingStatuses: ReadonlySet<unknown> = new Set([
  'changing',
  'creating',
  'deleting',
  'started',
  'in_progress',
])
const passingStates: ReadonlySet<unknown> = new Set(['waiting', 'running', 'rolling-back'])
