import type { ActionView, CurrentWait, StepView } from 'evenkeel/actions'
import { wordsOfStep } from '../actions/step-words.ts'
import { cardinal, nounOf, ordinal } from '../actions/words.ts'
import { findProjectAction, type ProjectActionRecord } from '../records/project-actions.ts'
import type { Db } from '../records/tables.ts'
import type { Href } from './href.ts'

/** The states in which customers know an action. */
export const shownStates = ['waiting', 'running', 'rolling-back', 'succeeded', 'rolled-back'] as const
export type ShownState = (typeof shownStates)[number]

/** Where an action stands. What its end has left to clean up is the provider's matter and no part of it. */
export function shownState({ state }: ProjectActionRecord, view: ActionView | undefined): ShownState {
  if (state !== 'running' || view === undefined) return state
  if (view.state === 'waiting') return 'waiting'
  const isOnTheWayBack = view.state === 'rolling-back' || view.state === 'rolled-back'
  const isAboutToEndSo = view.state === 'ending' && view.cause !== undefined
  return isOnTheWayBack || isAboutToEndSo ? 'rolling-back' : 'running'
}

/** An action as the API lists it. @param view what the engine knows of it; nothing of one that it only remembers */
export async function presentAction(
  record: ProjectActionRecord,
  view: ActionView | undefined,
  { db, href }: { readonly db: Db; readonly href: Href },
) {
  const { actionId, name, objectKind, objectUuid, objectName, initiator, startedAt, endedAt, reason } = record
  const state = shownState(record, view)
  const isUnderWay = endedAt === null
  return {
    href: href(`actions/${actionId}`),
    id: actionId,
    name,
    title: titleOf(record),
    state,
    object: { kind: objectKind, uuid: objectUuid, name: objectName },
    initiator,
    started_at: startedAt,
    ended_at: endedAt,
    reason,
    incident: state === 'rolled-back' || state === 'rolling-back' ? actionId : null,
    progress: isUnderWay && view !== undefined ? progressOf(view) : null,
    waits_for: isUnderWay && view !== undefined ? await waitOf(view, record, db) : null,
    you_can: whatToDo(state, view),
  }
}

/** The same with its steps, in the order in which they were begun. */
export async function presentActionWhole(
  record: ProjectActionRecord,
  view: ActionView | undefined,
  options: { readonly db: Db; readonly href: Href },
) {
  return { ...(await presentAction(record, view, options)), steps: view?.steps.map(presentStep) ?? [] }
}

/** `Creation of server 'web1'` */
function titleOf({ name, objectKind, objectName }: ProjectActionRecord): string {
  const noun = nounOf(name)
  const kind = objectKind.replaceAll('-', ' ').replace(/\bip\b/, 'IP')
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)} of ${kind} '${objectName}'`
}

function progressOf(view: ActionView) {
  const step = view.steps.find(({ path }) => path === view.currentStep)
  return {
    done: view.stepsDone,
    // Behind its point of no return all that remains is known; before it, what comes depends on what was.
    of: view.state === 'past-pivot' ? view.steps.length : null,
    step: step === undefined ? null : wordsOfStep(step.step).doing,
    attempt: step?.attempts.length ?? null,
    attempts_max: step?.attemptsMax ?? null,
  }
}

function presentStep(step: StepView) {
  const { path, startedAtMs, endedAtMs, attempts, attemptsMax } = step
  const part = path.split('/').filter(name => name !== step.step) // which of several uses, as in `volumes.volume/root`
  const state = stepState(step)
  return {
    path,
    name: [wordsOfStep(step.step).doing, ...part].join(', '),
    state,
    message: stepMessage(step, state),
    attempts: attempts.length,
    attempts_max: attemptsMax ?? null,
    started_at: timeOf(startedAtMs),
    ended_at: state === 'running' || state === 'undoing' ? null : timeOf(endedAtMs),
  }
}

type ShownStepState = 'running' | 'done' | 'failed' | 'undoing' | 'undone'

function stepState({ state, isPastPivot }: StepView): ShownStepState {
  switch (state) {
    case 'unknown':
      return 'running'
    // What could not be finished is no matter of the customer's: it is on nobody's quota, and worked off.
    case 'deferred':
    case 'residue':
    case 'forgotten':
      return isPastPivot ? 'done' : 'undone'
    default:
      return state
  }
}

function stepMessage({ step, state, attempts, attemptsMax }: StepView, shown: ShownStepState): string {
  const times = attempts.length
  const attempt = times > 1 ? ` at the ${ordinal(times)} ${whichAttempt(attemptsMax)}` : ''
  switch (state) {
    case 'running':
      return `Under way${attempt}.`
    case 'unknown':
      return 'An answer was lost: whether it is done is being found out.'
    case 'done':
      return `Done${attempt}.`
    case 'failed':
      return `Not done: ${wordsOfStep(step).notDone}${times > 1 ? `, at ${cardinal(times)} attempts` : ''}.`
    case 'undoing':
      return 'Being undone.'
    case 'undone':
      return 'Undone.'
    case 'deferred':
    case 'residue':
      return `${shown === 'done' ? 'Done' : 'Undone'} as far as it concerns you; the provider cleans up the rest.`
    case 'forgotten':
      return shown === 'done' ? 'Done.' : 'Undone.'
  }
}

function whichAttempt(attemptsMax: number | undefined): string {
  return attemptsMax === undefined ? 'attempt' : `of ${cardinal(attemptsMax)} attempts`
}

async function waitOf({ waits: [wait] }: ActionView, { projectId }: ProjectActionRecord, db: Db) {
  if (wait === undefined) return null
  const { sinceMs, untilMs, holder } = wait
  // Locks are on the project's own objects; an action that it doesn't know is none of its business all the same.
  const other = holder && (await findProjectAction(db, projectId, holder.actionId))
  return {
    action: other?.actionId ?? null,
    message: waitMessage(wait, other),
    since: timeOf(sinceMs),
    until: untilMs === undefined ? null : timeOf(untilMs),
  }
}

function waitMessage(wait: CurrentWait, other: ProjectActionRecord | undefined): string {
  const until = wait.untilMs === undefined ? '' : ` until ${timeOf(wait.untilMs)}`
  switch (wait.for) {
    case 'lock': {
      const what = other === undefined ? 'another action' : `the ${lowerFirst(titleOf(other))}`
      return wait.untilMs === undefined
        ? `It waits for ${what} to end.`
        : `It waits${until} for a late effect of ${what}, whose answer was lost.`
    }
    case 'effect':
      return 'It waits for a system behind this service to finish what it has accepted.'
    case 'busy':
      return `A system behind this service was busy: it waits${until} for the next attempt.`
    case 'settling':
      return `An answer was lost: it waits${until} to see what was done.`
    case 'sleep':
      return `It waits${until}.`
  }
}

function whatToDo(state: ShownState, view: ActionView | undefined) {
  if (view?.isCancellable === true && state === 'running')
    return { do: 'cancel', message: 'You can cancel it: what was done so far is undone.' }
  switch (state) {
    case 'succeeded':
      return { do: 'nothing', message: 'It is done.' }
    case 'rolled-back':
      return { do: 'nothing', message: 'All is as it was before. You can ask for the same again.' }
    case 'rolling-back':
      return { do: 'wait', message: 'What was done is being undone. Nothing is needed from you.' }
    case 'waiting':
    case 'running':
      return { do: 'wait', message: 'It comes to its end by itself, and can not be cancelled.' }
  }
}

function timeOf(ms: number): string
function timeOf(ms: number | undefined): string | null
function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}
