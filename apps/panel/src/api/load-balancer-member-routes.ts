import { currentTx } from 'evenkeel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { changeMember, createMember, deleteMember } from '../actions/load-balancer-member.ts'
import {
  MemberNotFoundException,
  type MemberRecord,
  memberRecords,
} from '../records/load-balancer-members.ts'
import { PoolNotFoundException, poolRecords } from '../records/load-balancer-pools.ts'
import { callerOf } from './authenticate.ts'
import { changePart } from './change-load-balancer-part.ts'
import type { ApiContext } from './context.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import {
  createMemberBody,
  parseCreateMember,
  parsePatchMember,
  patchMemberBody,
} from './load-balancer-member-body.ts'
import { Member } from './load-balancer-shape.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentMembers } from './present-load-balancer-part.ts'
import { type PathParams, type Resource, readRoutes } from './resource.ts'

/** `/load-balancers/pools/<pool>/members`: list, create, look at, change, delete. */
export function memberRoutes(app: FastifyInstance, context: ApiContext): void {
  const { now, records } = context
  const documentation = {
    shape: Member,
    absent: MemberNotFoundException,
    absentAbove: PoolNotFoundException,
  }
  const resource: Resource<MemberRecord> = {
    path: 'load-balancers/pools/:pool/members',
    records: memberRecords,
    documentation,
    present: (list, db, href) => presentMembers(list, db, href, context),
    async uuidOf(db, _projectId, given, params) {
      const member = await memberRecords.findAny(db, given.toLowerCase())
      return member === undefined || member.poolUuid === poolOf(params) ? undefined : ''
    },
    async among(list, params, db, projectId) {
      const { uuid } = await poolRecords.require(db, projectId, poolOf(params), now())
      return list.filter(({ poolUuid }) => poolUuid === uuid)
    },
  }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteMember)
  const documented = {
    create: documentedCreation(documentation, { body: createMemberBody, throws: [PoolNotFoundException] }),
    change: documentedChange(documentation, { body: patchMemberBody }),
  }

  app.post('/load-balancers/pools/:pool/members', documented.create, async (request, reply) => {
    const pool = await requirePool(request)
    const wanted = parseCreateMember(bodyOf(request), pool.uuid, newObjectContext(request, context))
    currentTx().resource = `load-balancer-member:${wanted.uuid}`
    const performed = await perform(context, reply, createMember, wanted, { until: 'ended' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/load-balancers/pools/:pool/members/:uuid', documented.change, async (request, reply) => {
    const wanted = parsePatchMember(bodyOf(request))
    const { target } = await found(request)
    await changePart(context, reply, memberRecords, changeMember, { ...target, ...wanted })
    return reply.code(204).send()
  })

  async function requirePool(request: FastifyRequest) {
    const pool = poolOf(request.params as PathParams)
    return poolRecords.require(records.read, callerOf(request).projectId, pool, now())
  }
}

function poolOf({ pool = '' }: PathParams): string {
  return pool.toLowerCase()
}
