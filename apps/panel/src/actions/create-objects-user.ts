import { Secret } from 'evenkeel/actions'
import { z } from 'zod'
import { objectsUserRecords } from '../records/objects-users.ts'
import { checkQuota } from '../records/quota.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { action, changeOf } from './define.ts'
import { makeObjectsUser } from './steps/objects-user.ts'

/** A user of the object store to create, with its keys. */
export interface CreateObjectsUserRequest {
  /** Its id, of 64 hex digits. */
  readonly uuid: string
  readonly projectId: string
  readonly name: string
  readonly accessKey: string
  readonly secretKey: Secret
  /** The same as the records keep it (`secret-box.ts`). */
  readonly sealedSecretKey: string
  readonly tags: Tags
  /** With microseconds and `Z`. */
  readonly createdAt: string
}

/** Creates a user of the object store; or undoes it and leaves the reason. */
export const createObjectsUser = action('objects-user.create', {
  version: 1,
  input: z.object({ userId: z.string(), accessKey: z.string(), secretKey: z.instanceof(Secret) }),
  output: z.object({ cloudUserId: z.string() }),
  steps: [makeObjectsUser],

  creates: objectsUserRecords,
  about: ({ projectId, uuid, name }: CreateObjectsUserRequest) => ({
    projectId,
    kind: objectsUserRecords.kind,
    uuid,
    name,
    log: { action: 'objects_user_create', message: `Objects user '${name}' has been created` },
  }),

  locks: async ({ uuid }: CreateObjectsUserRequest) => [`objects-user:${uuid}`],

  async admit({ secretKey, ...record }: CreateObjectsUserRequest, db: Db, context) {
    await checkQuota(db, record.projectId, { objectsUsers: 1 })
    const change = changeOf('being created', context)
    await objectsUserRecords.insert(db, { ...record, deletedAt: null, change, cloudUserId: null })
    return { userId: record.uuid, accessKey: record.accessKey, secretKey }
  },

  async run({ accessKey, secretKey }, { step }) {
    const { id: cloudUserId } = await step(makeObjectsUser, { accessKey, secretKey })
    return { cloudUserId }
  },

  async onEnd(end, { userId }, db) {
    if (end.kind !== 'succeeded' || end.output === undefined) return
    await objectsUserRecords.update(db, userId, { ...end.output, change: null })
  },
})
