import { httpClient } from 'evenkeel/client'
import { z } from 'zod'
import { Place, type Places } from './places.ts'

/** The places as other services call them. */
export function placesAt(baseUrl: string): Places {
  const call = httpClient({ baseUrl, service: 'places' })
  return {
    async find(ids) {
      if (ids.length === 0) return {}
      const { body } = await call({
        path: '/places',
        query: { ids: ids.join(',') },
        operation: 'GET /places',
        answer: z.record(z.string(), Place),
      })
      return body
    },
  }
}
