import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import { objectsUserRecords } from '../records/objects-users.ts'
import type { Db } from '../records/tables.ts'
import { action } from './define.ts'
import { removeObjectsUserOf } from './steps/objects-user.ts'
import type { Target } from './target.ts'

/**
 * Deletes a user of the object store, and never what is in a bucket: who has one is not to come as far as this
 * (`bucket-check.ts`). Admitted at once.
 */
export const deleteObjectsUser = action('objects-user.delete', {
  version: 1,
  input: z.object({ userId: z.string() }),
  output: z.null(),
  steps: [removeObjectsUserOf],
  queue: 'after-admission',
  cancels: ['objects-user.create'],

  async about({ projectId, uuid }, db) {
    const name = (await objectsUserRecords.findAny(db, uuid))?.name ?? uuid
    const log = { action: 'objects_user_delete', message: `Objects user '${name}' has been deleted` }
    return { projectId, kind: objectsUserRecords.kind, uuid, name, log }
  },

  locks: async ({ uuid }: Target) => [`objects-user:${uuid}`],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    await objectsUserRecords.require(db, projectId, uuid, nowMs)
    await objectsUserRecords.markDeleted(db, uuid, newCreatedAt(nowMs))
    return { userId: uuid }
  },

  run: ({ userId }, { step }) => step.pivot('deletion', [[removeObjectsUserOf, { userId }]]),

  onEnd: async () => {},
})
