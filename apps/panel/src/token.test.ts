import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashOfToken } from './accounts/token.ts'
import type { Records } from './records/database.ts'
import { temporaryRecords } from './records/testing.ts'
import { findToken } from './records/tokens.ts'

describe('the token command', () => {
  let records: Records
  let folder: string
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, folder, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  const run = async (dataDir: string, ...words: string[]) => {
    const program = new URL('./token.ts', import.meta.url).pathname
    const environment = { ...process.env, DATA_DIR: dataDir }
    return promisify(execFile)(process.execPath, [program, ...words], { env: environment })
  }

  it('prints a token that works at once, while another process has the records open', async () => {
    const { stdout } = await run(folder, 'panel', '--read-only', '--name', 'monitoring')

    expect(await findToken(records.read, hashOfToken(stdout.trim()))).toMatchObject({
      name: 'monitoring',
      isReadOnly: true,
    })
  })

  it('fails with one line where the panel was never started', async () => {
    const empty = join(folder, 'empty')
    await mkdir(empty)

    await expect(run(empty, 'panel')).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'There is no project yet. Start the panel once, and then make tokens.\n',
    })
  })
})
