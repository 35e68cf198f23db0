import { DatabaseSync } from 'node:sqlite'
import { InternalException } from 'evenkeel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SqliteConnection } from './sqlite-connection.ts'

describe('a connection', () => {
  let database: DatabaseSync
  let connection: SqliteConnection
  let preparedCount: number
  beforeEach(() => {
    database = new DatabaseSync(':memory:')
    database.exec('create table things (id integer primary key, full_name text, size_2 integer)')
    preparedCount = 0
    connection = new SqliteConnection(counting(database))
  })
  afterEach(() => database.close())

  /** The same database, which counts what is prepared. */
  function counting(counted: DatabaseSync): DatabaseSync {
    return Object.assign(Object.create(counted) as DatabaseSync, {
      prepare: (text: string) => {
        preparedCount++
        return counted.prepare(text)
      },
    })
  }

  const insert = 'insert into things (full_name, size_2) values (?, ?)'

  it('gives rows with the names that code uses, and tells what was changed', () => {
    expect(connection.query(insert, ['a', 1])).toEqual({ rows: [], changes: { count: 1, lastRowId: 1 } })
    expect(connection.query('select * from things', [])).toEqual({
      rows: [{ id: 1, fullName: 'a', size2: 1 }],
    })
  })

  it('gives the rows of what changes and returns as well', () => {
    expect(connection.query(`${insert} returning id, full_name`, ['a', 1])).toEqual({
      rows: [{ id: 1, fullName: 'a' }],
    })
  })

  it('prepares a text once', () => {
    for (const name of ['a', 'b', 'c']) connection.query(insert, [name, 1])

    expect(preparedCount).toBe(1)
    expect(connection.query('select full_name from things', []).rows).toHaveLength(3)
  })

  it('forgets the text that was not used for longest when there are very many', () => {
    connection.query('select 1', [])
    connection.query('select 2', [])
    for (let at = 0; at < 499; at++) {
      connection.query('select 1', [])
      connection.query(`select ${at} as other`, [])
    }
    const before = preparedCount

    connection.query('select 1', [])
    expect(preparedCount).toBe(before)
    connection.query('select 2', [])
    expect(preparedCount).toBe(before + 1)
  })

  it.each([[true], [undefined], [new Date(0)], [2 ** 53], [{}]])(
    'refuses %j as a parameter, which SQLite would keep as something else or not at all',
    value => {
      expect(() => connection.query(insert, ['a', value])).toThrow(InternalException)
      expect(() => connection.query(insert, ['a', value])).toThrow(/^Parameter 2 is .*things/)
      expect(connection.query('select * from things', []).rows).toEqual([])
    },
  )
})
