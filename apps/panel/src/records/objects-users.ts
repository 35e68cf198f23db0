import { randomBytes } from 'node:crypto'
import { NotFoundException } from 'evenkeel'
import { type OwnedRecord, owned } from './owned.ts'

/** A user of the object store as its owner knows it. In the place of a uuid it has an id of 64 hex digits. */
export interface ObjectsUserRecord extends OwnedRecord {
  readonly name: string
  readonly accessKey: string
  /** Encrypted for this user alone (`secret-box.ts`). */
  readonly sealedSecretKey: string
  /** What the object store calls it: another one for each attempt to make it. */
  readonly cloudUserId: string | null
}

/** No such objects user in the caller's project. For a day after a failed creation its message says why that failed. */
export class ObjectsUserNotFoundException extends NotFoundException<{ id: string }> {
  constructor(id: string, detail: string) {
    super(detail, { data: { id } })
  }
}

export const objectsUserRecords = owned<ObjectsUserRecord>({
  table: 'objectsUsers',
  kind: 'objects-user',
  label: 'Objects user',
  notFound: (id, detail) => new ObjectsUserNotFoundException(id, detail),
})

export function newObjectsUserId(): string {
  return randomBytes(32).toString('hex')
}
