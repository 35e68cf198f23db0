import { chmod, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Environment, PanelProcess } from '../src/demo/panel-process.ts'
import { runningServer, startPanel } from './panel.fixture.ts'

let panel: PanelProcess

beforeEach(async () => {
  panel = await PanelProcess.prepare()
})

afterEach(() => panel[Symbol.asyncDispose]())

/** A start that must fail: nothing is printed but one line that says what to do, and the exit code tells. */
async function complaintOf(refused: PanelProcess, environment: Environment = {}): Promise<string> {
  refused.launch(environment)
  const end = await refused.end
  expect(end).toEqual({ code: 1, signal: null })
  expect(refused.stdout).toBe('')
  expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1)
  return refused.stderr.trimEnd()
}

describe('a setting with a value that is not allowed', () => {
  // Two of them: settings.test.ts has them all.
  it.each([
    ['PORT', 'http'],
    ['SECRET_KEY', 'short'],
  ])('stops the start with a line that names it: %s', async (name, value) => {
    const complaint = await complaintOf(panel, { [name]: value })

    expect(complaint).toContain(name)
    expect(complaint).toContain('must be')
    const isSecret = /TOKEN|KEY/.test(name)
    expect(complaint.includes(value)).toBe(!isSecret)
  })
})

describe('a start that can not succeed says why in one line', () => {
  it('when another program has the port', async () => {
    const squatter = createServer().listen(panel.port, '127.0.0.1')
    try {
      expect(await complaintOf(panel)).toBe(
        `Can't listen on 127.0.0.1:${panel.port}: another program listens there. Stop it, or set PORT or HOST to something else.`,
      )
    } finally {
      squatter.close()
    }
  })

  it('when another panel works with the folder', async () => {
    await panel.start()
    await using second = await PanelProcess.prepare({ DATA_DIR: panel.dataDir })

    expect(await complaintOf(second)).toContain(`${panel.dataDir} is in use by another process.`)
  })

  it('when the folder can not be used', async () => {
    expect(await complaintOf(panel, { DATA_DIR: '/dev/null/data' })).toContain("can't be used to keep data")
  })

  it('when the data were written with another secret key', async () => {
    await panel.start({ SECRET_KEY: '11'.repeat(32) })
    await panel.stop()

    const complaint = await complaintOf(panel, { SECRET_KEY: '22'.repeat(32) })

    expect(complaint).toContain('were written with another secret key')
    expect(complaint).not.toContain('22'.repeat(32))
  })

  it('when others may read the secret key', async () => {
    await panel.start()
    await panel.stop()
    await chmod(`${panel.dataDir}.key`, 0o644)

    expect(await complaintOf(panel)).toContain(`chmod 600 ${panel.dataDir}.key`)
  })
})

describe('a folder whose journal is gone while its records are there', () => {
  it('is refused with a sentence that says what to do', async () => {
    await using used = await startPanel()
    await runningServer(used)
    await used.stop()
    for (const file of ['journal.db', 'journal.db-wal', 'journal.db-shm']) {
      await rm(join(used.dataDir, file), { force: true })
    }

    expect(await complaintOf(used)).toMatch(
      /^The actions' journal .+ is not the one that the database was used with .+: both from the same backup\.$/,
    )
  })
})

describe('a file of the folder that is damaged', () => {
  it.each(['panel.db', 'journal.db', 'cloud.db'])(
    'stops the start with a line that names it: %s',
    async file => {
      await panel.start()
      await panel.stop()
      await writeFile(join(panel.dataDir, file), 'this is not a database, and never was one'.repeat(100))

      const complaint = await complaintOf(panel)

      expect(complaint).toContain(join(panel.dataDir, file))
      expect(complaint).toMatch(/Restore .+ backup/)
    },
  )
})
