import type { StepView } from 'evenkeel/actions'
import { describe, expect, it } from 'vitest'
import { actionView } from '../console.fixture.ts'
import { progressOf } from './action-progress.ts'

const attempt = (number: number) => ({
  attempt: number,
  startedAtMs: 0,
  endedAtMs: undefined,
  effect: undefined,
  exception: undefined,
})

const step = (values: Partial<StepView>): StepView => ({
  path: 'port',
  step: 'port',
  key: 'port',
  state: 'running',
  isPastPivot: false,
  startedAtMs: 0,
  endedAtMs: undefined,
  attempts: [attempt(1), attempt(2)],
  attemptsMax: 5,
  objects: [],
  undo: [],
  exception: undefined,
  forgotten: undefined,
  ...values,
})

describe('progressOf', () => {
  it('tells at which attempt of how many the current step is', () => {
    const action = actionView({ currentStep: 'port', stepsDone: 3, steps: [step({})] })

    expect(progressOf(action)).toEqual({
      state: 'running',
      stepsDone: 3,
      currentStep: 'port',
      attempt: 2,
      attemptsMax: 5,
      waits: [],
    })
  })

  it('tells at which attempt an undo is', () => {
    const undoing = step({ state: 'undoing', undo: [attempt(1)] })
    const action = actionView({ state: 'rolling-back', currentStep: 'port', steps: [undoing] })

    expect(progressOf(action)).toMatchObject({ currentStep: 'port', attempt: 1, attemptsMax: undefined })
  })

  it('tells no attempt of what is only slept through, or of an action at no step', () => {
    const sleeping = progressOf(actionView({ currentStep: 'nap', steps: [step({})] }))
    const ended = progressOf(actionView({ currentStep: undefined, steps: [step({})] }))

    expect([sleeping.attempt, ended.attempt]).toEqual([undefined, undefined])
  })
})
