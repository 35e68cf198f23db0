import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { atOneMoment, NeverStillException } from './one-moment.ts'

let folder: string
let paths: readonly string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-moment-'))
  paths = ['a.db', 'b.db', 'c.db'].map(name => join(folder, name))
  for (const path of paths) {
    const database = new DatabaseSync(path)
    database.exec(
      'pragma journal_mode = wal; create table counted (n integer); insert into counted values (0)',
    )
    database.close()
  }
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Counts in the first database, then in the second, then in the third, and on, as quickly as it can. */
const counting = `
  const { workerData } = require('node:worker_threads')
  const { DatabaseSync } = require('node:sqlite')
  const databases = workerData.paths.map(path => new DatabaseSync(path, { timeout: 5000 }))
  for (let n = 1; ; n++)
    for (const database of databases) database.prepare('update counted set n = ?').run(n)
`

function countIn(database: DatabaseSync): number {
  return (database.prepare('select n from counted').get() as { n: number }).n
}

describe('one moment of several databases', () => {
  it('shows nothing later without all that came before it, whatever is being written', async () => {
    const worker = new Worker(counting, { eval: true, workerData: { paths } })
    try {
      const seen = new Set<number>()
      while (seen.size < 20) {
        using moment = await atOneMoment(paths)
        const [first = 0, second = 0, third = 0] = moment.readers.map(countIn)

        expect(
          [first - second, second - third, first - third].every(ahead => ahead === 0 || ahead === 1),
        ).toBe(true)
        seen.add(first)
      }
    } finally {
      await worker.terminate()
    }
  })

  it('stays as it was while they are written on and copied', async () => {
    const [path = ''] = paths
    const writer = new DatabaseSync(path)
    using moment = await atOneMoment(paths)
    for (let n = 1; n <= 100; n++) writer.exec(`update counted set n = ${n}; pragma wal_checkpoint`)
    writer.close()

    const [reader] = moment.readers
    const copyPath = join(folder, 'copy.db')
    await backup(reader as DatabaseSync, copyPath)

    const copy = new DatabaseSync(copyPath)
    expect(countIn(copy)).toBe(0)
    copy.close()
  })

  it('keeps nobody from writing once it is there', async () => {
    using moment = await atOneMoment(paths)

    for (const path of paths) {
      const writer = new DatabaseSync(path, { timeout: 0 })
      writer.exec('update counted set n = 7')
      writer.close()
    }
    expect(moment.readers.map(countIn)).toEqual([0, 0, 0])
  })

  it.each([0, 1, 2])(
    'is not to be had while somebody holds number %i of them, and no lock is kept',
    async at => {
      const holder = new DatabaseSync(paths[at] as string)
      holder.exec('begin immediate')

      await expect(atOneMoment(paths, { withinMs: 1 })).rejects.toThrow(NeverStillException)

      holder.exec('commit')
      holder.close()
      for (const path of paths) {
        const writer = new DatabaseSync(path, { timeout: 0 })
        writer.exec('update counted set n = 1')
        writer.close()
      }
    },
  )
})
