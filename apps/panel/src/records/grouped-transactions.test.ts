import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GroupedTransactions } from './grouped-transactions.ts'
import { RecordsUnavailableException } from './sqlite.ts'

describe('transactions that wait at the same moment', () => {
  let folder: ReturnType<typeof mkdtempDisposableSync>
  let writer: DatabaseSync
  let reader: DatabaseSync
  let transactions: GroupedTransactions
  beforeEach(() => {
    folder = mkdtempDisposableSync(join(tmpdir(), 'evenkeel-records-'))
    const path = join(folder.path, 'numbers.db')
    writer = new DatabaseSync(path)
    writer.exec(`
      pragma journal_mode = wal;
      create table numbers (number integer primary key);
      create table followers (of integer references numbers (number));
    `)
    reader = new DatabaseSync(path, { readOnly: true })
    transactions = new GroupedTransactions(writer)
  })
  afterEach(() => {
    reader.close()
    writer.close()
    folder.remove()
  })

  const insert = (number: number) =>
    transactions.run(async () => writer.prepare('insert into numbers values (?)').run(number))
  const numbers = () =>
    reader
      .prepare('select number from numbers order by number')
      .all()
      .map(row => row['number'])
  const fatesOf = async (asked: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(asked)).map(fate => (fate.status === 'rejected' ? fate.reason : 'done'))

  it('share a commit: when one is durable, all are', async () => {
    const seenByFirst = insert(1).then(numbers)
    await Promise.all([insert(2), insert(3)])

    expect(await seenByFirst).toEqual([1, 2, 3])
  })

  it('are undone alone when they throw', async () => {
    const failure = new Error('changed my mind')
    const failing = transactions.run(async () => {
      writer.exec('insert into numbers values (2)')
      throw failure
    })

    expect(await fatesOf([insert(1), failing, insert(3)])).toEqual(['done', failure, 'done'])
    expect(numbers()).toEqual([1, 3])
  })

  it('see what those before them wrote', async () => {
    const count = () => transactions.run(async () => writer.prepare('select * from numbers').all().length)

    expect(await Promise.all([insert(1), count(), insert(2), count()])).toMatchObject([{}, 1, {}, 2])
  })

  it('all fail when their commit does, and leave nothing', async () => {
    const orphan = transactions.run(async () => {
      writer.exec('pragma defer_foreign_keys = on; insert into followers values (99)')
    })

    const fates = await fatesOf([insert(1), orphan])

    expect(fates.map(String)).toEqual([
      expect.stringContaining('FOREIGN KEY'),
      expect.stringContaining('FOREIGN KEY'),
    ])
    expect(numbers()).toEqual([])
    await insert(2)
    expect(numbers()).toEqual([2])
  })

  it('are told when SQLite undoes all that is not committed; those after them go on', async () => {
    // As a full disk does: the whole database transaction is rolled back, whatever the savepoints.
    const clash = () =>
      transactions.run(async () => writer.exec('insert or rollback into numbers values (1)'))

    const [first, clashing, later] = await fatesOf([insert(1), clash(), insert(2)])

    expect(first).toBeInstanceOf(RecordsUnavailableException)
    expect(String(clashing)).toContain('UNIQUE')
    expect(later).toBe('done')
    expect(numbers()).toEqual([2])
  })

  it('are told also by one that swallows the error', async () => {
    const clash = () =>
      transactions.run(async () => {
        try {
          writer.exec('insert or rollback into numbers values (1)')
        } catch {} // as if it could go on
      })

    const fates = await fatesOf([insert(1), clash()])

    expect(fates).toEqual([expect.any(RecordsUnavailableException), expect.any(RecordsUnavailableException)])
  })

  it('do not wait for ever while more and more come', async () => {
    const seenByFirst = insert(0).then(numbers)
    const others = Array.from({ length: 199 }, (_, at) => insert(at + 1))
    const seen = await seenByFirst
    await Promise.all(others)

    expect(seen.length).toBeLessThan(200)
    expect(numbers()).toHaveLength(200)
  })

  it('are committed one by one where there is no disk to wait for', async () => {
    transactions = new GroupedTransactions(writer, { isGathering: false })
    const seenByFirst = insert(1).then(numbers)
    const seenBySecond = insert(2).then(numbers)

    expect([await seenByFirst, await seenBySecond]).toEqual([[1], [1, 2]])
  })

  it('run on behalf of whoever asked for them', async () => {
    const caller = new AsyncLocalStorage<string>()
    const asked = ['ann', 'bob'].map(name =>
      caller.run(name, () => transactions.run(async () => caller.getStore())),
    )

    expect(await Promise.all(asked)).toEqual(['ann', 'bob'])
  })

  it('are committed before they count as settled', async () => {
    const asked = [insert(1), insert(2)]
    await transactions.settled()

    expect(numbers()).toEqual([1, 2])
    await Promise.all(asked)
  })
})
