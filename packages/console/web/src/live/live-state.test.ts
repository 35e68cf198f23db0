import type { ActionSummary } from 'evenkeel/actions'
import { describe, expect, it } from 'vitest'
import type { LiveReading, LiveSecond, TxSummary } from '../../../src/live/live-reading.ts'
import { withUpdate } from './live-state.ts'

const nothing: LiveReading = {
  now: 0,
  seconds: [],
  transactions: [],
  actions: [],
  overview: { running: 0, watches: 0, residue: 0 },
  residue: [],
  findings: undefined,
}
const second = (at: number, count: number): LiveSecond => ({
  second: at,
  outcomes: [{ kind: 'request', exception: undefined, category: undefined, count }],
})
const transaction = (id: string) => ({ id }) as TxSummary
const action = (id: string, stepsDone: number) => ({ id, stepsDone }) as ActionSummary

describe('withUpdate', () => {
  it('replaces a second that was not over yet and adds new ones', () => {
    const reading = { ...nothing, seconds: [second(10, 1), second(11, 1)] }
    const { seconds } = withUpdate(reading, {
      ...nothing,
      now: 12_000,
      seconds: [second(11, 5), second(12, 2)],
    })

    expect(seconds).toEqual([second(10, 1), second(11, 5), second(12, 2)])
  })

  it('forgets what is older than 15 minutes', () => {
    const reading = { ...nothing, seconds: [second(99, 1), second(100, 1)] }
    const { seconds } = withUpdate(reading, { ...nothing, now: 1_000_500 })

    expect(seconds).toEqual([second(100, 1)])
  })

  it('keeps the 50 newest transactions, a late one at its place', () => {
    const ids = Array.from({ length: 50 }, (_, at) => `id-${150 - at}`)
    const reading = { ...nothing, transactions: ids.map(transaction) }
    const update = { ...nothing, transactions: [transaction('id-149b'), transaction('id-001')] }
    const { transactions } = withUpdate(reading, update)

    expect(transactions.slice(0, 3).map(({ id }) => id)).toEqual(['id-150', 'id-149b', 'id-149'])
    expect(transactions).toHaveLength(50)
    expect(transactions.map(({ id }) => id)).not.toContain('id-001')
  })

  it('shows an action as it is now', () => {
    const reading = { ...nothing, actions: [action('b', 1), action('a', 1)] }
    const { actions } = withUpdate(reading, { ...nothing, actions: [action('a', 2)] })

    expect(actions).toEqual([action('b', 1), action('a', 2)])
  })

  it('counts what is under way as the update does', () => {
    const reading = { ...nothing, overview: { running: 70, watches: 3, residue: 1 } }
    const { overview, findings } = withUpdate(reading, {
      ...nothing,
      overview: { running: 69, watches: 4, residue: 0 },
      findings: { open: 2, repairing: 1 },
    })

    expect(overview).toEqual({ running: 69, watches: 4, residue: 0 })
    expect(findings).toEqual({ open: 2, repairing: 1 })
  })
})
