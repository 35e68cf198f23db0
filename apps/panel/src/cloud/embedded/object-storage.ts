import { createHash } from 'node:crypto'
import type { NewStorageUser, ObjectStorage, StorageUser } from '../object-storage.ts'
import { bucketsOfUsers, usageOfBuckets } from './buckets.ts'
import type { Calls } from './calls.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  type ObjectRow,
  objectsWithKey,
  objectWithId,
  requireSound,
  requireUnused,
  statusOf,
} from './objects.ts'

/** The object store of the embedded cloud. */
export function embeddedObjectStorage(calls: Calls): ObjectStorage {
  return {
    createUser: ({ secretKey, ...user }, signal) =>
      // It never signs anything with the key, and so keeps what proves that it was given, not the key.
      calls.effect('objectStorage.createUser', { ...user, secretKeyHash: hashOf(secretKey) }, signal),
    findUsers: (key, signal) =>
      calls.read('objectStorage.findUsers', moment => usersWithKey(moment, key), signal),
    getUser: (id, signal) => calls.read('objectStorage.getUser', moment => userById(moment, id), signal),
    listUsers: (page, signal) =>
      calls.read(
        'objectStorage.listUsers',
        moment => listObjects(moment, 'objects-user', page, presentUser),
        signal,
      ),
    deleteUser: (id, signal) => calls.effect('objectStorage.deleteUser', { id }, signal),
    listBuckets: (userIds, signal) =>
      calls.read('objectStorage.listBuckets', moment => bucketsOfUsers(moment, userIds), signal),
    bucketUsage: (userIds, periods, signal) =>
      calls.read('objectStorage.bucketUsage', moment => usageOfBuckets(moment, userIds, periods), signal),
  }
}

type KeptUser = Omit<NewStorageUser, 'secretKey'> & { readonly secretKeyHash: string }

export function createUser(moment: Moment, { key, id, accessKey, secretKeyHash }: KeptUser): StorageUser {
  const { db } = moment
  requireSound(moment, key !== '', 'an objects user needs a key')
  requireSound(moment, id !== '', 'an objects user needs an id')
  requireSound(moment, userById(moment, id) === undefined, `there is an objects user ${id}`)
  const holder = db.one('select 1 from objects_users where access_key = ?', accessKey)
  requireSound(moment, holder === undefined, `the access key ${accessKey} is another user's`)
  insertObject(moment, { kind: 'objects-user', key, zone: null, id })
  db.run(
    'insert into objects_users (id, access_key, secret_key_hash) values (?, ?, ?)',
    id,
    accessKey,
    secretKeyHash,
  )
  begin(moment, id, 'create', settlingMs.objectsUserCreated)
  return userById(moment, id) as StorageUser
}

export function deleteUser(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'objects-user', id)
  if (object === undefined) return
  requireUnused(object, 'bucket', bucketsOfUsers(moment, [id])[0]?.name ?? null)
  beginRemoval(moment, object, settlingMs.objectsUserDeleted)
}

interface UserRow extends ObjectRow {
  readonly access_key: string
}

function userById(moment: Moment, id: string): StorageUser | undefined {
  const row = objectWithId<UserRow>(moment, 'objects_users', id)
  return row && presentUser(row)
}

function usersWithKey(moment: Moment, key: string): readonly StorageUser[] {
  return objectsWithKey<UserRow>(moment, 'objects_users', key).map(presentUser)
}

function presentUser(row: UserRow): StorageUser {
  return { id: row.id, accessKey: row.access_key, status: statusOf(row) }
}

function hashOf(secretKey: string): string {
  return createHash('sha256').update(secretKey).digest('hex')
}
