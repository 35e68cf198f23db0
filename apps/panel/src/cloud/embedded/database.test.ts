import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CloudDatabase } from './database.ts'

describe('what comes to the cloud at the same moment', () => {
  let opened: DisposableStack
  let database: CloudDatabase
  let other: CloudDatabase
  beforeEach(() => {
    opened = new DisposableStack()
    const folder = join(opened.use(mkdtempDisposableSync(join(tmpdir(), 'evenkeel-cloud-'))).path, 'cloud')
    database = opened.adopt(new CloudDatabase(folder), open => open.close())
    other = opened.adopt(new CloudDatabase(folder), open => open.close())
    database.run('create table things (name text)')
  })
  afterEach(() => opened.dispose())

  const add = (name: string) => database.together(() => database.run('insert into things values (?)', name))
  const namesIn = (from: CloudDatabase) =>
    from.all<{ name: string }>('select name from things').map(({ name }) => name)

  it('is kept together, and not before', async () => {
    const one = add('one')
    const two = add('two')
    const before = namesIn(other)

    await one.kept

    expect([before, namesIn(other)]).toEqual([[], ['one', 'two']])
    await two.kept
  })

  it('fails alone where it fails', async () => {
    const one = add('one')
    const fails = () =>
      database.together(() => {
        database.run("insert into things values ('half')")
        throw new Error('enough')
      })

    expect(fails).toThrow('enough')
    const two = add('two')
    await Promise.all([one.kept, two.kept])

    expect(namesIn(other)).toEqual(['one', 'two'])
  })

  it('is kept before something else begins, and before the world is closed', async () => {
    const one = add('one')
    database.transaction(() => expect(namesIn(other)).toEqual(['one']))
    const two = add('two')
    database.close()

    expect(namesIn(other)).toEqual(['one', 'two'])
    await Promise.all([one.kept, two.kept])
  })

  it('is kept at once in memory, where nothing is waited for', async () => {
    using stack = new DisposableStack()
    const memory = stack.adopt(new CloudDatabase(':memory:'), open => open.close())
    const { result, kept } = memory.together(() => memory.one<{ one: number }>('select 1 as one'))

    expect(result).toEqual({ one: 1 })
    await kept
  })
})
