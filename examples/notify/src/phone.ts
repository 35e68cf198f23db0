import { PhoneMutedException, PhoneOfflineException } from './exceptions.ts'
import type { Health } from './health.ts'

export interface Phone {
  /** Rings, and answers for how many seconds. */
  ring(user: string, text: string): Promise<{ readonly rangSeconds: number }>
}

/** A phone that can be off, or muted by its owner. */
export function phoneOf(health: Health): Phone {
  return {
    async ring(user) {
      if (health.phone === 'offline') throw new PhoneOfflineException(user)
      if (health.phone === 'muted') throw new PhoneMutedException(user)
      return { rangSeconds: 3 }
    },
  }
}
