import type { TxId } from 'evenkeel'
import type { ActionView, AttemptView, CurrentWait, StepView } from 'evenkeel/actions'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from '../records/database.ts'
import { insertProjectAction, type ProjectActionRecord } from '../records/project-actions.ts'
import { insertProject } from '../records/projects.ts'
import { someProject, temporaryRecords } from '../records/testing.ts'
import { presentAction, presentActionWhole, shownState } from './present-action.ts'

const sinceMs = Date.parse('2026-11-22T10:00:00Z')
const since = '2026-11-22T10:00:00.000Z'
const until = '2026-11-22T10:00:05.000Z'

const record: ProjectActionRecord = {
  actionId: '01M80PKBGMEQJEJWFHPP0CDZEX',
  projectId: someProject.id,
  name: 'volume.delete',
  objectKind: 'volume',
  objectUuid: 'uuid',
  objectName: 'data',
  initiator: 'ci',
  logAction: null,
  logMessage: null,
  state: 'running',
  reason: null,
  startedAt: '2026-11-22T10:00:00.000000Z',
  endedAt: null,
}

function viewWith(given: Partial<ActionView> = {}): ActionView {
  return {
    id: record.actionId as TxId,
    name: record.name,
    version: 1,
    state: 'running',
    locks: [],
    startedAtMs: sinceMs,
    endedAtMs: undefined,
    currentStep: undefined,
    stepsDone: 0,
    attemptsMax: 0,
    cause: undefined,
    residueCount: 0,
    watchCount: 0,
    steps: [],
    residue: [],
    watches: [],
    waits: [],
    isCancellable: false,
    isClosed: false,
    ...given,
  }
}

function stepWith(given: Partial<StepView> = {}, attempts = 1): StepView {
  const attempt = { startedAtMs: sinceMs, endedAtMs: undefined, effect: undefined, exception: undefined }
  return {
    path: 'volumes.volume/root',
    step: 'volumes.volume',
    key: 'key',
    state: 'running',
    isPastPivot: false,
    startedAtMs: sinceMs,
    endedAtMs: sinceMs + 5_000,
    attempts: Array.from({ length: attempts }, (_, at): AttemptView => ({ ...attempt, attempt: at + 1 })),
    attemptsMax: 5,
    objects: [],
    undo: [],
    exception: undefined,
    forgotten: undefined,
    ...given,
  }
}

const cause = {} as ActionView['cause']

let records: Records
let dispose: () => Promise<void>
beforeEach(async () => {
  ;({ records, dispose } = await temporaryRecords())
})
afterEach(() => dispose())

const options = () => ({ db: records.read, href: (path: string) => `http://panel/v1/${path}` })
const present = (view: ActionView | undefined, given: Partial<ProjectActionRecord> = {}) =>
  presentAction({ ...record, ...given }, view, options())

describe('the state in which customers know an action', () => {
  it.each([
    ['running', viewWith({ state: 'waiting' }), 'waiting'],
    ['running', viewWith({ state: 'running' }), 'running'],
    ['running', viewWith({ state: 'past-pivot' }), 'running'],
    ['running', viewWith({ state: 'rolling-back', cause }), 'rolling-back'],
    ['running', viewWith({ state: 'ending' }), 'running'],
    ['running', viewWith({ state: 'ending', cause }), 'rolling-back'],
    ['running', viewWith({ state: 'rolled-back', cause }), 'rolling-back'],
    ['running', undefined, 'running'],
    ['succeeded', viewWith({ state: 'ending' }), 'succeeded'],
    ['rolled-back', undefined, 'rolled-back'],
  ] as const)('of one that is recorded as %s is what it says', (state, view, shown) => {
    expect(shownState({ ...record, state }, view)).toBe(shown)
  })
})

describe('what an action says of a step', () => {
  it.each([
    [stepWith(), 'running', 'Under way.'],
    [stepWith({}, 2), 'running', 'Under way at the second of five attempts.'],
    [stepWith({ state: 'unknown' }), 'running', 'An answer was lost: whether it is done is being found out.'],
    [stepWith({ state: 'done' }), 'done', 'Done.'],
    [stepWith({ state: 'done' }, 3), 'done', 'Done at the third of five attempts.'],
    [stepWith({ state: 'done', attemptsMax: undefined }, 3), 'done', 'Done at the third attempt.'],
    [stepWith({ state: 'failed' }), 'failed', 'Not done: a volume could not be made.'],
    [stepWith({ state: 'failed' }, 5), 'failed', 'Not done: a volume could not be made, at five attempts.'],
    [stepWith({ state: 'undoing' }), 'undoing', 'Being undone.'],
    [stepWith({ state: 'undone' }), 'undone', 'Undone.'],
    [
      stepWith({ state: 'residue' }),
      'undone',
      'Undone as far as it concerns you; the provider cleans up the rest.',
    ],
    [
      stepWith({ state: 'deferred', isPastPivot: true }),
      'done',
      'Done as far as it concerns you; the provider cleans up the rest.',
    ],
    [stepWith({ state: 'forgotten' }), 'undone', 'Undone.'],
    [stepWith({ state: 'forgotten', isPastPivot: true }), 'done', 'Done.'],
  ] as const)('is its state, and what became of it: %#', async (step, state, message) => {
    const { steps } = await presentActionWhole(record, viewWith({ steps: [step] }), options())

    expect(steps).toMatchObject([
      {
        path: 'volumes.volume/root',
        name: 'Making a volume, root',
        state,
        message,
        attempts: step.attempts.length,
        started_at: since,
        ended_at: state === 'running' || state === 'undoing' ? null : until,
      },
    ])
  })
})

