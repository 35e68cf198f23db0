import type { FastifyInstance } from 'fastify'
import type { Perform } from '../actions/perform.ts'
import type { EmbeddedCloud } from '../cloud/embedded/embedded-cloud.ts'
import type { Records } from '../records/database.ts'
import { bucketRoutes } from './bucket-routes.ts'
import { listeningRoute } from './listening-route.ts'
import { maintenanceRoutes } from './maintenance-routes.ts'
import { operatorTokenRoutes } from './operator-token-routes.ts'
import { projectRoutes } from './project-routes.ts'
import { suspensionRoutes } from './suspension-routes.ts'
import { tokenRoutes } from './token-routes.ts'

export interface OperatorRoutesOptions {
  cloud: EmbeddedCloud
  records: Records
  perform: Perform
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
}

/**
 * What operators of the panel ask beyond the console's own: the simulated cloud with its faults, the projects with their
 * tokens and suspensions, their own tokens, and maintenance.
 */
export function operatorRoutes(
  scope: FastifyInstance,
  { cloud, records, perform, now = Date.now }: OperatorRoutesOptions,
): void {
  scope.get('/cloud/faults', async () => cloud.faults.read())

  scope.put('/cloud/faults', async request => {
    cloud.faults.replace(request.body)
    return cloud.faults.read()
  })

  scope.get('/cloud/objects', async () => cloud.objects())

  scope.get('/cloud/events', async () => cloud.publishedEvents())

  bucketRoutes(scope, { cloud, records })
  listeningRoute(scope, { cloud, records })
  projectRoutes(scope, { records })
  tokenRoutes(scope, { records })
  operatorTokenRoutes(scope, { records })
  suspensionRoutes(scope, { records, perform })
  maintenanceRoutes(scope, { records, now })
}
