import type { ActionView } from 'evenkeel/actions'
import type { Finding } from './finding.ts'
import { isPresent, type Model } from './model.ts'

const entriesShown = 6

const kindsOfAsks = {
  creation: /\.create$/,
  change: /\.(start|stop|reboot|resize)$/,
  deletion: /\.delete$/,
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
  const asks = model.servers.flatMap(({ asks, volumes }) => [
    ...asks,
    ...volumes.flatMap(volume => volume.asks),
  ])
  const acknowledged = asks.filter(({ answer }) => answer === 'acknowledged')
  return Object.entries(kindsOfAsks)
    .map(([kind, pattern]) => `${acknowledged.filter(({ action }) => pattern.test(action)).length} ${kind}s`)
    .join(', ')
}

/** What of everything never happened in a long run: such a run has proved nothing. */
export function missingFrom(model: Model): readonly string[] {
  const acknowledged = model.servers.flatMap(({ asks }) =>
    asks.filter(({ answer }) => answer === 'acknowledged').map(({ action }) => action),
  )
  return Object.entries(kindsOfAsks).flatMap(([kind, pattern]) =>
    acknowledged.some(action => pattern.test(action)) ? [] : [kind],
  )
}

/** How many servers are there for their owner. */
export function presentCount(model: Model): number {
  return model.servers.filter(isPresent).length
}
