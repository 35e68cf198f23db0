import { describe, expect, it } from 'vitest'
import { Colors, dashOf, inWords } from './graph-look.ts'
import { outcomeSeries } from './outcome-series.ts'

describe('Colors', () => {
  it('gives a class the same colour for good, whatever else appears', () => {
    const colors = new Colors()
    const first = colors.of({ key: 'failures:A', group: 'failures' })
    const second = colors.of({ key: 'failures:B', group: 'failures' })

    expect(first).not.toBe(second)
    expect(colors.of({ key: 'failures:A', group: 'failures' })).toBe(first)
  })

  it('takes the colour from the family of the group', () => {
    expect(new Colors().of({ key: 'ignored:A', group: 'ignored' })).toBe('--series-ignored-0')
    expect(new Colors().of({ key: 'branch:A', group: 'branch' })).toBe('--series-met-0')
  })

  it('tells what would have failed from what did by its dashes, not by its colour', () => {
    const hypothetical = { key: 'if-failed-closed:A', group: 'if-failed-closed' } as const

    expect(new Colors().of(hypothetical)).toBe('--series-failures-0')
    expect(dashOf(hypothetical.group)).not.toEqual(dashOf('failures'))
  })
})

describe('the graph in words', () => {
  it('tells the rate and every class with its count', () => {
    const failure = { kind: 'request', exception: 'DiskFull', category: 'dependency', count: 1 } as const
    const success = { kind: 'request', exception: undefined, category: undefined, count: 3 } as const
    const seconds = [
      { second: 998, outcomes: [success, failure] },
      { second: 999, outcomes: [success] },
    ]

    expect(inWords(outcomeSeries(seconds, 1_000_000, 1), 'minute')).toBe(
      'Outcomes of the last minute. Success rate: lowest 75.0 %, latest 100 %. ' +
        'Failures: DiskFull 1. Ignored failures: none.',
    )
  })

  it('names what was met on the way only where something was', () => {
    const met = { kind: 'branch', exception: 'MailboxFull', category: 'dependency', count: 2 } as const
    const words = inWords(outcomeSeries([{ second: 999, outcomes: [met] }], 1_000_000, 1), 'minute')

    expect(words).toMatch(/Ignored failures: none\. In branches: MailboxFull 2\.$/)
  })

  it('says so when there was nothing to rate', () => {
    expect(inWords(outcomeSeries([], 1_000_000, 5), '5 minutes')).toContain('No transaction was rated.')
  })
})
