import { httpClient } from 'evenkeel/client'
import { z } from 'zod'
import * as exceptions from './exceptions.ts'
import { type Store, Tweet } from './store.ts'

/** The store as other services call it. Its exceptions arrive as the classes that it threw. */
export function storeAt(baseUrl: string): Store {
  const call = httpClient({ baseUrl, service: 'store', exceptions: Object.values(exceptions) })
  return {
    async find(words) {
      const { body } = await call({
        path: '/tweets',
        query: { words },
        operation: 'GET /tweets',
        answer: z.array(Tweet),
      })
      return body
    },
    async add(draft) {
      const { body } = await call({ method: 'POST', path: '/tweets', body: draft, answer: Tweet })
      return body
    },
  }
}
