import type { FastifyInstance } from 'fastify'
import type { EmbeddedCloud } from '../cloud/embedded/embedded-cloud.ts'
import type { Records } from '../records/database.ts'
import { listProjects } from '../records/projects.ts'
import { quotaUse } from '../records/quota.ts'
import { quotasOf } from '../records/quota-amounts.ts'

export interface OperatorRoutesOptions {
  cloud: EmbeddedCloud
  records: Records
}

/** What operators of the panel ask beyond the console's own: the simulated cloud with its faults, and the projects. */
export function operatorRoutes(scope: FastifyInstance, { cloud, records }: OperatorRoutesOptions): void {
  scope.get('/cloud/faults', async () => cloud.faults.read())

  scope.put('/cloud/faults', async request => {
    cloud.faults.replace(request.body)
    return cloud.faults.read()
  })

  scope.get('/cloud/objects', async () => cloud.objects())

  scope.get('/cloud/events', async () => cloud.publishedEvents())

  scope.get('/projects', async () => {
    const projects = await listProjects(records.read)
    return Promise.all(
      projects.map(async project => ({
        id: project.id,
        name: project.name,
        defaultZone: project.defaultZone,
        quota: quotasOf(project),
        use: await quotaUse(records.read, project.id),
      })),
    )
  })
}
