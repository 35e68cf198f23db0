import { NotFoundException } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { port } from '../api/fields.ts'
import { validate } from '../api/validate.ts'
import type { EmbeddedCloud } from '../cloud/embedded/embedded-cloud.ts'
import type { Records } from '../records/database.ts'
import { serverRecords } from '../records/servers.ts'

/** No project has such a server at the simulated cloud. */
export class SimulatedServerNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string) {
    super(`No server ${uuid} is at the simulated cloud.`, { data: { uuid } })
  }
}

const body = z.object({ ports: z.array(port('port')) })

/** `PUT /cloud/servers/<uuid>/ports`: what the programs of a simulated server listen on, which load balancers see. */
export function listeningRoute(
  scope: FastifyInstance,
  { cloud, records }: { readonly cloud: EmbeddedCloud; readonly records: Records },
): void {
  scope.put('/cloud/servers/:uuid/ports', async (request, reply) => {
    const { uuid } = request.params as { uuid: string }
    const { ports } = validate(body, request.body)
    const server = await serverRecords.findAny(records.read, uuid)
    const id = server?.deletedAt === null ? server.cloudServerId : null
    if (id === null) throw new SimulatedServerNotFoundException(uuid)
    cloud.listen(id, ports)
    return reply.code(204).send()
  })
}
