import { InternalException } from 'evenkeel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Target } from '../actions/target.ts'
import type { Owned, OwnedRecord } from '../records/owned.ts'
import type { Db } from '../records/tables.ts'
import { callerOf } from './authenticate.ts'
import type { ApiContext } from './context.ts'
import { type Href, hrefsFor } from './href.ts'
import type { SendCreated } from './idempotency.ts'
import { getOperation, type KindDocumentation, listOperation, operation } from './openapi/operation.ts'
import { listFilter, listQuery } from './tags.ts'
import { targetOf } from './target.ts'

/** What stands in the places of a path. */
export type PathParams = { readonly [name: string]: string }

/** A kind of what projects own, as the API offers it. */
export interface Resource<R extends OwnedRecord> {
  /** Below `/v1`: `server-groups`. */
  readonly path: string
  readonly records: Owned<R>
  readonly documentation: KindDocumentation
  /** The uuid of what is named so in the place of a `:uuid`; empty for nothing that the rest of the path could mean. @default what stands there */
  uuidOf?(db: Db, projectId: string, given: string, params: PathParams): Promise<string | undefined>
  /** Which of a list the rest of its path leaves. @default all @throws {NotFoundException} the path is of nothing that is there */
  among?(list: readonly R[], params: PathParams, db: Db, projectId: string): Promise<readonly R[]>
  /** Several as the API shows them, at once, so that a long list needs no more queries than a short one. All are of one project. */
  present(records: readonly R[], db: Db, href: Href): Promise<readonly object[]>
}

/** What the other routes of a resource need of those that read. */
export interface Reader<R extends OwnedRecord> {
  /** What the request is about. @throws {NotFoundException} the caller's project has no such thing */
  found(request: FastifyRequest): Promise<{ readonly target: Target; readonly record: R }>
  /** Answers a creation: what was made, as it can be read back. */
  readonly sendCreated: SendCreated
}

/** `GET` of the list and of one, which every resource has. */
export function readRoutes<R extends OwnedRecord>(
  app: FastifyInstance,
  { settings, records: { read }, now, creations }: ApiContext,
  resource: Resource<R>,
): Reader<R> {
  const { path, records, present, documentation } = resource

  app.get(`/${path}`, operation(listOperation(documentation, listQuery)), async request => {
    const { projectId } = callerOf(request)
    const all = await records.list(read, projectId, listFilter(request.query))
    const list = (await resource.among?.(all, request.params as PathParams, read, projectId)) ?? all
    return present(list, read, hrefsFor(request, settings))
  })

  app.get(`/${path}/:uuid`, operation(getOperation(documentation)), async request => {
    const { record } = await found(request)
    return presented(request, record)
  })

  async function found(request: FastifyRequest): Promise<{ target: Target; record: R }> {
    const target = await targetOf(request, resource, read)
    return { target, record: await records.require(read, target.projectId, target.uuid, now()) }
  }

  async function presented(request: FastifyRequest, record: R): Promise<object> {
    const [one] = await present([record], read, hrefsFor(request, settings))
    if (one === undefined) throw new InternalException(`${records.kind} ${record.uuid} is shown as nothing.`)
    return one
  }

  const sendCreated: SendCreated = async (request, reply, uuid) => {
    const record = await records.require(read, callerOf(request).projectId, uuid, now())
    return reply.code(201).send(await presented(request, record))
  }
  creations.set(`${app.prefix}/${path}`, sendCreated)

  return { found, sendCreated }
}
