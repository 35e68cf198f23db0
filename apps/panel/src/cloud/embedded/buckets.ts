import { ConflictException, NotFoundException, ValidationException } from 'evenkeel'
import type { Bucket, BucketUsage, Period } from '../object-storage.ts'
import { plausibleUsage } from './bucket-usage.ts'
import type { CloudDatabase } from './database.ts'
import type { Moment } from './moment.ts'

/** What a bucket can be called, as S3 has it. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** There is no such bucket in the embedded object store. */
export class BucketNotFoundException extends NotFoundException<{ bucket: string }> {
  constructor(bucket: string) {
    super(`There is no bucket '${bucket}'.`, { data: { bucket } })
  }
}

/** Somebody has a bucket of this name. */
export class BucketNameTakenException extends ConflictException<{ bucket: string }> {
  constructor(bucket: string) {
    super(`There is a bucket '${bucket}' already. Choose another name.`, { data: { bucket } })
  }
}

/** A bucket, and since when it is there, in milliseconds since 1970. */
export interface MadeBucket extends Bucket {
  readonly madeAtMs: number
}

/**
 * Makes a bucket, as its user would.
 *
 * @throws {ValidationException} the store has no such user, or no bucket can be called that
 * @throws {BucketNameTakenException}
 */
export function makeBucket(db: CloudDatabase, { name, userId, madeAtMs }: MadeBucket): void {
  if (!bucketName.test(name))
    throw new ValidationException({
      name: 'Must have 3 to 63 lower-case letters, digits, dots and hyphens, and begin and end with a letter or digit.',
    })
  const user = db.one(
    `select 1 from objects where id = ? and kind = 'objects-user' and state = 'ready'`,
    userId,
  )
  if (user === undefined)
    throw new ValidationException({ objects_user_id: `Objects user ${userId} does not exist.` })
  if (db.one('select 1 from buckets where name = ?', name)) throw new BucketNameTakenException(name)
  db.run('insert into buckets (name, user_id, made_at_ms) values (?, ?, ?)', name, userId, madeAtMs)
}

/** Removes a bucket with all that is in it, as its user would. @throws {BucketNotFoundException} */
export function removeBucket(db: CloudDatabase, name: string): void {
  const removed = db.one('delete from buckets where name = ? returning 1', name)
  if (removed === undefined) throw new BucketNotFoundException(name)
}

export function bucketsOfUsers({ db }: Moment, userIds: readonly string[]): readonly Bucket[] {
  return rowsOf(db, userIds).map(({ name, userId }) => ({ name, userId }))
}

export function usageOfBuckets(
  { db, nowMs }: Moment,
  userIds: readonly string[],
  periods: readonly Period[],
): readonly BucketUsage[] {
  return rowsOf(db, userIds).map(bucket => ({
    name: bucket.name,
    userId: bucket.userId,
    usage: periods.map(period => plausibleUsage(bucket, period, nowMs)),
  }))
}

function rowsOf(db: CloudDatabase, userIds: readonly string[]): readonly MadeBucket[] {
  return db.all<MadeBucket>(
    `select name, user_id as userId, made_at_ms as madeAtMs from buckets
     where user_id in (select value from json_each(?)) order by name`,
    JSON.stringify(userIds),
  )
}
