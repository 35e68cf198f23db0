import { describe, expect, it } from 'vitest'
import { PanelProcess } from '../src/demo/panel-process.ts'
import { ask } from './panel.fixture.ts'

describe('the first start on an empty folder', () => {
  it('prints where everything is, and this once the tokens, which work', async () => {
    await using panel = await PanelProcess.start()

    const { panelToken, consoleToken } = tokensIn(panel.stdout)
    expect(panel.stdout).toContain(`Panel API      ${panel.url}/v1\n`)
    expect(panel.stdout).toContain(`Console        ${panel.url}/console\n`)
    expect((await ask(panel, { path: '/v1/servers', token: panelToken ?? null })).status).toBe(200)
    expect((await ask(panel, { path: '/console/api/projects', token: consoleToken ?? null })).status).toBe(
      200,
    )
    expect(panel.stderr).toBe('')

    await panel.stop()
    await panel.start()

    expect(tokensIn(panel.stdout)).toEqual({ panelToken: undefined, consoleToken: undefined })
    expect(panel.stdout).toContain('npm run token')
    expect((await ask(panel, { path: '/v1/servers', token: panelToken ?? null })).status).toBe(200)
  })

  it('prints no token that was set by its owner', async () => {
    await using panel = await PanelProcess.start({ PANEL_TOKEN: 'mine', CONSOLE_TOKEN: 'mine-too' })

    expect(tokensIn(panel.stdout)).toEqual({ panelToken: undefined, consoleToken: undefined })
    expect(panel.output).not.toContain('mine')
    expect(panel.stdout).toContain('PANEL_TOKEN')
    expect((await ask(panel, { path: '/v1/servers', token: 'mine' })).status).toBe(200)
    expect((await ask(panel, { path: '/console/api/projects', token: 'mine-too' })).status).toBe(200)
  })
})

describe('the command that makes a token', () => {
  it('makes one that works at once, while the panel runs', async () => {
    await using panel = await PanelProcess.start()

    const panelToken = await panel.makeToken('panel')
    const readOnly = await panel.makeToken('panel', '--read-only')
    const consoleToken = await panel.makeToken('console')

    expect((await ask(panel, { path: '/v1/servers', token: panelToken ?? null })).status).toBe(200)
    expect((await ask(panel, { path: '/v1/servers', token: readOnly })).status).toBe(200)
    expect((await ask(panel, { path: '/console/api/actions', token: consoleToken ?? null })).status).toBe(200)
    // A token is for one of the two.
    expect((await ask(panel, { path: '/console/api/actions', token: panelToken })).status).toBe(401)
    expect((await ask(panel, { path: '/v1/servers', token: consoleToken })).status).toBe(401)
  })
})

function tokensIn(printed: string) {
  const token = (kind: string) => new RegExp(`^${kind} token +([\\w.-]+)$`, 'm').exec(printed)?.[1]
  return { panelToken: token('Panel'), consoleToken: token('Console') }
}
