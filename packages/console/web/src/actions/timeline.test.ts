import type { ActionView, AttemptView, StepView } from 'evenkeel/actions'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timelineOf } from './timeline.ts'

const attempt = (
  startedAtMs: number,
  endedAtMs: number | undefined,
  effect: AttemptView['effect'] = 'done',
) => ({ attempt: 1, startedAtMs, endedAtMs, effect, exception: undefined }) satisfies AttemptView

const step = (path: string, values: Partial<StepView>): StepView => ({
  path,
  step: path,
  key: path,
  state: 'done',
  isPastPivot: false,
  startedAtMs: 0,
  endedAtMs: undefined,
  attempts: [],
  objects: [],
  undo: [],
  exception: undefined,
  attemptsMax: undefined,
  forgotten: undefined,
  ...values,
})

const action = (state: ActionView['state'], steps: StepView[], endedAtMs?: number) => ({
  state,
  steps,
  startedAtMs: 1000,
  endedAtMs,
})

describe('timelineOf', () => {
  it('lays attempts out over the whole time of the action', () => {
    const steps = [step('port', { attempts: [attempt(1000, 1500, 'busy'), attempt(2000, 3000)] })]
    const { durationMs, steps: rows } = timelineOf(action('succeeded', steps, 3000), 9000)

    expect(durationMs).toBe(2000)
    expect(rows[0]?.stretches).toEqual([
      { leftPercent: 0, widthPercent: 25, tone: 'failed' },
      { leftPercent: 50, widthPercent: 50, tone: 'done' },
    ])
  })

  it('lets what is unfinished reach to the present', () => {
    const steps = [step('port', { state: 'running', attempts: [attempt(1000, undefined, undefined)] })]
    const [row] = timelineOf(action('running', steps), 5000).steps

    expect(row).toMatchObject({
      isSettled: false,
      stretches: [{ leftPercent: 0, widthPercent: 100, tone: 'running' }],
    })
  })

  it('lets what was interrupted reach to its undo, with an outcome that nobody knows', () => {
    const interrupted = step('port', {
      state: 'undoing',
      attempts: [attempt(1000, undefined, undefined)],
      undo: [attempt(3000, undefined, undefined)],
    })
    const [row] = timelineOf(action('rolling-back', [interrupted]), 5000).steps

    expect(row?.stretches).toEqual([{ leftPercent: 0, widthPercent: 50, tone: 'unknown' }])
  })

  it('has no aftermath for what was interrupted and undone before the end', () => {
    const interrupted = step('port', {
      state: 'undone',
      attempts: [attempt(1000, undefined, undefined)],
      undo: [attempt(3000, 3500)],
    })

    expect(timelineOf(action('rolled-back', [interrupted], 4000), 90_000).aftermathMs).toBe(0)
  })

  it('has no aftermath before the end, although the page learns of what was done before its clock moves on', () => {
    const steps = [step('port', { attempts: [attempt(1000, 2500)] })]

    expect(timelineOf(action('running', steps), 2000)).toMatchObject({ durationMs: 1500, aftermathMs: 0 })
  })

  it('gives what was undone after the end a scale of its own, however late it was', () => {
    const steps = [
      step('port', { attempts: [attempt(1000, 2000)], undo: [attempt(2000, 3000)], state: 'undone' }),
      step('volume', { state: 'undone', undo: [attempt(2000, 3000, 'refused'), attempt(53_000, 103_000)] }),
    ]
    const { durationMs, aftermathMs, endPercent, ...rows } = timelineOf(
      action('rolled-back', steps, 3000),
      200_000,
    )

    expect({ durationMs, aftermathMs, endPercent }).toEqual({
      durationMs: 2000,
      aftermathMs: 100_000,
      endPercent: 80,
    })
    expect(rows.steps[0]?.stretches).toMatchObject([{ leftPercent: 0, widthPercent: 40 }])
    expect(rows.rollback.find(row => row.step.path === 'volume')?.stretches).toMatchObject([
      { leftPercent: 40, widthPercent: 40 },
      { leftPercent: 90, widthPercent: 10 },
    ])
  })

  it('keeps every stretch within its width, whatever was done when', () => {
    const times = fc.tuple(fc.nat(10_000), fc.nat(10_000)).map(([startedAtMs, lengthMs]) => ({
      startedAtMs: 1000 + startedAtMs,
      endedAtMs: 1000 + startedAtMs + lengthMs,
    }))
    fc.assert(
      fc.property(fc.array(times), fc.option(fc.nat(10_000), { nil: undefined }), (attempts, lengthMs) => {
        const undo = attempts.map(({ startedAtMs, endedAtMs }) => attempt(startedAtMs, endedAtMs))
        const endedAtMs = lengthMs === undefined ? undefined : 1000 + lengthMs
        const state = endedAtMs === undefined ? 'rolling-back' : 'rolled-back'
        const { rollback } = timelineOf(action(state, [step('port', { undo })], endedAtMs), 30_000)

        for (const { leftPercent, widthPercent } of rollback.flatMap(row => row.stretches)) {
          expect(leftPercent).toBeGreaterThanOrEqual(0)
          expect(widthPercent).toBeGreaterThanOrEqual(0)
          expect(leftPercent + widthPercent).toBeLessThanOrEqual(100.000001)
        }
      }),
    )
  })

  it('lists the rollback in its own order, what is still owed last and newest first', () => {
    const steps = [
      step('owed early', { startedAtMs: 1 }),
      step('owed late', { startedAtMs: 2 }),
      step('undone', { state: 'undone', startedAtMs: 3, undo: [attempt(3000, 3500)] }),
      step('undoing', { state: 'undoing', startedAtMs: 4, undo: [attempt(2000, undefined, undefined)] }),
    ]
    const { rollback } = timelineOf(action('rolling-back', steps), 4000)

    expect(rollback.map(row => [row.step.path, row.isSettled])).toEqual([
      ['undoing', false],
      ['undone', true],
      ['owed late', false],
      ['owed early', false],
    ])
  })

  it('has nothing more to wait for in what an operator has forgotten, tried or not', () => {
    const forgotten = { atMs: 9, by: 'ada', reason: 'removed by hand' }
    const steps = [
      step('tried', { state: 'forgotten', forgotten, undo: [attempt(2000, 2500, 'refused')] }),
      step('never tried', { state: 'forgotten', forgotten }),
    ]
    const { rollback } = timelineOf(action('rolled-back', steps, 4000), 5000)

    expect(rollback.map(row => [row.step.path, row.isSettled])).toEqual([
      ['tried', true],
      ['never tried', true],
    ])
  })

  it('owes nothing while it goes forward, for what was refused, or past the pivot', () => {
    const steps = [step('port', {}), step('volume', { state: 'failed' }), step('wipe', { isPastPivot: true })]

    expect(timelineOf(action('running', steps), 4000).rollback).toEqual([])
    expect(
      timelineOf(action('rolling-back', steps), 4000).rollback.map(({ step: { path } }) => path),
    ).toEqual(['port'])
  })
})
