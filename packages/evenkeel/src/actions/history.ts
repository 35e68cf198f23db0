import type { Json } from '../exceptions/exception.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { ActionStateKind, AttemptView, JournaledException } from './action-view.ts'
import type { Caller, JournalEntry, JournaledEnd } from './engine/journal.ts'

/** What an action's history says of one step. */
export interface StepHistory {
  readonly path: string
  readonly step: string
  readonly version: number
  readonly input: Json
  /** Its undo is `'nothing'`. */
  readonly leavesNothing: boolean
  readonly isPastPivot: boolean
  readonly startedAtMs: number
  readonly attempts: readonly AttemptView[]
  readonly undo: readonly AttemptView[]
  readonly removed: readonly string[]
  /** Its place in the order of completions, counted from 0. */
  readonly doneOrder: number | undefined
  readonly doneAtMs: number | undefined
  readonly output: Json | undefined
  readonly failure: JournaledException | undefined
  readonly undoneAtMs: number | undefined
  readonly isDeferred: boolean
  readonly residue: Residue | undefined
  readonly forgotten: Forgotten | undefined
  readonly watch: Watch | undefined
}

/** Time that `run` lets pass. */
export interface SleepHistory {
  readonly path: string
  readonly untilMs: number
  /** As a step's. */
  readonly doneOrder: number | undefined
}

export interface Residue {
  readonly sinceMs: number
  readonly tries: number
  readonly exception: JournaledException
  readonly nextTryMs: number
}

/** Residue that an operator has dealt with otherwise. */
export interface Forgotten {
  readonly atMs: number
  readonly by: string
  readonly reason: string
}

export interface Watch {
  readonly untilMs: number
  readonly nextLookMs: number
  readonly looks: number
}

/** An action as its journal tells it: the fold of its entries. Nothing else decides what happens next. */
export interface ActionHistory {
  readonly id: TxId
  readonly name: string
  readonly version: number
  readonly input: Json
  readonly locks: readonly string[]
  readonly caller: Caller
  readonly startedAtMs: number
  readonly deadlineAtMs: number | undefined
  /** What it has done before its journal begins is unknown. */
  readonly isResumed: boolean
  readonly endedAtMs: number | undefined
  readonly state: ActionStateKind
  readonly end: JournaledEnd | undefined
  readonly cause: JournaledException | undefined
  readonly isClosed: boolean
  /** In the order of their first intent. */
  readonly steps: ReadonlyMap<string, StepHistory>
  readonly sleeps: ReadonlyMap<string, SleepHistory>
  /** How many steps and sleeps were completed, whether they succeeded or failed. */
  readonly doneCount: number
}

/** The moves that an action may make from each state; an entry that makes another one is not believed. */
const moves: Record<ActionStateKind, readonly ActionStateKind[]> = {
  waiting: ['running'],
  running: ['past-pivot', 'rolling-back', 'ending'],
  'past-pivot': ['ending'], // only forward from here
  'rolling-back': ['ending'],
  ending: ['succeeded', 'rolled-back'],
  succeeded: [],
  'rolled-back': [], // what is left over is residue, kept beside
}

/** Whether the action is at one of its two ends. */
export function hasEnded(history: ActionHistory): boolean {
  return history.state === 'succeeded' || history.state === 'rolled-back'
}

/** Whether an attempt is one whose effect nobody could observe yet: its answer was lost, or it was under way when the process ended. */
export function isUnknown({ effect }: AttemptView): boolean {
  return effect === undefined || effect === 'unknown'
}

// What most actions have none of: ten thousand open ones need not have ten thousand empty maps and lists.
const noSleeps: ActionHistory['sleeps'] = new Map()
const none: readonly never[] = []

/** @throws {TypeError} the entries don't begin with `started` or contradict each other: the journal is damaged */
export function historyOf(id: TxId, entries: readonly JournalEntry[]): ActionHistory {
  const [first, ...rest] = entries
  if (first?.kind !== 'started')
    throw new TypeError(`the journal of action ${id} does not begin with its start`)
  const begun: ActionHistory = {
    id,
    name: first.name,
    version: first.version,
    input: first.input,
    locks: first.locks,
    caller: first.caller,
    startedAtMs: first.atMs,
    deadlineAtMs: first.deadlineAtMs,
    isResumed: first.isResumed ?? false,
    endedAtMs: undefined,
    state: first.isQueued ? 'waiting' : 'running',
    end: undefined,
    cause: undefined,
    isClosed: false,
    steps: new Map(),
    sleeps: noSleeps,
    doneCount: 0,
  }
  return rest.reduce(withEntry, begun)
}

