import type { AttemptView, JournaledException } from 'evenkeel/actions'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptRuns } from './attempt-runs.ts'

const attempt = (number: number, effect: AttemptView['effect'], message?: string): AttemptView => ({
  attempt: number,
  startedAtMs: number,
  endedAtMs: number + 1,
  effect,
  exception: message === undefined ? undefined : ({ exception: 'Refused', message } as JournaledException),
})

const numbers = (attempts: AttemptView[]) =>
  attemptRuns(attempts).map(run => run.map(({ attempt: number }) => number))

describe('attemptRuns', () => {
  it('tells attempts in a row that ended alike as one', () => {
    const attempts = [1, 2, 3].map(number => attempt(number, 'refused', 'no'))

    expect(numbers([...attempts, attempt(4, 'done')])).toEqual([[1, 2, 3], [4]])
  })

  it('keeps apart what failed in another way or for another reason', () => {
    const attempts = [attempt(1, 'refused', 'no'), attempt(2, 'refused', 'full'), attempt(3, 'busy', 'full')]

    expect(numbers(attempts)).toEqual([[1], [2], [3]])
  })

  it('loses no attempt and keeps their order', () => {
    const effects = fc.array(fc.constantFrom('busy' as const, 'unknown' as const, 'done' as const))
    fc.assert(
      fc.property(effects, given => {
        const attempts = given.map((effect, at) => attempt(at + 1, effect))

        expect(attemptRuns(attempts).flat()).toEqual(attempts)
      }),
    )
  })
})
