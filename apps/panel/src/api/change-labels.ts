import { initiatorNow } from '../actions/define.ts'
import { requireOpen } from '../actions/require-open.ts'
import type { Target } from '../actions/target.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { insertEvent } from '../records/events.ts'
import { type Labels, labelChanges } from '../records/labels.ts'
import type { Owned, OwnedRecord } from '../records/owned.ts'
import type { ApiContext } from './context.ts'

/** What else a kind has that only its records know. */
export interface OtherChanges<R> {
  readonly changes: Partial<R>
  /** What they mean, in words that complete the record's name: none where all is so already. */
  done(record: R): readonly string[]
}

/**
 * Changes name and tags, and what a kind has beside these: a database transaction of its own, also while an action runs on
 * the object. The project's log tells of it, unless all was so already.
 *
 * @throws {NotFoundException} the kind's own: the project has no such thing
 */
export async function changeLabels<R extends OwnedRecord & { readonly name?: string }>(
  { records, now }: Pick<ApiContext, 'records' | 'now'>,
  kind: Owned<R>,
  { projectId, uuid }: Target,
  labels: Labels,
  others?: OtherChanges<R>,
): Promise<void> {
  const nowMs = now()
  await records.transaction(async trx => {
    await requireOpen(trx, projectId, nowMs)
    const record = await kind.require(trx, projectId, uuid, nowMs)
    const done = [...labelChanges(record, labels), ...(others?.done(record) ?? [])]
    if (done.length === 0) return
    await kind.update(trx, uuid, { ...labels, ...others?.changes } as Partial<R>)
    await insertEvent(trx, {
      projectId,
      object: `${kind.kind}:${uuid}`,
      action: `${kind.kind.replaceAll('-', '_')}_update`,
      message: `${kind.label} '${kind.nameOf(record)}' ${done.join(' and ')}`,
      initiator: initiatorNow(),
      at: newCreatedAt(nowMs),
    })
  })
}
