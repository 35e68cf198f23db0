import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { actionDatabaseContract } from 'evenkeel/testing/contracts'
import { describe, expect, it } from 'vitest'
import { ApplicationDatabase } from './application-database.ts'

function openTemporary() {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'evenkeel-bench-'))
  const database = new ApplicationDatabase(join(folder.path, 'application.db'))
  const dispose = async () => {
    database.close()
    folder.remove()
  }
  return { database, dispose }
}

actionDatabaseContract("an application's database of the benchmarks", async () => openTemporary())

describe("an application's database of the benchmarks", () => {
  it('undoes a transaction that throws, and not those that are committed with it', async () => {
    const { database, dispose } = openTemporary()
    const failing = () =>
      database.transaction(async db => {
        db.insertOrder(2)
        throw new Error('no such order')
      })

    const outcomes = await Promise.allSettled([
      database.transaction(async db => db.insertOrder(1)),
      failing(),
      database.transaction(async db => db.insertOrder(3)),
    ])

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(database.read.countOrders('open')).toBe(2)
    await dispose()
  })
})
