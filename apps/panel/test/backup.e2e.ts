import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import {
  allOver,
  ask,
  createServer,
  deleteEverything,
  nothingInUse,
  operatorSees,
  orderFaults,
  runningServer,
  serverIn,
  startPanel,
} from './panel.fixture.ts'

let folder: string
let file: string
let panel: PanelProcess
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-backup-'))
  file = join(folder, 'backup.tar.gz')
  panel = await startPanel()
})
afterEach(async () => {
  await panel[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** What a customer was told: 201 for a server, and 204 for its deletion. */
interface Told {
  readonly uuid: string
  state: 'there' | 'being deleted' | 'gone'
}

/** Orders servers and deletes every second of them, one after the other, until it is told to stop. */
async function work(told: Told[], stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const kept: Told = { uuid: (await createServer(panel)).uuid, state: 'there' }
    const deleted: Told = { uuid: (await createServer(panel)).uuid, state: 'there' }
    told.push(kept, deleted)
    for (const server of told.length > 12 ? [kept, deleted] : [deleted]) {
      server.state = 'being deleted'
      await ask(panel, { method: 'DELETE', path: `/v1/servers/${server.uuid}` })
      server.state = 'gone'
    }
  }
}

const statusOf = async ({ uuid }: { uuid: string }) =>
  (await ask(panel, { path: `/v1/servers/${uuid}` })).status

async function wipeAndRestore(): Promise<void> {
  await panel.kill()
  await panel.wipe()
  await panel.restore(file)
  await panel.start()
}

describe('a backup that is made while customers work', () => {
  it('holds all that was acknowledged before it, and what was under way comes to its end', async () => {
    const toldBy: Told[][] = [[], []]
    const stop = new AbortController()
    await orderFaults(panel, { operation: 'volumes.create', kind: 'lose-answer', times: 3 })
    const working = toldBy.map(told => work(told, stop.signal))
    await expect.poll(() => toldBy.flat().length, { timeout: 30_000 }).toBeGreaterThan(8)

    const before = toldBy.flat().map(told => ({ ...told }))
    await panel.backUp(file)
    stop.abort()
    await Promise.all(working)
    const later = await createServer(panel)
    await wipeAndRestore()

    for (const server of before) {
      if (server.state === 'there' && (await statusOf(server)) === 200)
        await serverIn(panel, 'running', server)
      if (server.state !== 'being deleted')
        expect([server.uuid, await statusOf(server)]).toEqual([
          server.uuid,
          server.state === 'there' ? 200 : 404,
        ])
    }
    expect(await statusOf(later)).toBe(404)
    await deleteEverything(panel)
    await allOver(panel)
    expect(await operatorSees.objects(panel)).toEqual([])
    expect(await operatorSees.quotaUse(panel)).toEqual(nothingInUse)
  })
})

describe('a backup of a panel that is stopped', () => {
  it('brings back servers, who may ask for them, and what has happened to them', async () => {
    const server = await runningServer(panel, { name: 'kept' })
    const token = await panel.makeToken('panel')
    await panel.stop()
    await panel.backUp(file)

    await wipeAndRestore()

    const answer = await ask(panel, { path: '/v1/servers', token })
    expect(answer.json()).toMatchObject([{ uuid: server.uuid, name: 'kept', status: 'running' }])
    expect(await operatorSees.actions(panel)).toMatchObject([{ name: 'server.create', state: 'succeeded' }])
  })

  it('holds every file that the panel keeps but its lock', async () => {
    await runningServer(panel)
    await panel.stop()
    const entries = readdirSync(panel.dataDir, { recursive: true, withFileTypes: true })
    const files = entries.filter(entry => entry.isFile() && !entry.name.startsWith('lock.db'))

    expect(await panel.backUp(file)).toContain(`${file}: ${files.length} files as they were at `)
  })
})

describe('a restore', () => {
  it('is refused while there are data, with a sentence that says what to do', async () => {
    await panel.backUp(file)

    await expect(panel.restore(file)).rejects.toThrow(/is not empty.+set DATA_DIR to another folder\.\n/)
  })

  it('needs the secret key of that time, and says so', async () => {
    await panel.backUp(file)
    await panel.kill()
    await panel.wipe()
    rmSync(`${panel.dataDir}.key`)

    expect(await panel.restore(file)).toContain(`put the secret key of that time into ${panel.dataDir}.key`)
  })
})
