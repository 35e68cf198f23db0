import { cp, mkdtempDisposable, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { makeBackup } from '../src/backup/make-backup.ts'
import { restoreBackup } from '../src/backup/restore-backup.ts'
import { freePort } from '../src/demo/panel-process.ts'
import { openPanel, type Panel } from '../src/panel.ts'
import { readSettings } from '../src/settings.ts'
import { StartRefusedException } from '../src/start-refused.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const releases = (await readdir(fixtures)).filter(name => name.startsWith('release-'))

describe.each(releases)('a data folder of an earlier release: %s', release => {
  it('is opened, and what was under way is brought to its end', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'evenkeel-upgrade-'))
    const dataDir = join(folder.path, 'data')
    await cp(join(fixtures, release), dataDir, { recursive: true })

    await expectUpgraded(dataDir)
  })

  it('is opened as well after it was restored from a backup', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'evenkeel-upgrade-'))
    const dataDir = join(folder.path, 'data')
    await cp(join(fixtures, release), join(folder.path, 'old'), { recursive: true })
    await makeBackup(join(folder.path, 'old'), join(folder.path, 'backup.tar.gz'))
    await restoreBackup(join(folder.path, 'backup.tar.gz'), dataDir)

    await expectUpgraded(dataDir)
  })
})

async function expectUpgraded(dataDir: string): Promise<void> {
  const panel = await openPanel(await settingsFor(dataDir), pino({ level: 'silent' }))
  try {
    await vi.waitFor(
      async () => expect(await servers(panel)).toEqual({ kept: 'running', unfinished: 'running' }),
      { timeout: 30_000, interval: 100 },
    )
    await expectAgreement(panel)
  } finally {
    await panel.close()
  }
}

it('has everything that a data folder of release 3 had, and works with it', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'evenkeel-upgrade-'))
  const dataDir = join(folder.path, 'data')
  await cp(join(fixtures, 'release-3'), dataDir, { recursive: true })
  const panel = await openPanel(await settingsFor(dataDir), pino({ level: 'silent' }))
  try {
    expect(await numbersOf(panel, Object.keys(keptByRelease3))).toEqual(keptByRelease3)

    const [pool] = await list<{ href: string }>(panel, 'load-balancers/pools')
    const [member] = await list<{ href: string }>(panel, `${pool?.href.split('/v1/')[1]}/members`)
    expect(await statusOf('PATCH', member, { enabled: false })).toBe(204)
    for (const path of ['load-balancers', 'routers', 'objects-users', 'custom-images']) {
      const [kept] = await list<{ href: string }>(panel, path)
      expect(await statusOf('DELETE', kept), path).toBe(204)
    }
  } finally {
    await panel.close()
  }
})

/** How many there are of each. */
const keptByRelease3 = {
  networks: 1,
  subnets: 1,
  volumes: 4, // with that of the server that is just being made
  'volume-snapshots': 1,
  'server-groups': 1,
  'floating-ips': 2,
  'custom-images': 1,
  'load-balancers': 1,
  'load-balancers/pools': 1,
  'load-balancers/listeners': 1,
  'load-balancers/health-monitors': 1,
  routers: 1,
  'objects-users': 1,
}

/** The cloud of an earlier release has what the upgraded records say, and nothing else. */
async function expectAgreement({ url }: Panel): Promise<void> {
  const ask = async (path: string, method = 'GET') => {
    const answer = await fetch(`${url}/console/api/${path}`, { method, headers: operator })
    return (await answer.json()) as { runs: unknown[]; runningSinceMs?: number; findings: unknown[] }
  }
  const { runs } = await ask('reconciler')
  await ask('reconciler/run', 'POST')
  await vi.waitFor(async () => expect((await ask('reconciler')).runs.length).toBeGreaterThan(runs.length), {
    timeout: 30_000,
    interval: 100,
  })
  expect((await ask('findings')).findings).toEqual([])
}

const operator = { authorization: 'Bearer fixture-operator' }

/** A folder of the present release in which one file has tables that only a later release knows. */
async function writeNewer(dataDir: string, file: string): Promise<void> {
  const panel = await openPanel(await settingsFor(dataDir), pino({ level: 'silent' }))
  await servers(panel)
  await panel.close()
  const database = new DatabaseSync(join(dataDir, file))
  database.exec('pragma user_version = 99')
  database.close()
}

describe('a data folder of a later release', () => {
  it.each(['panel.db', 'journal.db', 'cloud.db'])('is refused with a sentence that names %s', async file => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'evenkeel-upgrade-'))
    const dataDir = join(folder.path, 'data')
    await writeNewer(dataDir, file)

    const opening = openPanel(await settingsFor(dataDir), pino({ level: 'silent' }))

    await expect(opening).rejects.toThrow(StartRefusedException)
    await expect(opening).rejects.toThrow(new RegExp(`${join(dataDir, file)} .+newer release`))
  })

  it.each(['series.db', logName()])('is worked with, and told of, where only %s is newer', async file => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'evenkeel-upgrade-'))
    const dataDir = join(folder.path, 'data')
    await writeNewer(dataDir, file)
    const log = new PassThrough()

    const panel = await openPanel(await settingsFor(dataDir), pino({}, log))
    await servers(panel)
    await panel.close()

    log.end()
    expect(await text(log)).toContain(`${join(dataDir, file)} was written by a newer release`)
  })
})

/** The log's file of today. */
function logName(): string {
  return `tx-log/tx-${new Date().toISOString().slice(0, 10)}.db`
}

async function settingsFor(dataDir: string) {
  return readSettings({
    DATA_DIR: dataDir,
    PORT: String(await freePort()),
    SECRET_KEY: '11'.repeat(32),
    CLOUD_LATENCY: '0',
    ACTION_SETTLE_MS: '50',
    ACTION_WATCH_MS: '200',
    PANEL_TOKEN: 'fixture-panel',
    CONSOLE_TOKEN: 'fixture-operator',
  })
}

async function servers(panel: Panel): Promise<{ [name: string]: string }> {
  const all = await list<{ name: string; status: string }>(panel, 'servers')
  return Object.fromEntries(all.map(({ name, status }) => [name, status]))
}

async function numbersOf(panel: Panel, paths: readonly string[]): Promise<{ [path: string]: number }> {
  const numbers = paths.map(async path => [path, (await list(panel, path)).length] as const)
  return Object.fromEntries(await Promise.all(numbers))
}

const headers = { authorization: 'Bearer fixture-panel' }

async function list<Thing>({ url }: Panel, path: string): Promise<readonly Thing[]> {
  const answer = await fetch(`${url}/v1/${path}`, { headers })
  return (await answer.json()) as readonly Thing[]
}

async function statusOf(
  method: string,
  thing: { readonly href: string } | undefined,
  body?: object,
): Promise<number> {
  const json = { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await fetch(thing?.href ?? '', { method, headers, ...(body !== undefined && json) })
  return answer.status
}
