import type { ActionStateKind } from 'evenkeel/actions'
import type { Parameters } from '../api/client.ts'

/** Which actions are looked for: said in the page's address, so that it can be sent to a colleague. */
export interface ActionsSearch {
  readonly name?: string
  /** A lock that they hold, held or wait for: what they are about. */
  readonly lock?: string
  /** The class of the exception that they were rolled back for. */
  readonly class?: string
  readonly state?: ActionStateKind
  /** Asked for at or after, in seconds since 1970. */
  readonly from?: number
  /** Asked for before. */
  readonly to?: number
}

export const actionStates: readonly ActionStateKind[] = [
  'waiting',
  'running',
  'past-pivot',
  'rolling-back',
  'ending',
  'succeeded',
  'rolled-back',
]
/** The conditions that are words, in the order in which they are asked for. */
export const actionWordFields = ['name', 'lock', 'class'] as const

/** Takes of an address what makes sense. */
export function parseActionsSearch(search: Record<string, unknown>): ActionsSearch {
  const { from, to } = search
  const words = actionWordFields.flatMap(name => {
    // What looks like a number or a truth value has been read as one.
    const word = ['string', 'number', 'boolean'].includes(typeof search[name]) ? String(search[name]) : ''
    return word === '' ? [] : [[name, word]]
  })
  const state = actionStates.find(one => one === search['state'])
  return {
    ...Object.fromEntries(words),
    ...(state !== undefined && { state }),
    ...(isSecond(from) && { from }),
    ...(isSecond(to) && !(isSecond(from) && from >= to) && { to }),
  }
}

/** The same, as the API takes it: in milliseconds. */
export function actionsQueryOf({ from, to, ...conditions }: ActionsSearch): Parameters {
  return {
    ...conditions,
    from: from === undefined ? undefined : from * 1000,
    to: to === undefined ? undefined : to * 1000,
  }
}

function isSecond(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
