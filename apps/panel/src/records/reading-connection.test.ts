import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ReadingConnection } from './reading-connection.ts'

describe('a connection that only reads', () => {
  let opened: DisposableStack
  let writer: DatabaseSync
  let reader: DatabaseSync
  let connection: ReadingConnection
  beforeEach(() => {
    opened = new DisposableStack()
    const folder = opened.use(mkdtempDisposableSync(join(tmpdir(), 'evenkeel-reading-'))).path
    const path = join(folder, 'some.db')
    writer = opened.use(new DatabaseSync(path))
    writer.exec('pragma journal_mode = wal; create table things (name text)')
    reader = opened.use(new DatabaseSync(path, { readOnly: true }))
    connection = new ReadingConnection(reader)
  })
  afterEach(() => opened.dispose())

  const add = (name: string) => writer.prepare('insert into things values (?)').run(name)
  const names = () => connection.query('select name from things', []).rows.map(({ name }) => name)

  it('reads one committed state in one turn of the event loop, and a newer one in the next', async () => {
    add('a')
    const first = names()
    add('b')
    const second = await Promise.resolve().then(names)
    await nextTurn()

    expect([first, second, names()]).toEqual([['a'], ['a'], ['a', 'b']])
  })

  it('reads what is committed by now once it is told to', () => {
    const before = names()
    add('a')
    connection.refresh()

    expect([before, names()]).toEqual([[], ['a']])
  })

  it('is at rest between the turns, so that nothing old is kept for it', async () => {
    names()
    await nextTurn()

    expect(reader.isTransaction).toBe(false)
  })

  it('may be closed in the middle of a turn', async () => {
    names()
    reader.close()
    await nextTurn()

    expect(reader.isOpen).toBe(false)
  })

  it('goes on after a query that failed', async () => {
    expect(() => connection.query('select * from nowhere', [])).toThrow('no such table')
    await nextTurn()
    add('a')

    expect(names()).toEqual(['a'])
  })
})
