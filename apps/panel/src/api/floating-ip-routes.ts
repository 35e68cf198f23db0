import { currentTx } from 'evenkeel'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { changeFloatingIp } from '../actions/change-floating-ip.ts'
import { createFloatingIp } from '../actions/create-floating-ip.ts'
import { deleteFloatingIp } from '../actions/delete-floating-ip.ts'
import { canonicalAddress } from '../addressing/address.ts'
import { FloatingPoolExhaustedException } from '../records/floating-addresses.ts'
import {
  FloatingIpNotFoundException,
  findLastFloatingIp,
  floatingIpRecords,
} from '../records/floating-ips.ts'
import { PanelQuotaExceededException } from '../records/quota.ts'
import type { Db } from '../records/tables.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import {
  createFloatingIpBody,
  parseCreateFloatingIp,
  parsePatchFloatingIp,
  patchFloatingIpBody,
} from './floating-ip-body.ts'
import { FloatingIp } from './floating-ip-shape.ts'
import { bodyOf } from './form-body.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentFloatingIps } from './present-floating-ip.ts'
import { readRoutes } from './resource.ts'

/** `/floating-ips`: list, create, look at, change, delete. Each is named by its address. */
export function floatingIpRoutes(app: FastifyInstance, context: ApiContext): void {
  const documentation = { shape: FloatingIp, absent: FloatingIpNotFoundException }
  const resource = {
    path: 'floating-ips',
    records: floatingIpRecords,
    documentation,
    uuidOf: uuidOfAddress,
    present: presentFloatingIps,
  }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteFloatingIp)
  const change = {
    remarks: 'It is named by its address, and leads to a server or to a load balancer.',
    body: patchFloatingIpBody,
  }
  const documented = {
    create: documentedCreation(documentation, {
      body: createFloatingIpBody,
      throws: [PanelQuotaExceededException, FloatingPoolExhaustedException],
    }),
    change: documentedChange(documentation, change),
    changeByPost: documentedChange(documentation, {
      ...change,
      does: 'Change a floating IP as older clients do',
    }),
  }

  app.post('/floating-ips', documented.create, async (request, reply) => {
    const wanted = parseCreateFloatingIp(bodyOf(request), newObjectContext(request, context))
    currentTx().resource = `floating-ip:${wanted.uuid}`
    const performed = await perform(context, reply, createFloatingIp, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/floating-ips/:uuid', documented.change, makeChange)
  app.post('/floating-ips/:uuid', documented.changeByPost, makeChange)

  async function makeChange(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const wanted = parsePatchFloatingIp(bodyOf(request))
    const { target } = await found(request)
    const isForCloud =
      wanted.server !== undefined || wanted.loadBalancer !== undefined || wanted.reversePtr !== undefined
    const performed =
      isForCloud &&
      (await perform(context, reply, changeFloatingIp, { ...target, ...wanted }, { until: 'ended' }))
    if (!performed) await changeLabels(context, floatingIpRecords, target, wanted.labels)
    return reply.code(204).send()
  }
}

async function uuidOfAddress(db: Db, projectId: string, given: string): Promise<string | undefined> {
  const address = canonicalAddress(given)?.address
  return address && findLastFloatingIp(db, projectId, address)
}
