import type {
  ActionSummary,
  ActionView,
  CurrentWait,
  ResidueView,
  StepStateKind,
  StepView,
} from './action-view.ts'
import { type ActionHistory, hasEnded, isUnknown, type StepHistory } from './history.ts'

/** An action in one line, from its history. */
export function summaryOf(history: ActionHistory): ActionSummary {
  const steps = [...history.steps.values()]
  return {
    id: history.id,
    name: history.name,
    version: history.version,
    state: history.state,
    locks: history.locks,
    startedAtMs: history.startedAtMs,
    endedAtMs: history.endedAtMs,
    currentStep: hasEnded(history) ? undefined : (currentStep(steps) ?? currentSleep(history)),
    stepsDone: steps.filter(({ output }) => output !== undefined).length,
    attemptsMax: Math.max(0, ...steps.map(({ attempts }) => attempts.length)),
    cause: history.cause,
    residueCount: steps.filter(({ residue }) => residue !== undefined).length,
    watchCount: steps.filter(({ watch }) => watch !== undefined).length,
  }
}

/** What only the process that works on an action knows of it. */
export interface Present {
  readonly waits: readonly CurrentWait[]
  readonly isCancellable: boolean
  attemptsMaxOf(path: string): number | undefined
}

const nobodyWorksOnIt: Present = { waits: [], isCancellable: false, attemptsMaxOf: () => undefined }

/** All that is known of an action, from its history and its present. */
export function viewOf(history: ActionHistory, present: Present = nobodyWorksOnIt): ActionView {
  const steps = [...history.steps.values()]
  return {
    ...summaryOf(history),
    steps: steps.map(step => ({ ...stepView(history, step), attemptsMax: present.attemptsMaxOf(step.path) })),
    residue: residueOf(history),
    watches: steps.flatMap(({ path, step, watch, removed }) =>
      watch === undefined ? [] : [{ path, step, key: `${history.id}/${path}`, ...watch, removed }],
    ),
    waits: present.waits,
    isCancellable: present.isCancellable,
    isClosed: history.isClosed,
  }
}

/** What an action left over. */
export function residueOf(history: ActionHistory): readonly ResidueView[] {
  return [...history.steps.values()].flatMap(({ path, step, residue, input, output, isPastPivot }) =>
    residue === undefined
      ? []
      : [
          {
            actionId: history.id,
            action: history.name,
            path,
            step,
            key: `${history.id}/${path}`,
            // What a step past the pivot should remove is what it was given.
            object: idOf(output) ?? (isPastPivot ? idOf(input) : undefined),
            sinceMs: residue.sinceMs,
            attempts: residue.tries,
            lastException: residue.exception,
            nextTryMs: residue.nextTryMs,
            actor: 'janitor' as const,
          },
        ],
  )
}

function stepView(history: ActionHistory, step: StepHistory): Omit<StepView, 'attemptsMax'> {
  const object = idOf(step.output)
  return {
    path: step.path,
    step: step.step,
    key: `${history.id}/${step.path}`,
    state: stateOf(step),
    isPastPivot: step.isPastPivot,
    startedAtMs: step.startedAtMs,
    endedAtMs: step.undoneAtMs ?? step.doneAtMs ?? step.attempts.at(-1)?.endedAtMs,
    attempts: step.attempts,
    objects: [...(object === undefined ? [] : [object]), ...step.removed],
    undo: step.undo,
    exception: step.failure,
    forgotten: step.forgotten,
  }
}

function stateOf({
  residue,
  forgotten,
  isDeferred,
  undoneAtMs,
  undo,
  output,
  failure,
  attempts,
}: StepHistory): StepStateKind {
  if (residue !== undefined) return 'residue'
  if (forgotten !== undefined) return 'forgotten'
  if (isDeferred) return 'deferred'
  if (undoneAtMs !== undefined) return 'undone'
  if (undo.length > 0) return 'undoing'
  if (output !== undefined) return 'done'
  if (failure !== undefined) return 'failed'
  const last = attempts.at(-1)
  return last !== undefined && last.effect !== undefined && isUnknown(last) ? 'unknown' : 'running'
}

function currentStep(steps: readonly StepHistory[]): string | undefined {
  const undoing = steps.find(
    ({ undo, undoneAtMs, residue, forgotten }) =>
      undo.length > 0 && undoneAtMs === undefined && residue === undefined && forgotten === undefined,
  )
  const open =
    undoing ??
    steps.findLast(
      ({ output, failure, residue, isDeferred }) =>
        output === undefined && failure === undefined && residue === undefined && !isDeferred,
    )
  return open?.path
}

function currentSleep({ state, sleeps }: ActionHistory): string | undefined {
  if (state !== 'running') return undefined
  return [...sleeps.values()].find(({ doneOrder }) => doneOrder === undefined)?.path
}

function idOf(output: unknown): string | undefined {
  const id = (output as { readonly id?: unknown } | null | undefined)?.id
  return typeof id === 'string' ? id : undefined
}
