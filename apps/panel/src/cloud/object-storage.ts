import type { Listed, ListPage, ObjectState } from './cloud.ts'

/** What the requests of a user are signed with. */
export interface AccessKeys {
  readonly accessKey: string
  readonly secretKey: string
}

export interface NewStorageUser extends AccessKeys {
  /** The key of the step that makes it: stays on the user, so that it can be found again. */
  readonly key: string
  /** Chosen by us: there is one user of an id. */
  readonly id: string
}

/** Whose buckets are whose. What users are called by people is no matter of the store's. */
export interface StorageUser {
  readonly id: string
  readonly accessKey: string
  readonly status: ObjectState
}

/** What a user keeps objects in. It is made by the user, without us. */
export interface Bucket {
  /** There is one bucket of a name. */
  readonly name: string
  readonly userId: string
}

/** In milliseconds since 1970. */
export interface Period {
  readonly fromMs: number
  /** The first moment that isn't part of it. */
  readonly toMs: number
}

export interface Usage {
  readonly requests: number
  /** On average over the period, as is the next. */
  readonly objectCount: number
  readonly storageBytes: number
  readonly receivedBytes: number
  readonly sentBytes: number
}

export interface BucketUsage extends Bucket {
  /** One for each period that was asked for, in their order. */
  readonly usage: readonly Usage[]
}

/** The object store: its users, and what their buckets are used for. Reads are as fresh as effects. All calls throw the exceptions of `cloud/exceptions.ts`. */
export interface ObjectStorage {
  /** @throws {CloudRefusedException} there is a user of this id, or with this access key */
  createUser(user: NewStorageUser, signal?: AbortSignal): Promise<StorageUser>
  /** Every user that carries the key. */
  findUsers(key: string, signal?: AbortSignal): Promise<readonly StorageUser[]>
  /** The user, or undefined once it is gone. */
  getUser(id: string, signal?: AbortSignal): Promise<StorageUser | undefined>
  listUsers(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<StorageUser>[]>
  /** Accepts the deletion; deleting an absent one is success. @throws {CloudObjectInUseException} the user has a bucket */
  deleteUser(id: string, signal?: AbortSignal): Promise<void>
  /** The buckets of these users, by their names; of users that are not there it has none. */
  listBuckets(userIds: readonly string[], signal?: AbortSignal): Promise<readonly Bucket[]>
  /** The same with what was done with each in some periods: nothing before it was made, or from now on. */
  bucketUsage(
    userIds: readonly string[],
    periods: readonly Period[],
    signal?: AbortSignal,
  ): Promise<readonly BucketUsage[]>
}
