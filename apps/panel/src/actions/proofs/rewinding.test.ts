import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CloudDatabase } from '../../cloud/embedded/database.ts'
import { createServer } from '../create-server.ts'
import { actionsBench } from '../panel.fixture.ts'
import { imageOf } from './panel-world.ts'
import { PastConnection } from './past-connection.ts'
import { type Rewindable, rewinding } from './rewinding.ts'

it('records and cloud go back to an image with a server in it, whatever became of it', async () => {
  await using stack = new AsyncDisposableStack()
  const bench = stack.adopt(await actionsBench(), open => open.dispose())
  const { end } = await bench.actions.start(createServer, bench.newServer())
  await bench.clock.run(end)
  const image = imageOf(bench)
  const folder = stack.use(mkdtempDisposableSync(join(tmpdir(), 'evenkeel-rewinding-'))).path
  const file = (name: string, content: Uint8Array) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const records = stack.adopt(new PastConnection(file('panel.db', image.records)), open => open.close())
  const cloud = stack.adopt(new CloudDatabase(':memory:', image.cloud), open => open.close())
  const rewinds = [
    rewinding(records, file('panel-image.db', image.records)),
    rewinding(cloud, file('cloud-image.db', image.cloud)),
  ]
  const before = [rowsOf(records), rowsOf(cloud)]

  records.run("update servers set status = 'stopped'")
  records.run('delete from addresses')
  cloud.run('delete from objects')
  const between = [rowsOf(records), rowsOf(cloud)]
  for (const rewind of rewinds) rewind()

  expect(between).not.toEqual(before)
  expect([rowsOf(records), rowsOf(cloud)]).toEqual(before)
})

function rowsOf(database: Rewindable): object {
  const tables = database.all("select name from main.sqlite_schema where type = 'table'")
  return Object.fromEntries(tables.map(({ name }) => [name, database.all(`select * from main.${name}`)]))
}
