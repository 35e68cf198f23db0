import type { ActionView } from 'evenkeel/actions'
import type { Finding } from './finding.ts'
import type { Ask, Model } from './model.ts'
import { isThere } from './things.ts'

const entriesShown = 6

const kindsOfAsks = {
  creation: /\.(create|import)$/,
  change: /\.(?!create$|import$|delete$)/,
  deletion: /\.delete$/,
}

const kindsTelling = {
  'creation of a server': /^server\.create$/,
  'change of a server': /^server\.(?!create$|delete$)/,
  'deletion of a server': /^server\.delete$/,
  'creation of anything else': /^(?!server\.).*\.create$/,
  'change of a volume': /^volume\.(?!create$|delete$)/,
  'deletion of anything else': /^(?!server\.).*\.delete$/,
}

/** A finding in one line: the object, what is wrong, when it was found, and what the journal says last of the action. */
export function lineOf({ object, what }: Finding, instant: string, action: ActionView | undefined): string {
  const journal = action === undefined ? '' : ` | ${action.name} ${action.id}: ${lastEntries(action)}`
  return `✗ ${object} ${what} | ${instant}${journal}`
}

/** What happened last in an action, oldest first. */
export function lastEntries({ state, steps, cause }: ActionView): string {
  const entries = steps.flatMap(({ path, attempts, undo }) => [
    ...attempts.map(attempt => ({ ...attempt, path })),
    ...undo.map(attempt => ({ ...attempt, path: `${path} undo` })),
  ])
  const last = entries.toSorted((a, b) => a.startedAtMs - b.startedAtMs).slice(-entriesShown)
  const told = last.map(({ path, attempt, effect, exception }) => {
    const why = exception === undefined ? '' : ` (${exception.exception})`
    return `${path} #${attempt} ${effect ?? 'open'}${why}`
  })
  return [...told, cause === undefined ? state : `${state} for ${cause.exception}`].join(' → ')
}

/** What has been asked so far, and what became of it. */
export function tally(model: Model): string {
  const actions = acknowledgedIn(model)
  return Object.entries(kindsOfAsks)
    .map(([kind, pattern]) => `${actions.filter(action => pattern.test(action)).length} ${kind}s`)
    .join(', ')
}

/** What of everything never happened in a long run: such a run has proved nothing. */
export function missingFrom(model: Model): readonly string[] {
  const actions = acknowledgedIn(model)
  return Object.entries(kindsTelling).flatMap(([kind, pattern]) =>
    actions.some(action => pattern.test(action)) ? [] : [kind],
  )
}

/** The same for a very long run: which of the actions that there are were never done for anybody. */
export function neverDone(model: Model, names: readonly string[]): readonly string[] {
  const actions = new Set(acknowledgedIn(model))
  return [...new Set(names)].filter(name => !actions.has(name))
}

function acknowledgedIn({ servers, volumes, things }: Model): readonly string[] {
  const asks = [...servers, ...volumes, ...things].flatMap(({ asks }): readonly Ask[] => asks)
  return asks.filter(({ answer }) => answer === 'acknowledged').map(({ action }) => action)
}

/** How many servers, and how many other things are there for their owner. */
export function presentIn({ present, things }: Model): string {
  return `${present.length} servers, ${things.filter(isThere).length} others there`
}
