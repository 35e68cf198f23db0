import { randomUUID } from 'node:crypto'
import { ConflictException, currentTx, ValidationException } from 'evenkeel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { resumeServer, suspendServer } from '../actions/suspend-server.ts'
import { zones } from '../catalogue.ts'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import { liveObjectsOf, type ProjectObject } from '../records/project-objects.ts'
import {
  insertProject,
  isProjectIdTaken,
  listProjects,
  type ProjectRecord,
  requireProject,
  updateProject,
} from '../records/projects.ts'
import { quotaUse } from '../records/quota.ts'
import { defaultQuotas, quotaColumns, quotasOf } from '../records/quota-amounts.ts'
import {
  countSuspendedServers,
  serversStillRunning,
  serversStillStopped,
} from '../records/suspended-servers.ts'
import { findSuspension } from '../records/suspensions.ts'
import type { Db } from '../records/tables.ts'
import { deleteTokensOf } from '../records/tokens.ts'
import { parseNewProject, parseProjectChange } from './project-body.ts'

/** A project can't be deleted while it has something: whoever pays for that has to know. */
export class ProjectInUseException extends ConflictException<{
  id: string
  objects: readonly { readonly kind: string; readonly uuid: string; readonly name: string }[]
}> {
  constructor({ id, name }: ProjectRecord, objects: readonly ProjectObject[]) {
    const shown = objects.slice(0, shownMax)
    const names = shown.map(({ kind, uuid, name }) => `${kind} '${name}' (${uuid})`).join(', ')
    const more = objects.length > shownMax ? ', and more' : ''
    super(`Project '${name}' has ${names}${more}. Delete these first, with a token of the project.`, {
      data: { id, objects: shown },
    })
  }
}

const shownMax = 20

/** `/projects`: make, list, look at, change, delete. */
export function projectRoutes(scope: FastifyInstance, { records }: { records: Records }): void {
  const { read } = records

  scope.get('/projects', async () => {
    const projects = await listProjects(read)
    return Promise.all(projects.map(project => presentedProject(project, read)))
  })

  scope.post('/projects', async (request, reply) => {
    const {
      id,
      name,
      defaultZone = zones[0] ?? '',
      quota,
    } = parseNewProject(request.body, {
      newId: randomUUID,
    })
    currentTx().resource = `project:${id}`
    const project: ProjectRecord = {
      id,
      name,
      defaultZone,
      ...quotaColumns({ ...defaultQuotas, ...given(quota) }),
      createdAt: newCreatedAt(),
      deletedAt: null,
    }
    await records.transaction(async trx => {
      if (await isProjectIdTaken(trx, id))
        throw new ValidationException({ id: `There is or was a project '${id}'. Choose another id.` })
      await insertProject(trx, project)
    })
    return reply.code(201).send(await presentedProject(project, read))
  })

  scope.get('/projects/:project', async request =>
    presentedProject(await requireProject(read, projectIdOf(request)), read),
  )

  scope.patch('/projects/:project', async (request, reply) => {
    const { quota, ...changes } = parseProjectChange(request.body)
    const id = projectIdOf(request)
    await records.transaction(async trx => {
      const project = await requireProject(trx, id)
      const quotas = quotaColumns({ ...quotasOf(project), ...given(quota) })
      await updateProject(trx, id, { ...given(changes), ...quotas })
    })
    return reply.code(204).send()
  })

  scope.delete('/projects/:project', async (request, reply) => {
    const id = projectIdOf(request)
    await records.transaction(async trx => {
      const project = await requireProject(trx, id)
      const objects = await liveObjectsOf(trx, id, { limit: shownMax + 1 })
      if (objects.length > 0) throw new ProjectInUseException(project, objects)
      await deleteTokensOf(trx, id)
      await updateProject(trx, id, { deletedAt: newCreatedAt() })
    })
    return reply.code(204).send()
  })
}

/** The project in a route's path, which its transaction notes as well. */
export function projectIdOf(request: FastifyRequest): string {
  const { project } = request.params as { project: string }
  currentTx().resource = `project:${project}`
  return project
}

/** A project as operators see it, with what it uses, and what its suspension, or the end of that, has come to. */
export async function presentedProject(project: ProjectRecord, db: Db) {
  const { id, name, defaultZone, createdAt } = project
  return {
    id,
    name,
    defaultZone,
    createdAt,
    ...(await presentedSuspension(id, db)),
    quota: quotasOf(project),
    use: await quotaUse(db, id),
  }
}

async function presentedSuspension(projectId: string, db: Db) {
  const found = await findSuspension(db, projectId)
  if (found === undefined) {
    return { suspension: null, notYetStarted: await serversStillStopped(db, projectId, resumeServer.name) }
  }
  const { reason, message, suspendedBy, since, actionId } = found
  const shutDown = await countSuspendedServers(db, projectId)
  const stillRunning = await serversStillRunning(db, projectId, suspendServer.name)
  const servers = { shutDown, stillRunning }
  return { suspension: { reason, message, suspendedBy, since, action: actionId, servers }, notYetStarted: [] }
}

/** Without what isn't given. */
function given<T extends object>(fields: T = {} as T): { [Field in keyof T]?: Exclude<T[Field], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
