import { ConflictException, DependencyException, failOpen } from 'evenkeel'
import type { Bucket, ObjectStorage } from '../cloud/object-storage.ts'
import type { ObjectsUserRecord } from '../records/objects-users.ts'

/** An objects user can't be deleted while it has buckets: what is in them would be nobody's. */
export class ObjectsUserHasBucketsException extends ConflictException<{
  id: string
  buckets: readonly string[]
}> {
  constructor({ uuid, name }: ObjectsUserRecord, buckets: readonly Bucket[]) {
    const names = buckets.slice(0, namedMax).map(bucket => `'${bucket.name}'`)
    const more = buckets.length > namedMax ? ` and ${buckets.length - namedMax} more` : ''
    const have = buckets.length === 1 ? 'bucket' : 'buckets'
    super(
      `Objects user '${name}' has the ${have} ${names.join(', ')}${more}. Delete what it has with its keys first; then delete the user.`,
      { data: { id: uuid, buckets: buckets.slice(0, namedMax).map(bucket => bucket.name) } },
    )
  }
}

const namedMax = 20

/** @throws {ObjectsUserHasBucketsException} the user has buckets */
export type BucketCheck = (user: ObjectsUserRecord) => Promise<void>

/**
 * Looks for buckets before a user is deleted. Fails open, and only for the object store's own failures: a deletion is never
 * told to come back, and the store itself deletes nobody who has a bucket.
 */
export function bucketCheck(objectStorage: Pick<ObjectStorage, 'listBuckets'>): BucketCheck {
  return async user => {
    const { cloudUserId } = user
    if (cloudUserId === null) return
    const buckets = await failOpen(() => objectStorage.listBuckets([cloudUserId]), [], {
      on: [DependencyException],
      name: 'objectStorage.listBuckets',
    })
    if (buckets.length > 0) throw new ObjectsUserHasBucketsException(user, buckets)
  }
}
