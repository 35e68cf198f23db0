import { currentTx, DependencyException, ServiceUnavailableException } from 'evenkeel'
import type { BucketUsage, ObjectStorage, Period } from '../cloud/object-storage.ts'

/** The object store does not say what its buckets were used for. */
export class BucketUsageUnavailableException extends ServiceUnavailableException {
  static override readonly isRetryForCallers = true

  constructor(cause: DependencyException) {
    const message =
      'The object store does not tell what its buckets were used for at the moment. Please try again in a minute.'
    super(message, { cause, publicMessage: message, retry: 'safe', retryAfterMs: 60_000 })
  }
}

/** @throws {BucketUsageUnavailableException} the object store does not say */
export type FindBucketUsage = (
  userIds: readonly string[],
  periods: readonly Period[],
) => Promise<readonly BucketUsage[]>

/** Asks the object store what the buckets of its users were used for. */
export function bucketUsageFrom(objectStorage: Pick<ObjectStorage, 'bucketUsage'>): FindBucketUsage {
  return async (userIds, periods) => {
    try {
      return await objectStorage.bucketUsage(userIds, periods, currentTx().signal)
    } catch (thrown) {
      if (thrown instanceof DependencyException) throw new BucketUsageUnavailableException(thrown)
      throw thrown
    }
  }
}
