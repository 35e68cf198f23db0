import { currentTx } from 'evenkeel'
import type { FastifyRequest } from 'fastify'
import type { Target } from '../actions/target.ts'
import type { Owned, OwnedRecord } from '../records/owned.ts'
import type { Db } from '../records/tables.ts'
import { callerOf } from './authenticate.ts'
import type { PathParams, Resource } from './resource.ts'

/** What a request is about by the id in its path. */
type Named<R extends OwnedRecord> = Pick<Resource<R>, 'uuidOf'> & { readonly records: Pick<Owned<R>, 'kind'> }

/** What a route with a `:uuid` is about, which its transaction notes as well. Any text may stand in the place of the id: such a thing isn't found. */
export async function targetOf<R extends OwnedRecord>(
  request: FastifyRequest,
  { records, uuidOf }: Named<R>,
  db: Db,
): Promise<Target> {
  const params = request.params as PathParams & { uuid: string }
  const { projectId } = callerOf(request)
  const uuid = (await uuidOf?.(db, projectId, params.uuid, params)) ?? params.uuid.toLowerCase()
  currentTx().resource = `${records.kind}:${uuid}`
  return { projectId, uuid }
}
