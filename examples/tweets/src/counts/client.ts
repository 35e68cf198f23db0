import { httpClient } from 'evenkeel/client'
import { z } from 'zod'
import type { Counts } from './counts.ts'

/** The counts as other services call them. */
export function countsAt(baseUrl: string): Counts {
  const call = httpClient({ baseUrl, service: 'counts' })
  return {
    async followers(names) {
      const { body } = await call({
        path: '/followers',
        query: { names: names.join(',') },
        operation: 'GET /followers',
        answer: z.record(z.string(), z.number()),
      })
      return body
    },
  }
}
