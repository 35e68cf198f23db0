import { MailboxFullException } from './exceptions.ts'
import type { Health } from './health.ts'

export interface Post {
  /** Sends an e-mail, and answers with its id. */
  send(user: string, text: string): Promise<{ readonly mailId: string }>
}

/** A mail server whose mailboxes can be full. */
export function postOf(health: Health): Post {
  let sent = 0
  return {
    async send(user) {
      if (health.mailbox === 'full') throw new MailboxFullException(user)
      return { mailId: `mail-${++sent}` }
    },
  }
}
