import { ValidationException } from 'evenkeel'
import type { Owned, OwnedRecord } from './owned.ts'
import type { Db } from './tables.ts'

/**
 * What a field of a request refers to by its uuid. Another project's is like one that isn't there.
 *
 * @param path the field's, as in `interfaces[0].network`
 * @throws {ValidationException} the project has no such thing
 */
export async function requireReference<R extends OwnedRecord>(
  db: Db,
  records: Owned<R>,
  projectId: string,
  uuid: string,
  path: string,
): Promise<R> {
  const record = await records.find(db, projectId, uuid)
  if (record === undefined)
    throw new ValidationException({ [path]: `${records.label} ${uuid} does not exist.` })
  return record
}
