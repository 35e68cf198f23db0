import { createHash } from 'node:crypto'
import type { Records } from './records/database.ts'
import { findMeta, insertMeta } from './records/meta.ts'
import type { SecretKey } from './secret-key.ts'
import { StartRefusedException } from './start-refused.ts'

/** The data were written with another secret key: what is encrypted in them could not be read. */
export class OtherSecretKeyException extends StartRefusedException {
  constructor() {
    super(
      'The data were written with another secret key. Start with that one (SECRET_KEY, or the .key file beside the data), or with an empty DATA_DIR.',
    )
  }
}

/**
 * Makes sure that the key is the one that the data were written with; the first one is remembered, as a hash.
 *
 * @throws {OtherSecretKeyException} it is another one
 */
export async function checkSecretKey(records: Records, secretKey: SecretKey): Promise<void> {
  const check = createHash('sha256').update(secretKey.derive('key-check')).digest('hex')
  await records.transaction(async trx => {
    const known = await findMeta(trx, 'key-check')
    if (known === undefined) await insertMeta(trx, 'key-check', check)
    else if (known !== check) throw new OtherSecretKeyException()
  })
}
