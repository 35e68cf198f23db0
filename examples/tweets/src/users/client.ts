import { httpClient } from 'evenkeel/client'
import { z } from 'zod'
import * as exceptions from './exceptions.ts'
import { User, type Users } from './users.ts'

/** The users as other services call them. */
export function usersAt(baseUrl: string): Users {
  const call = httpClient({ baseUrl, service: 'users', exceptions: Object.values(exceptions) })
  return {
    async find(names) {
      if (names.length === 0) return {}
      const { body } = await call({
        path: '/users',
        query: { names: names.join(',') },
        operation: 'GET /users',
        answer: z.record(z.string(), User),
      })
      return body
    },
  }
}
