import { TabletOfflineException } from './exceptions.ts'
import type { Health } from './health.ts'

export interface Tablet {
  /** Shows the text, and answers with the line that it stands in. */
  show(user: string, text: string): Promise<{ readonly line: number }>
}

/** A tablet that can be off, and whose code has a bug for texts that are too long for its screen. */
export function tabletOf(health: Health): Tablet {
  const lines = ['']
  return {
    async show(user, text) {
      if (health.tablet === 'offline') throw new TabletOfflineException(user)
      const line = lines.findIndex(free => free.length + text.length <= 40)
      // The bug: there is no line at -1, and nobody has thought of that.
      return { line: (lines[line] as string).length }
    },
  }
}
