import { randomUUID } from 'node:crypto'
import { currentTx, NotFoundException, ValidationException } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { hashOfToken, newToken } from '../accounts/token.ts'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import {
  deleteOperatorToken,
  insertOperatorToken,
  listOperatorTokens,
  type OperatorTokenRecord,
} from '../records/tokens.ts'
import { parseNewOperatorToken } from './project-body.ts'

/** No operator has a token with this id. */
export class OperatorTokenNotFoundException extends NotFoundException<{ id: string }> {
  constructor(id: string) {
    super(`There is no operator token ${id}. It may have been revoked before.`, { data: { id } })
  }
}

/** `/operator-tokens`: make, list, revoke. Who revokes the last one makes the next on the machine itself. */
export function operatorTokenRoutes(scope: FastifyInstance, { records }: { records: Records }): void {
  scope.get('/operator-tokens', async () => (await listOperatorTokens(records.read)).map(presented))

  scope.post('/operator-tokens', async (request, reply) => {
    const { name } = parseNewOperatorToken(request.body)
    const secret = newToken()
    const token: OperatorTokenRecord = {
      id: randomUUID(),
      name,
      hash: hashOfToken(secret),
      isFromEnvironment: false,
      createdAt: newCreatedAt(),
    }
    currentTx().resource = `operator-token:${token.id}`
    await records.transaction(async trx => {
      const names = (await listOperatorTokens(trx)).map(({ name }) => name)
      // The log and the actions tell by the name who did what.
      if (names.includes(name))
        throw new ValidationException({
          name: `There is an operator token '${name}' already. Choose another name, or revoke that one.`,
        })
      await insertOperatorToken(trx, token)
    })
    return reply.code(201).send({ ...presented(token), token: secret })
  })

  scope.delete('/operator-tokens/:token', async (request, reply) => {
    const { token } = request.params as { token: string }
    currentTx().resource = `operator-token:${token}`
    const wasThere = await records.transaction(trx => deleteOperatorToken(trx, token))
    if (!wasThere) throw new OperatorTokenNotFoundException(token)
    return reply.code(204).send()
  })
}

/** What is told of a token: everything but the secret, of which only a hash is kept. */
function presented({ id, name, createdAt }: OperatorTokenRecord) {
  return { id, name, createdAt }
}