describe('what an action waits for', () => {
  const waiting = async (wait: Partial<CurrentWait>) => {
    const whole = { path: 'x', part: 'do', for: 'effect', untilMs: undefined, sinceMs, ...wait } as const
    return (await present(viewWith({ waits: [whole as CurrentWait] }))).waits_for
  }
  const holder = { lock: 'volume:uuid', action: 'volume.resize', actionId: 'OTHER' as TxId, sinceMs }

  async function otherAction(projectId: string): Promise<void> {
    await records.transaction(async trx => {
      if (projectId !== someProject.id) await insertProject(trx, { ...someProject, id: projectId })
      const { state: _, reason: __, endedAt: ___, ...other } = record
      await insertProjectAction(trx, { ...other, actionId: 'OTHER', projectId, name: 'volume.resize' })
    })
  }

  it.each([
    [{ for: 'effect' }, 'It waits for a system behind this service to finish what it has accepted.', null],
    [
      { for: 'busy', untilMs: sinceMs + 5_000 },
      `A system behind this service was busy: it waits until ${until} for the next attempt.`,
      until,
    ],
    [
      { for: 'settling', untilMs: sinceMs + 5_000 },
      `An answer was lost: it waits until ${until} to see what was done.`,
      until,
    ],
    [{ for: 'sleep', untilMs: sinceMs + 5_000 }, `It waits until ${until}.`, until],
  ] as const)('is told in words: %j', async (wait, message, untilTime) => {
    expect(await waiting(wait)).toEqual({ action: null, message, since, until: untilTime })
  })

  it('is another action of the project, by its name', async () => {
    await otherAction(someProject.id)

    expect(await waiting({ for: 'lock', holder })).toMatchObject({
      action: 'OTHER',
      message: "It waits for the enlargement of volume 'data' to end.",
    })
    expect(await waiting({ for: 'lock', holder, untilMs: sinceMs + 5_000 })).toMatchObject({
      action: 'OTHER',
      message: `It waits until ${until} for a late effect of the enlargement of volume 'data', whose answer was lost.`,
    })
  })

  it("is nobody in particular, if it is none of the project's", async () => {
    await otherAction('other')

    expect(await waiting({ for: 'lock', holder })).toMatchObject({
      action: null,
      message: 'It waits for another action to end.',
    })
  })

  it('is nothing any more once it has ended', async () => {
    const wait = { path: 'x', part: 'do', for: 'effect', untilMs: undefined, sinceMs } as const

    const ended = { state: 'succeeded', endedAt: '2026-11-22T10:00:09.000000Z' } as const
    expect(await present(viewWith({ waits: [wait] }), ended)).toMatchObject({
      waits_for: null,
      progress: null,
    })
  })
})

describe('what an action says of itself', () => {
  it('is how far it is: of how many steps, only where that is known', async () => {
    const steps = [stepWith({ path: 'a', state: 'done' }), stepWith({ path: 'b' }, 2)]
    const view = viewWith({ steps, stepsDone: 1, currentStep: 'b' })

    expect((await present(view)).progress).toEqual({
      done: 1,
      of: null,
      step: 'Making a volume',
      attempt: 2,
      attempts_max: 5,
    })
    expect((await present({ ...view, state: 'past-pivot' })).progress).toMatchObject({ done: 1, of: 2 })
  })

  it.each([
    [viewWith({ isCancellable: true }), 'running', 'cancel'],
    [viewWith(), 'running', 'wait'],
    [viewWith({ state: 'waiting' }), 'running', 'wait'],
    [viewWith({ state: 'rolling-back', cause }), 'running', 'wait'],
    [undefined, 'succeeded', 'nothing'],
    [undefined, 'rolled-back', 'nothing'],
  ] as const)('is what its owner can do: %#', async (view, state, what) => {
    expect((await present(view, { state })).you_can.do).toBe(what)
  })

  it('is what it is, in words', async () => {
    const floating = { name: 'floating-ip.assign', objectKind: 'floating-ip', objectName: '192.0.2.7' }

    expect((await present(undefined, floating)).title).toBe("Assignment of floating IP '192.0.2.7'")
    expect((await present(undefined)).title).toBe("Deletion of volume 'data'")
  })

  it('is its incident number when it has one, for whoever asks operators', async () => {
    expect((await present(viewWith())).incident).toBeNull()
    expect((await present(viewWith({ state: 'rolling-back', cause }))).incident).toBe(record.actionId)
    expect((await present(undefined, { state: 'rolled-back' })).incident).toBe(record.actionId)
  })
})
