import { describe, expect, it } from 'vitest'
import { greeting } from './greeting.ts'

const url = 'http://127.0.0.1:8080'
const nothing = { panelToken: undefined, consoleToken: undefined }
const lastLine = (text: string) => text.split('\n').at(-1)

describe('what the panel says once it serves', () => {
  it('is where everything is, and the tokens that were generated', () => {
    const tokens = { panelToken: 'made-1', consoleToken: 'made-2' }

    expect(greeting({ url, tokens }, { ...nothing, apiPrefix: '/api' }).split('\n')).toEqual([
      'Panel API      http://127.0.0.1:8080/api/v1',
      'Console        http://127.0.0.1:8080/console',
      'Panel token    made-1',
      'Console token  made-2',
      'The tokens are shown this once. A new one: npm run token -- panel (or console)',
    ])
  })

  it('names the settings whose tokens are used, and prints none of them', () => {
    const set = { apiPrefix: '', panelToken: 'secret-1', consoleToken: 'secret-2' }

    const text = greeting({ url, tokens: nothing }, set)

    expect(lastLine(text)).toBe(
      'The API takes the token that PANEL_TOKEN holds. The console takes the token that CONSOLE_TOKEN holds. A new one: npm run token -- panel (or console)',
    )
    expect(text).not.toContain('secret')
  })

  it('tells a token that was generated from one that was set', () => {
    const set = { ...nothing, apiPrefix: '', panelToken: 'secret' }

    const text = greeting({ url, tokens: { ...nothing, consoleToken: 'made' } }, set)

    expect(text).toContain('\nConsole token  made\n')
    expect(text).not.toContain('Panel token')
    expect(lastLine(text)).toBe(
      'The token is shown this once. The API takes the token that PANEL_TOKEN holds. A new one: npm run token -- panel (or console)',
    )
  })

  it('only says how to get a new one where nothing is set or generated', () => {
    const text = greeting({ url, tokens: nothing }, { ...nothing, apiPrefix: '' })

    expect(lastLine(text)).toBe('A new token: npm run token -- panel (or console)')
  })
})
