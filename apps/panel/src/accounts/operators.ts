import type { ClosedSessions, Operators } from '@evenkeel/console'
import { insertClosedSession, isSessionClosed } from '../records/closed-sessions.ts'
import type { Records } from '../records/database.ts'
import { findOperatorToken, findOperatorTokenById } from '../records/tokens.ts'
import { hashOfToken } from './token.ts'

/** Who may use the console: whoever has a token that the records know at that moment. */
export function operatorsIn({ read }: Pick<Records, 'read'>): Operators {
  return {
    withToken: token => findOperatorToken(read, hashOfToken(token)),
    withId: id => findOperatorTokenById(read, id),
  }
}

/** The sessions that operators have closed, kept across restarts as the sessions are. */
export function closedSessionsIn(records: Records): ClosedSessions {
  return {
    close: ({ id, endsAtMs }) =>
      records.transaction(trx => insertClosedSession(trx, { id, endsAtMs }, Date.now())),
    isClosed: id => isSessionClosed(records.read, id),
  }
}
