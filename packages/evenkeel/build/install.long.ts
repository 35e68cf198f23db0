import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FreshApp, nodeOf, readmeBlocks } from './fresh-app.ts'

const stores = `
import { memoryJournal, sqliteJournal } from 'evenkeel/actions'
import { newTxId } from 'evenkeel'
import { sqliteTxLog } from 'evenkeel/tx-log'

const log = sqliteTxLog({ folder: process.argv[2] + '/log' })
console.log(await log.find(newTxId()))
await log.close()
const journal = await sqliteJournal({ path: process.argv[2] + '.db' })
await journal.close()
console.log(typeof memoryJournal)
`

const typed = `
import { BadGatewayException, chain, Filter, type Service, statusOf } from 'evenkeel'
import { httpClient, type HttpResult } from 'evenkeel/client'
import { memoryStats } from 'evenkeel/stats'

class ShoutFilter extends Filter<string, string> {
  override async apply(request: string, next: Service<string, string>): Promise<string> {
    return (await next(request)).toUpperCase()
  }
}
const echo: Service<string, string> = chain([new ShoutFilter()], async request => request)
const status: number = statusOf(new BadGatewayException('No.', { data: { peer: 'dns' } }))
const answer: Promise<HttpResult> = httpClient({ baseUrl: 'http://127.0.0.1', service: 'x' })({ path: '/' })
// @ts-expect-error: an exception is no number
const wrong: number = memoryStats().totals()
export { answer, echo, status, wrong }
`

describe('the packed library in an empty folder', () => {
  let app: FreshApp
  beforeAll(() => {
    app = new FreshApp()
    app.install('fastify@5')
    for (const [name, text] of readmeBlocks()) if (name.startsWith('// ')) app.write(name.slice(3), text)
    app.write('stores.js', stores)
  })
  afterAll(() => app[Symbol.dispose]())

  it.each(['22', '24', '26'])('does on Node %s what the README says, with a store in SQLite', version => {
    const node = nodeOf(version, app.folder)

    expect(app.run(node, '--version')).toMatch(new RegExp(`^v${version}\\.`))
    expect(app.run(node, 'client.js')).toBe(readmeBlocks().get('$ node client.js'))
    expect(app.run(node, 'stores.js', `${app.folder}/data-${version}`)).toBe('undefined\nfunction\n')
  })

  it('loads where Node has no SQLite: only the stores in it fail, by name', () => {
    const withoutSqlite = ['--no-experimental-sqlite']

    expect(app.run(process.execPath, ...withoutSqlite, 'client.js')).toContain('PlaceNotFoundException')
    expect(() => app.run(process.execPath, ...withoutSqlite, 'stores.js', `${app.folder}/none`)).toThrow(
      'node:sqlite',
    )
  })

  it('has types that a strict program compiles with', () => {
    app.install('typescript@7', '@types/node@24')
    app.write('typed.ts', typed)

    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']

    expect(app.run('npx', 'tsc', ...options, '--skipLibCheck', 'false', 'typed.ts')).toBe('')
  })
})
