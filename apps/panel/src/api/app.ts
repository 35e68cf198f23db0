import { mountReference } from 'evenkeel/reference'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { z } from 'zod'
import { panelReference } from '../exceptions.reference.ts'
import type { Settings } from '../settings.ts'
import { actionRoutes } from './action-routes.ts'
import { actionStreamRoute } from './action-stream-route.ts'
import { authenticate } from './authenticate.ts'
import { bucketMetricsRoutes } from './bucket-metrics-routes.ts'
import { catalogueRoutes } from './catalogue-routes.ts'
import type { ApiContext } from './context.ts'
import { allowCrossOrigin } from './cors.ts'
import { customImageRoutes } from './custom-image-routes.ts'
import { floatingIpRoutes } from './floating-ip-routes.ts'
import { readForms } from './form-body.ts'
import { acceptIdempotencyKeys } from './idempotency.ts'
import { listenerRoutes } from './load-balancer-listener-routes.ts'
import { memberRoutes } from './load-balancer-member-routes.ts'
import { healthMonitorRoutes } from './load-balancer-monitor-routes.ts'
import { poolRoutes } from './load-balancer-pool-routes.ts'
import { loadBalancerRoutes } from './load-balancer-routes.ts'
import { refuseDeepBodies } from './nesting.ts'
import { networkRoutes } from './network-routes.ts'
import { objectsUserRoutes } from './objects-user-routes.ts'
import { openApiRoutes } from './openapi/openapi-routes.ts'
import { type Operation, one, operation } from './openapi/operation.ts'
import { shape } from './openapi/shape.ts'
import { projectLogRoutes } from './project-log-routes.ts'
import { limitRates } from './rate-limit.ts'
import { refuseWhileClosed } from './refuse-while-closed.ts'
import { routerRoutes } from './router-routes.ts'
import { serverGroupRoutes } from './server-group-routes.ts'
import { serverRoutes } from './server-routes.ts'
import { subnetRoutes } from './subnet-routes.ts'
import { volumeRoutes } from './volume-routes.ts'
import { volumeSnapshotRoutes } from './volume-snapshot-routes.ts'

export type ApiOptions = Pick<
  ApiContext,
  'settings' | 'records' | 'actions' | 'perform' | 'secrets' | 'bucketCheck' | 'bucketUsage'
> & {
  /** Tells a repeated request from a new one. @default each is new */
  findEarlierStart?: ApiContext['findEarlierStart']
  /** Refuses a server for which there is no room now. @default none is refused */
  capacityCheck?: ApiContext['capacityCheck']
  /** Tells how the members of load balancers are. @default of none is known */
  healthOfMembers?: ApiContext['healthOfMembers']
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
}

/**
 * The panel's API, to be put into an app with `mountEvenkeel` in it. Call it on the app itself, not through
 * `register`: it adds a hook that has to see the requests for which there is no route.
 *
 * @example
 * await buildApi({ settings, records, actions, perform, secrets, bucketCheck, bucketUsage })(app)
 */
export function buildApi({
  findEarlierStart = async () => undefined,
  capacityCheck = async () => undefined,
  healthOfMembers = async () => [],
  now = Date.now,
  ...options
}: ApiOptions): (app: FastifyInstance) => Promise<void> {
  const context: ApiContext = {
    ...options,
    findEarlierStart,
    creations: new Map(),
    capacityCheck,
    healthOfMembers,
    now,
  }
  const path = apiPath(context.settings)
  return async app => {
    allowCrossOrigin(app, path)
    refuseDeepBodies(app)
    openApiRoutes(app, path, context.settings)
    // Who opens the server in a browser finds something to look at.
    app.get('/', async (_, reply) => reply.redirect('/console'))
    app.get('/health/ready', async () => {
      await sql`select 1`.execute(context.records.read)
      return { status: 'ready' }
    })
    app.get(path, operation(aboutOperation), async () => ({ api: 'v1' }))
    mountReference(app, `${path}/exceptions`, panelReference)
    await app.register(async scope => tenantRoutes(scope, context), { prefix: path })
  }
}

const aboutOperation: Operation = {
  does: 'Find the API',
  answer: one(shape('Api', z.object({ api: z.literal('v1') }))),
  isPublic: true,
}

/** What stands before every path of the API. */
export function apiPath({ apiPrefix }: Pick<Settings, 'apiPrefix'>): string {
  return `${apiPrefix}/v1`
}

/** All that is asked for with a token. */
async function tenantRoutes(app: FastifyInstance, context: ApiContext): Promise<void> {
  app.decorateRequest('caller', null)
  app.addHook('onRequest', authenticate(context.records))
  limitRates(app, context)
  await readForms(app)
  acceptIdempotencyKeys(app, context)
  refuseWhileClosed(app, context)
  catalogueRoutes(app)
  serverRoutes(app, context)
  serverGroupRoutes(app, context)
  volumeRoutes(app, context)
  customImageRoutes(app, context)
  volumeSnapshotRoutes(app, context)
  networkRoutes(app, context)
  subnetRoutes(app, context)
  floatingIpRoutes(app, context)
  loadBalancerRoutes(app, context)
  poolRoutes(app, context)
  memberRoutes(app, context)
  listenerRoutes(app, context)
  healthMonitorRoutes(app, context)
  routerRoutes(app, context)
  objectsUserRoutes(app, context)
  bucketMetricsRoutes(app, context)
  projectLogRoutes(app, context)
  actionRoutes(app, context)
  actionStreamRoute(app, context)
}
