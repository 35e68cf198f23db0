import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../src/demo/eventually.ts'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import { ask, createServer, orderFaults, serverIn, startPanel } from './panel.fixture.ts'

let panel: PanelProcess
beforeAll(async () => {
  panel = await startPanel()
})
afterAll(() => panel[Symbol.asyncDispose]())

interface ProjectLog {
  readonly results: readonly {
    readonly action: string
    readonly message: string
    readonly initiator: string
  }[]
  readonly poll_more: string
}

async function log(path = '/v1/project-logs'): Promise<ProjectLog> {
  return (await ask(panel, { path })).json<ProjectLog>()
}

describe("the project's log", () => {
  it('tells who follows it each entry once', async () => {
    const { poll_more: first } = await log()
    const server = await createServer(panel, { name: 'web1' })
    await serverIn(panel, 'running', server)
    const second = await log(new URL(first).pathname + new URL(first).search)
    await ask(panel, { method: 'POST', path: `/v1/servers/${server.uuid}/stop` })
    await serverIn(panel, 'stopped', server)
    const third = await log(new URL(second.poll_more).pathname + new URL(second.poll_more).search)

    expect(second.results.map(({ message }) => message)).toEqual(["Server 'web1' has been created"])
    expect(third.results.map(({ message }) => message)).toEqual(["Server 'web1' has been shut down"])
  })
})

describe('an event', () => {
  it('is passed on after a crash of its delivery, and its log has it once', async () => {
    await orderFaults(panel, { operation: 'events.publish', kind: 'crash', times: 1 })
    const created = await createServer(panel, { name: 'survivor' })

    expect((await panel.end).signal).toBe('SIGKILL')
    await panel.start()
    await serverIn(panel, 'running', created)

    await eventually('all events to be passed on', async () =>
      query('panel.db', 'select id from events where delivered_at is null').length === 0 ? true : undefined,
    )
    const entries = (await log()).results.filter(({ message }) => message.includes('survivor'))
    expect(entries).toMatchObject([
      { action: 'server_create', message: "Server 'survivor' has been created", initiator: 'PANEL_TOKEN' },
    ])
    const ids = (file: string) => new Set(query(file, 'select id from events').map(({ id }) => id))
    expect(ids('cloud.db')).toEqual(ids('panel.db'))
  })
})

describe('a stream of actions', () => {
  it('tells what happens, and holds up nobody who ends the program', async () => {
    const answer = await fetch(`${panel.url}/v1/actions/stream`, {
      headers: { authorization: 'Bearer e2e-panel' },
    })
    const told = answer.text()
    await serverIn(panel, 'running', await createServer(panel))
    const before = performance.now()
    const end = await panel.stop()

    expect(end.code).toBe(0)
    expect(performance.now() - before).toBeLessThan(5_000)
    const names = [...(await told).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
    expect(names[0]).toBe('snapshot')
    expect(names).toContain('progress')
    expect(names.filter(name => name === 'started' || name === 'ended')).toEqual(['started', 'ended'])
  })
})

/** What one of the program's files has, read beside the program. */
function query(file: string, sql: string): readonly { readonly [column: string]: unknown }[] {
  const database = new DatabaseSync(join(panel.dataDir, file), { readOnly: true })
  try {
    return database.prepare(sql).all() as { [column: string]: unknown }[]
  } finally {
    database.close()
  }
}
