import type { ActionView } from 'evenkeel/actions'
import type { Finding } from './finding.ts'
import { type Ask, isPresent, type Model } from './model.ts'

const entriesShown = 6

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
  const acknowledged = (pattern: RegExp) =>
    asks.filter(({ action, answer }) => pattern.test(action) && answer === 'acknowledged').length
  return [
    `${acknowledged(/\.create$/)} creations`,
    `${acknowledged(/\.(start|stop|reboot|resize)$/)} changes`,
    `${acknowledged(/\.delete$/)} deletions`,
  ].join(', ')
}

/** What of everything never happened in a long run: such a run has proved nothing. */
export function missingFrom(model: Model): readonly string[] {
  const asks: readonly Ask[] = model.servers.flatMap(({ asks }) => asks)
  const isAnswered = (action: string) =>
    asks.some(asked => asked.action === action && asked.answer === 'acknowledged')
  const actions = ['server.create', 'server.stop', 'server.start', 'server.delete']
  return actions.filter(action => !isAnswered(action))
}

/** How many servers are there for their owner. */
export function presentCount(model: Model): number {
  return model.servers.filter(isPresent).length
}