/** The history with one more entry. @throws {TypeError} as `historyOf` */
export function withEntry(history: ActionHistory, entry: JournalEntry): ActionHistory {
  switch (entry.kind) {
    case 'started':
      throw new TypeError(`the journal of action ${history.id} starts twice`)
    case 'granted':
      return moved(history, 'running')
    case 'cancelled':
      return { ...history, cause: entry.cause }
    case 'pivot':
      return moved(history, 'past-pivot', { steps: withPlanned(history, entry.steps, entry.atMs) })
    case 'rolling-back':
      return moved(history, 'rolling-back', { cause: entry.cause })
    case 'ending':
      return moved(history, 'ending', {
        end: entry.end,
        ...(entry.end.kind === 'rolled-back' ? { cause: entry.end.cause } : {}),
      })
    case 'ended':
      return moved(history, history.end?.kind ?? 'rolled-back', { endedAtMs: entry.atMs })
    case 'closed':
      return { ...history, isClosed: true }
    case 'intent':
      return withIntent(history, entry)
    case 'sleep':
      return withSleep(history, { path: entry.path, untilMs: entry.untilMs, doneOrder: undefined })
    case 'slept':
      return withSlept(history, entry.path)
    default:
      return withStepEntry(history, entry)
  }
}

function moved(
  history: ActionHistory,
  state: ActionStateKind,
  change: Partial<ActionHistory> = {},
): ActionHistory {
  if (!moves[history.state].includes(state)) {
    throw new TypeError(`the journal of action ${history.id} goes from ${history.state} to ${state}`)
  }
  return { ...history, ...change, state }
}

function withPlanned(
  history: ActionHistory,
  planned: Extract<JournalEntry, { kind: 'pivot' }>['steps'],
  atMs: number,
): ReadonlyMap<string, StepHistory> {
  const steps = new Map(history.steps)
  for (const step of planned) steps.set(step.path, { ...newStep(step, atMs), isPastPivot: true })
  return steps
}

function withIntent(history: ActionHistory, entry: Extract<JournalEntry, { kind: 'intent' }>): ActionHistory {
  const known = history.steps.get(entry.path) ?? newStep(entry, entry.atMs)
  const attempts = [...known.attempts, openAttempt(entry.attempt, entry.atMs)]
  return withStep(history, { ...known, attempts, failure: undefined })
}

