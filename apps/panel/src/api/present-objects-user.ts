import type { ObjectsUserRecord } from '../records/objects-users.ts'
import type { Db } from '../records/tables.ts'
import type { SecretBox } from '../secret-box.ts'
import type { Href } from './href.ts'

/** Objects users of one project as the API shows them: whoever has their token has their keys. */
export function presentObjectsUsers(box: SecretBox) {
  return async (users: readonly ObjectsUserRecord[], _db: Db, href: Href): Promise<readonly object[]> =>
    users.map(({ uuid: id, name, accessKey, sealedSecretKey, tags }) => ({
      href: href(`objects-users/${id}`),
      id,
      display_name: name,
      keys: [{ access_key: accessKey, secret_key: box.open(sealedSecretKey, id) }],
      tags,
    }))
}
