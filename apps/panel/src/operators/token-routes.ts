import { randomUUID } from 'node:crypto'
import { NotFoundException, ValidationException } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { hashOfToken, newToken } from '../accounts/token.ts'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import { requireProject } from '../records/projects.ts'
import { deleteToken, insertToken, listTokens, type TokenRecord } from '../records/tokens.ts'
import { parseNewToken } from './project-body.ts'
import { projectIdOf } from './project-routes.ts'

/** The project has no token with this id. */
export class ProjectTokenNotFoundException extends NotFoundException<{ id: string }> {
  constructor(id: string) {
    super(`The project has no token ${id}. It may have been revoked before.`, { data: { id } })
  }
}

/** `/projects/{id}/tokens`: make, list, revoke. */
export function tokenRoutes(scope: FastifyInstance, { records }: { records: Records }): void {
  scope.get('/projects/:project/tokens', async request => {
    const { id } = await requireProject(records.read, projectIdOf(request))
    return (await listTokens(records.read, id)).map(presented)
  })

  scope.post('/projects/:project/tokens', async (request, reply) => {
    const projectId = projectIdOf(request)
    const wanted = parseNewToken(request.body)
    const secret = newToken()
    const token: TokenRecord = {
      ...wanted,
      id: randomUUID(),
      projectId,
      hash: hashOfToken(secret),
      isFromEnvironment: false,
      createdAt: newCreatedAt(),
    }
    await records.transaction(async trx => {
      await requireProject(trx, projectId)
      const names = (await listTokens(trx, projectId)).map(({ name }) => name)
      // The project's log tells by the name who did what.
      if (names.includes(token.name))
        throw new ValidationException({
          name: `The project has a token '${token.name}' already. Choose another name, or revoke that one.`,
        })
      await insertToken(trx, token)
    })
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ ...presented(token), token: secret })
  })

  scope.delete('/projects/:project/tokens/:token', async (request, reply) => {
    const projectId = projectIdOf(request)
    const { token } = request.params as { token: string }
    await records.transaction(async trx => {
      await requireProject(trx, projectId)
      if (!(await deleteToken(trx, projectId, token))) throw new ProjectTokenNotFoundException(token)
    })
    return reply.code(204).send()
  })
}

/** What is told of a token: everything but the secret, of which only a hash is kept. */
function presented({ id, name, isReadOnly, createdAt }: TokenRecord) {
  return { id, name, access: isReadOnly ? 'read' : 'read-write', createdAt }
}
