import type { Category } from 'evenkeel'
import type { TxRow } from 'evenkeel/tx-log'
import type { Parameters } from '../api/client.ts'

/** What the log's page is asked: said in its address, so that it can be sent to a colleague. */
export interface LogSearch {
  readonly operation?: string
  readonly exception?: string
  readonly category?: Category
  readonly kind?: TxRow['kind']
  readonly principal?: string
  readonly resource?: string
  readonly text?: string
  /** Started at or after, in seconds since 1970. */
  readonly from?: number
  /** Started before. */
  readonly to?: number
  /** Whether what is being logged is followed, instead of looking back. */
  readonly tail?: true
}

export const kinds: readonly TxRow['kind'][] = ['request', 'action', 'background']
export const categories: readonly Category[] = ['client', 'discard', 'dependency', 'internal']
/** The conditions that are words, in the order in which they are asked for. */
export const wordFields = ['exception', 'operation', 'principal', 'resource', 'text'] as const

/** Takes of an address what makes sense. */
export function parseLogSearch(search: Record<string, unknown>): LogSearch {
  const { category, kind, from, to, tail } = search
  const words = wordFields.flatMap(name => {
    // What looks like a number or a truth value has been read as one.
    const word = ['string', 'number', 'boolean'].includes(typeof search[name]) ? String(search[name]) : ''
    return word === '' ? [] : [[name, word]]
  })
  return {
    ...Object.fromEntries(words),
    ...oneOf('category', category, categories),
    ...oneOf('kind', kind, kinds),
    ...(isSecond(from) && { from }),
    ...(isSecond(to) && !(isSecond(from) && from >= to) && { to }),
    ...(tail === true && { tail }),
  }
}

/** The conditions, as the API takes them. */
export function conditionsOf({ from: _, to: __, tail: ___, ...conditions }: LogSearch): Parameters {
  return { ...conditions }
}

/** The conditions and the times, as the API takes them: in milliseconds. */
export function questionOf({ from, to, ...search }: LogSearch): Parameters {
  return {
    ...conditionsOf(search),
    from: from === undefined ? undefined : from * 1000,
    to: to === undefined ? undefined : to * 1000,
  }
}

function oneOf<Value extends string>(
  name: string,
  value: unknown,
  all: readonly Value[],
): { [name: string]: Value } {
  const found = all.find(one => one === value)
  return found === undefined ? {} : { [name]: found }
}

function isSecond(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
