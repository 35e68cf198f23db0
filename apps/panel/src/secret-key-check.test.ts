import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './records/database.ts'
import { temporaryRecords } from './records/testing.ts'
import { loadSecretKey } from './secret-key.ts'
import { checkSecretKey, OtherSecretKeyException } from './secret-key-check.ts'

describe('checkSecretKey', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  const key = (byte: number) => loadSecretKey({ secretKey: new Uint8Array(32).fill(byte), dataDir: 'unused' })

  it('takes the first key, and from then on no other', async () => {
    await checkSecretKey(records, key(1))

    await expect(checkSecretKey(records, key(1))).resolves.toBeUndefined()
    await expect(checkSecretKey(records, key(2))).rejects.toThrow(OtherSecretKeyException)
  })
})
