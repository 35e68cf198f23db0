import { cp, mkdtempDisposable, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { freePort } from '../src/demo/panel-process.ts'
import { openPanel, type Panel } from '../src/panel.ts'
import { readSettings } from '../src/settings.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const releases = (await readdir(fixtures)).filter(name => name.startsWith('release-'))

describe('a data folder of an earlier release', () => {
  it.each(releases)('%s is opened, and what was under way is brought to its end', async release => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'evenkeel-upgrade-'))
    const dataDir = join(folder.path, 'data')
    await cp(join(fixtures, release), dataDir, { recursive: true })
    const panel = await openPanel(await settingsFor(dataDir), pino({ level: 'silent' }))
    try {
      await vi.waitFor(
        async () => expect(await servers(panel)).toEqual({ kept: 'running', unfinished: 'running' }),
        {
          timeout: 30_000,
          interval: 100,
        },
      )
    } finally {
      await panel.close()
    }
  })
})

async function settingsFor(dataDir: string) {
  return readSettings({
    DATA_DIR: dataDir,
    PORT: String(await freePort()),
    SECRET_KEY: '11'.repeat(32),
    CLOUD_LATENCY: '0',
    ACTION_SETTLE_MS: '50',
    ACTION_WATCH_MS: '200',
  })
}

async function servers({ url }: Panel): Promise<{ [name: string]: string }> {
  const answer = await fetch(`${url}/v1/servers`, { headers: { authorization: 'Bearer fixture-panel' } })
  const list = (await answer.json()) as { name: string; status: string }[]
  return Object.fromEntries(list.map(({ name, status }) => [name, status]))
}
