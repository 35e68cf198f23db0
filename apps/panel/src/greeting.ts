import type { Panel } from './panel.ts'
import type { Settings } from './settings.ts'

/** What was set from outside of what the greeting speaks of. */
export type GreetingSettings = Pick<Settings, 'apiPrefix' | 'panelToken' | 'consoleToken'>

/**
 * What the program says once it serves: where everything is, and what opens it. A token is shown when it was generated
 * just now, and never when it was set: its owner has it, and what is printed is kept by whoever runs the program.
 */
export function greeting({ url, tokens }: Pick<Panel, 'url' | 'tokens'>, settings: GreetingSettings): string {
  const { panelToken, consoleToken } = tokens
  return [
    `Panel API      ${url}${settings.apiPrefix}/v1`,
    `Console        ${url}/console`,
    ...(panelToken === undefined ? [] : [`Panel token    ${panelToken}`]),
    ...(consoleToken === undefined ? [] : [`Console token  ${consoleToken}`]),
    aboutTokens(tokens, settings),
  ].join('\n')
}

function aboutTokens(tokens: Panel['tokens'], settings: GreetingSettings): string {
  const told = [...shownOnce(tokens), ...fromEnvironment(settings)]
  return [...told, `A new ${told.length === 0 ? 'token' : 'one'}: npm run token -- panel (or console)`].join(
    ' ',
  )
}

function shownOnce({ panelToken, consoleToken }: Panel['tokens']): string[] {
  const shown = [panelToken, consoleToken].filter(token => token !== undefined).length
  if (shown === 0) return []
  return [shown === 1 ? 'The token is shown this once.' : 'The tokens are shown this once.']
}

function fromEnvironment({ panelToken, consoleToken }: GreetingSettings): string[] {
  return [
    ...(panelToken === undefined ? [] : ['The API takes the token that PANEL_TOKEN holds.']),
    ...(consoleToken === undefined ? [] : ['The console takes the token that CONSOLE_TOKEN holds.']),
  ]
}
