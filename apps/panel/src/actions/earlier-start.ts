import type { StartOptions } from 'evenkeel/actions'
import type { Records } from '../records/database.ts'
import { findAnyProjectAction, type ProjectActionRecord } from '../records/project-actions.ts'
import type { PanelActions } from './panel-actions.ts'

/** An idempotency key, as a request came under it. */
export type UnderKey = Required<Pick<StartOptions, 'idempotencyKey' | 'keyOwner' | 'sameUnderKey'>>

/**
 * Finds what an equal request has started under the same key.
 *
 * @returns undefined for a key that is free
 * @throws {IdempotencyKeyReusedException} the key was used for another request
 */
export type FindEarlierStart = (key: UnderKey) => Promise<ProjectActionRecord | undefined>

export function earlierStarts(actions: PanelActions, { read }: Pick<Records, 'read'>): FindEarlierStart {
  return async ({ idempotencyKey, ...same }) => {
    const started = await actions.startedUnder(idempotencyKey, same)
    return started && findAnyProjectAction(read, started.id)
  }
}