function withStepEntry(
  history: ActionHistory,
  entry: Exclude<
    JournalEntry,
    {
      kind:
        | 'started'
        | 'granted'
        | 'cancelled'
        | 'pivot'
        | 'rolling-back'
        | 'ending'
        | 'ended'
        | 'closed'
        | 'intent'
        | 'sleep'
        | 'slept'
    }
  >,
): ActionHistory {
  const step = history.steps.get(entry.path)
  if (step === undefined)
    throw new TypeError(
      `the journal of action ${history.id} has ${entry.kind} for ${entry.path}, which was never begun`,
    )
  switch (entry.kind) {
    case 'attempt-failed':
      return withStep(history, { ...step, attempts: closeLast(step.attempts, entry) })
    case 'done':
      return {
        ...withStep(history, {
          ...step,
          attempts: closeLast(step.attempts, {
            attempt: step.attempts.length,
            effect: 'done',
            exception: undefined,
            atMs: entry.atMs,
          }),
          output: entry.output,
          doneOrder: history.doneCount,
          doneAtMs: entry.atMs,
          failure: undefined,
          isDeferred: false,
        }),
        doneCount: history.doneCount + 1,
      }
    case 'step-failed':
      return withStep(
        history,
        { ...step, failure: entry.exception, doneOrder: history.doneCount },
        { doneCount: history.doneCount + 1 },
      )
    case 'removed':
      return withStep(history, { ...step, removed: [...step.removed, entry.object] })
    case 'undo-intent':
      return withStep(history, { ...step, undo: [...step.undo, openAttempt(entry.attempt, entry.atMs)] })
    case 'undo-failed':
      return withStep(history, { ...step, undo: closeLast(step.undo, entry) })
    case 'undone':
      return withStep(history, {
        ...step,
        undo: closeLast(step.undo, {
          attempt: step.undo.length,
          effect: 'done',
          exception: undefined,
          atMs: entry.atMs,
        }),
        undoneAtMs: entry.atMs,
        isDeferred: false,
      })
    case 'deferred':
      return withStep(history, { ...step, isDeferred: true })
    case 'residue':
      return withStep(history, {
        ...step,
        isDeferred: false,
        residue: {
          sinceMs: step.residue?.sinceMs ?? entry.atMs,
          tries: (step.residue?.tries ?? 0) + 1,
          exception: entry.exception,
          nextTryMs: entry.nextTryMs,
        },
      })
    case 'residue-cleared':
      return withStep(history, { ...step, residue: undefined })
    case 'retry-asked':
      if (step.residue === undefined) return history
      return withStep(history, { ...step, residue: { ...step.residue, nextTryMs: entry.atMs } })
    case 'forgotten': {
      const { atMs, by, reason } = entry
      return withStep(history, { ...step, residue: undefined, forgotten: { atMs, by, reason } })
    }
    case 'watch-opened':
      return withStep(history, {
        ...step,
        watch: { untilMs: entry.untilMs, nextLookMs: entry.nextLookMs, looks: 0 },
      })
    case 'watch-looked':
      if (step.watch === undefined) return history
      return withStep(history, {
        ...step,
        watch: { ...step.watch, nextLookMs: entry.nextLookMs, looks: step.watch.looks + 1 },
      })
    case 'watch-closed':
      return withStep(history, { ...step, watch: undefined })
  }
}

function withSleep(
  history: ActionHistory,
  sleep: SleepHistory,
  change: Partial<ActionHistory> = {},
): ActionHistory {
  return { ...history, ...change, sleeps: new Map(history.sleeps).set(sleep.path, sleep) }
}

function withSlept(history: ActionHistory, path: string): ActionHistory {
  const sleep = history.sleeps.get(path)
  if (sleep === undefined)
    throw new TypeError(`the journal of action ${history.id} ends the sleep ${path}, which was never begun`)
  const { doneCount } = history
  return withSleep(history, { ...sleep, doneOrder: doneCount }, { doneCount: doneCount + 1 })
}

function withStep(
  history: ActionHistory,
  step: StepHistory,
  change: Partial<ActionHistory> = {},
): ActionHistory {
  return { ...history, ...change, steps: new Map(history.steps).set(step.path, step) }
}

function newStep(
  {
    path,
    step,
    version = 1,
    input,
    leavesNothing = false,
  }: Pick<Extract<JournalEntry, { kind: 'intent' }>, 'path' | 'step' | 'version' | 'input' | 'leavesNothing'>,
  atMs: number,
): StepHistory {
  return {
    path,
    step,
    version,
    input,
    leavesNothing,
    isPastPivot: false,
    startedAtMs: atMs,
    attempts: none,
    undo: none,
    removed: none,
    doneOrder: undefined,
    doneAtMs: undefined,
    output: undefined,
    failure: undefined,
    undoneAtMs: undefined,
    isDeferred: false,
    residue: undefined,
    forgotten: undefined,
    watch: undefined,
  }
}

function openAttempt(attempt: number, atMs: number): AttemptView {
  return { attempt, startedAtMs: atMs, endedAtMs: undefined, effect: undefined, exception: undefined }
}

function closeLast(
  attempts: readonly AttemptView[],
  {
    attempt,
    effect,
    exception,
    atMs,
  }: {
    attempt: number
    effect: AttemptView['effect']
    exception: JournaledException | undefined
    atMs: number
  },
): readonly AttemptView[] {
  // An attempt that was under way at a crash stays as it is, unknown, even when its effect is found later.
  return attempts.map(known =>
    known.attempt === attempt && known.effect === undefined
      ? { ...known, endedAtMs: atMs, effect, exception }
      : known,
  )
}
