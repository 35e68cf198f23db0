import { setTimeout as delay } from 'node:timers/promises'
import { toException } from 'evenkeel'
import { httpClient } from 'evenkeel/client'

export interface LoadOptions {
  /** Where the search is. */
  url: string
  /** Told whenever the search ends otherwise than it did before. */
  say: (line: string) => void
  /** How long to wait between two searches, in milliseconds. @default 100 */
  pauseMs?: number
}

/** Somebody who searches all the time, and says how it goes. */
export function watchSearch({ url, say, pauseMs = 100 }: LoadOptions): { stop(): Promise<void> } {
  const call = httpClient({ baseUrl: url, service: 'search' })
  const search = async (): Promise<string> => {
    try {
      await call({ path: '/search', query: { q: 'tea' }, operation: 'GET /search' })
      return 'answers'
    } catch (thrown) {
      const { className, message } = toException(thrown)
      return `ends with ${className}: ${message}`
    }
  }

  const stopped = Promise.withResolvers<void>()
  let isStopped = false
  const watch = async (): Promise<void> => {
    for (let told = ''; !isStopped; ) {
      const outcome = await search()
      if (outcome !== told) say(`The search ${outcome}`)
      told = outcome
      await Promise.race([delay(pauseMs), stopped.promise])
    }
  }
  const watching = watch()
  return {
    async stop() {
      isStopped = true
      stopped.resolve()
      await watching
    },
  }
}
