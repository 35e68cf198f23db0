import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  DatabaseUnusableException,
  NestedTransactionException,
  openRecords,
  type Records,
} from './database.ts'
import { NewerDatabaseException } from './migrations/migrate.ts'
import { serverRecords } from './servers.ts'
import { RecordsUnavailableException } from './sqlite.ts'
import { someProject, someServer, temporaryRecords } from './testing.ts'

describe('openRecords', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-records-'))
    path = join(folder, 'panel.db')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('keeps the id that was written when the database was made', async () => {
    const first = await openRecords({ path })
    await first.close()
    const second = await openRecords({ path })
    await second.close()

    expect(second.id).toBe(first.id)
  })

  it('gives each database an id of its own', async () => {
    const one = await openRecords({ path })
    const other = await openRecords({ path: join(folder, 'other.db') })
    await Promise.all([one.close(), other.close()])

    expect(other.id).not.toBe(one.id)
  })

  it('says nothing of an upgrade when it makes the database or finds the newest version', async () => {
    const first = await openRecords({ path })
    await first.close()
    const second = await openRecords({ path })
    await second.close()

    expect([first.upgraded, second.upgraded]).toEqual([undefined, undefined])
  })

  it('refuses a database of a newer release, and leaves it as it is', async () => {
    const newer = new DatabaseSync(path)
    newer.exec('pragma user_version = 99')
    newer.close()

    await expect(openRecords({ path })).rejects.toThrow(NewerDatabaseException)
    await expect(openRecords({ path })).rejects.toThrow(/has version 99.*knows versions up to \d+/)
  })

  it('refuses a file that is no database with a sentence that names it', async () => {
    await writeFile(path, 'This is a letter to a friend, and no database at all.'.repeat(100))

    const refusal = await openRecords({ path }).catch((error: unknown) => error)

    expect(refusal).toBeInstanceOf(DatabaseUnusableException)
    expect((refusal as Error).message).toContain(path)
  })
})

describe('a database transaction', () => {
  let records: Records
  let folder: string
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, folder, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  const names = async () => (await serverRecords.list(records.read, someProject.id)).map(({ name }) => name)

  it('is seen by readers once it has resolved, and by none before', async () => {
    let seenWithin: string[] = ['not looked']
    await records.transaction(async trx => {
      await serverRecords.insert(trx, someServer({ name: 'web' }))
      seenWithin = await names()
    })

    expect(seenWithin).toEqual([])
    expect(await names()).toEqual(['web'])
  })

  it('leaves nothing when its work throws, and lets the error through', async () => {
    const failure = new Error('changed my mind')
    const attempt = records.transaction(async trx => {
      await serverRecords.insert(trx, someServer())
      throw failure
    })

    await expect(attempt).rejects.toBe(failure)
    expect(await names()).toEqual([])
  })

  it('runs after the ones before it, whatever they await', async () => {
    const order: string[] = []
    const { promise: slow, resolve } = Promise.withResolvers<void>()
    const first = records.transaction(async () => {
      await slow
      order.push('first')
    })
    const second = records.transaction(async () => {
      order.push('second')
    })
    resolve()
    await Promise.all([first, second])

    expect(order).toEqual(['first', 'second'])
  })

  it('goes on after one that failed', async () => {
    const failed = records.transaction(async () => {
      throw new Error('no')
    })
    const next = records.transaction(async () => 'done')

    await expect(failed).rejects.toThrow('no')
    expect(await next).toBe('done')
  })

  it('refuses to wait for itself', async () => {
    const nested = records.transaction(() => records.transaction(async () => undefined))

    await expect(nested).rejects.toThrow(NestedTransactionException)
  })

  it('may be begun by work that outlived the transaction that started it', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    let later: Promise<string> | undefined
    await records.transaction(async () => {
      later = ended.then(() => records.transaction(async () => 'done'))
    })
    resolve()

    expect(await later).toBe('done')
  })

  it('refuses queries after its end', async () => {
    const leaked = await records.transaction(async trx => trx)

    await expect(serverRecords.list(leaked, someProject.id)).rejects.toThrow(
      'after the end of its database transaction',
    )
  })

  it('keeps what a foreign key points to', async () => {
    const orphan = records.transaction(trx => serverRecords.insert(trx, someServer({ projectId: 'nobody' })))

    await expect(orphan).rejects.toThrow('FOREIGN KEY')
  })

  it('says that another program holds the database', async () => {
    const path = join(folder, 'panel.db')
    const impatient = await openRecords({ path, busyTimeoutMs: 0 })
    const other = new DatabaseSync(path)
    other.exec('begin exclusive')
    const attempt = impatient.transaction(async () => undefined)

    await expect(attempt).rejects.toThrow(RecordsUnavailableException)
    other.close()
    await impatient.close()
  })

  it('waits for the transactions before it when it is closed, and refuses later ones', async () => {
    const { records: own, dispose: disposeOwn } = await temporaryRecords()
    const running = own.transaction(async () => 'done')
    await own.close()

    expect(await running).toBe('done')
    await expect(own.transaction(async () => undefined)).rejects.toThrow('was closed before')
    await disposeOwn()
  })

  it.each([
    ['a Date', new Date(0)],
    ['true', true],
    ['an integer that is not exact', 2 ** 53],
    ['a list', []],
  ])('refuses to store %s, which SQLite would change or break', async (_, value) => {
    const attempt = records.transaction(trx =>
      trx
        .insertInto('meta')
        .values({ key: 'k', value: value as never })
        .execute(),
    )

    await expect(attempt).rejects.toThrow("which SQLite can't keep")
  })

  it('keeps any text as it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async text => {
        const value = await records.transaction(async trx => {
          await trx.replaceInto('meta').values({ key: 'text', value: text }).execute()
          const row = await trx
            .selectFrom('meta')
            .select('value')
            .where('key', '=', 'text')
            .executeTakeFirst()
          return row?.value
        })
        expect(value).toBe(text)
      }),
      { numRuns: 50 },
    )
  })

  it('tells who listens that something can be read now, and nothing of what was undone', async () => {
    const seen: string[][] = []
    const looks: Promise<unknown>[] = []
    const stop = records.onCommit(() => looks.push(names().then(read => seen.push(read))))
    const insert = (name: string, after = async () => {}) =>
      records.transaction(async trx => {
        await serverRecords.insert(trx, someServer({ name }))
        await after()
      })

    await insert('first')
    await Promise.all(looks)
    await expect(insert('undone', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await insert('second')
    await Promise.all(looks)
    stop()
    await insert('third')

    expect(seen.at(0)).toEqual(['first'])
    expect(seen.at(-1)).toEqual(['first', 'second'])
  })
})
