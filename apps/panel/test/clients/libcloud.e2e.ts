import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { libcloud } from '../../../../scripts/test/debian-program.ts'
import type { PanelProcess } from '../../src/demo/panel-process.ts'
import { quick, startPanel } from '../panel.fixture.ts'

const program = fileURLToPath(new URL('libcloud-smoke.py', import.meta.url))

describe('libcloud, as Debian packages it', () => {
  let panel: PanelProcess
  beforeAll(async () => {
    panel = await startPanel()
  })
  afterAll(() => panel[Symbol.asyncDispose]())

  it('lists, makes, restarts and destroys a server, and is told why not', async ({ skip }) => {
    skip(!existsSync(libcloud.path), `there is no ${libcloud.path}: install ${libcloud.package}`)
    const env = { HOST: '127.0.0.1', PORT: String(panel.port), TOKEN: quick['PANEL_TOKEN'] }
    const { stdout } = await promisify(execFile)('/usr/bin/python3', [program], { env })
    const seen = JSON.parse(stdout)

    expect(seen).toEqual({
      size: { name: 'Flex-4-1', ram: 4096 },
      image: expect.stringContaining('Debian'),
      created: { state: 'pending', public_ips: [expect.any(String), expect.any(String)] },
      running: { state: 'running', public_ips: seen.created.public_ips, size: 'flex-4-1' },
      listed: ['libcloud'],
      destroyed: true,
      left: [],
      refused: expect.stringContaining('Must be a host name'),
      stranger: expect.stringMatching(/token/i),
    })
  })
})
