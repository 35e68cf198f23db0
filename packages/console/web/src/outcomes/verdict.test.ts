import type { ResidueView } from 'evenkeel/actions'
import { describe, expect, it } from 'vitest'
import type { LiveCount, LiveReading } from '../../../src/live/live-reading.ts'
import { totalsOf, verdictOn } from './verdict.ts'

const success: LiveCount = { kind: 'request', exception: undefined, category: undefined, count: 3 }
const failure = (exception: string, count = 1): LiveCount => ({
  kind: 'action',
  exception,
  category: 'dependency',
  count,
})
const fault: LiveCount = { kind: 'request', exception: 'NotFound', category: 'client', count: 4 }
const inStep: LiveCount = { kind: 'step', exception: 'Busy', category: 'dependency', count: 9 }

const reading = (
  outcomesBySecond: Record<number, LiveCount[]>,
  residue: ResidueView[] = [],
  findings?: LiveReading['findings'],
): LiveReading => ({
  now: 1_000_000,
  seconds: Object.entries(outcomesBySecond).map(([second, outcomes]) => ({
    second: Number(second),
    outcomes,
  })),
  transactions: [],
  actions: [],
  overview: { running: 0, watches: 0, residue: residue.length },
  residue,
  findings,
})

describe('the verdict', () => {
  it('names the class that fails most in the last minute', () => {
    const outcomes = { 990: [failure('Rare')], 995: [failure('Often', 4)], 200: [failure('Old', 9)] }
    const verdict = verdictOn(reading(outcomes), true)

    expect(verdict).toEqual({
      level: 'failing',
      sentence: 'Failing now – 5 failures in the last minute, of 2 classes, mostly',
      exception: 'Often',
    })
  })

  it('remembers what failed in the last 15 minutes', () => {
    expect(verdictOn(reading({ 200: [failure('DiskFull')] }), true)).toEqual({
      level: 'attention',
      sentence: 'Nothing fails now – 1 failure in the last 15 minutes:',
      exception: 'DiskFull',
    })
  })

  it('asks for attention as long as something is left over', () => {
    const residue = [{ lastException: { exception: 'UndoRefused' } }] as ResidueView[]

    expect(verdictOn(reading({ 999: [success] }, residue), true)).toMatchObject({
      level: 'attention',
      exception: 'UndoRefused',
    })
  })

  it('asks for attention as long as a finding is open, and not while what is found is being repaired', () => {
    const withOpen = (open: number) =>
      verdictOn(reading({ 999: [success] }, [], { open, repairing: 2 }), true)

    expect(withOpen(1)).toMatchObject({
      level: 'attention',
      sentence: 'No failure in the last 15 minutes, but records and cloud differ in one place',
    })
    expect(withOpen(0).level).toBe('well')
  })

  it('is good in spite of faults of callers and of what steps overcame', () => {
    expect(verdictOn(reading({ 999: [success, fault, inStep] }), true).level).toBe('well')
  })

  it('does not call well what it no longer hears of', () => {
    expect(verdictOn(reading({ 999: [success] }), false).level).toBe('unheard')
  })

  it('does not call silence success', () => {
    expect(verdictOn(reading({}), true).level).toBe('quiet')
    expect(totalsOf([]).successRate).toBeUndefined()
  })
})

describe('totalsOf', () => {
  it('adds up transactions from a second on, steps left aside', () => {
    const { seconds } = reading({ 100: [failure('Old', 100)], 200: [success, fault, inStep, failure('New')] })

    expect(totalsOf(seconds, 200)).toEqual({
      successRate: 75,
      failures: 1,
      ignored: 4,
      transactions: 8,
      failureClasses: [['New', 1]],
    })
  })
})
