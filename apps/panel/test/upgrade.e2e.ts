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
  } finally {
    await panel.close()
  }
}

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
  })
}

async function servers({ url }: Panel): Promise<{ [name: string]: string }> {
  const answer = await fetch(`${url}/v1/servers`, { headers: { authorization: 'Bearer fixture-panel' } })
  const list = (await answer.json()) as { name: string; status: string }[]
  return Object.fromEntries(list.map(({ name, status }) => [name, status]))
}
